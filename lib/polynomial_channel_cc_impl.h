/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_POLYNOMIAL_CHANNEL_CC_IMPL_H
#define INCLUDED_DLCOMM_POLYNOMIAL_CHANNEL_CC_IMPL_H

#include "channel/polynomial.h"
#include "noise_controls.h"
#include <gnuradio/dlcomm/polynomial_channel_cc.h>

namespace gr {
namespace dlcomm {

class polynomial_channel_cc_impl : public noise_controls<polynomial_channel_cc>
{
public:
    polynomial_channel_cc_impl(const channel::polynomial& polynomial,
                               const channel::awgn& noise);

    void set_coefficients(const std::vector<float>& coefficients) override;
    std::vector<float> coefficients() const override;

    int work(int noutput_items,
             gr_vector_const_void_star& input_items,
             gr_vector_void_star& output_items) override;

private:
    channel::polynomial d_polynomial;
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_POLYNOMIAL_CHANNEL_CC_IMPL_H */
