/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_INTERFERENCE_CHANNEL_CC_IMPL_H
#define INCLUDED_DLCOMM_INTERFERENCE_CHANNEL_CC_IMPL_H

#include "noise_controls.h"
#include <gnuradio/dlcomm/interference_channel_cc.h>

namespace gr {
namespace dlcomm {

class interference_channel_cc_impl : public noise_controls<interference_channel_cc>
{
public:
    interference_channel_cc_impl(const std::vector<gr_complex>& matrix,
                                 const channel::awgn& noise_1,
                                 const channel::awgn& noise_2);

    void set_matrix(const std::vector<gr_complex>& matrix) override;
    std::vector<gr_complex> matrix() const override;

    int work(int noutput_items,
             gr_vector_const_void_star& input_items,
             gr_vector_void_star& output_items) override;

protected:
    void begin_sequence(uint64_t seed) override;

private:
    std::vector<gr_complex> d_matrix; // h11, h12, h21, h22
    channel::awgn d_noise_2;          // of output 1; its level follows d_noise
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_INTERFERENCE_CHANNEL_CC_IMPL_H */
