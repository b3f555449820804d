/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_AWGN_CHANNEL_CC_IMPL_H
#define INCLUDED_DLCOMM_AWGN_CHANNEL_CC_IMPL_H

#include "noise_controls.h"
#include <gnuradio/dlcomm/awgn_channel_cc.h>

namespace gr {
namespace dlcomm {

class awgn_channel_cc_impl : public noise_controls<awgn_channel_cc>
{
public:
    explicit awgn_channel_cc_impl(const channel::awgn& noise);

    int work(int noutput_items,
             gr_vector_const_void_star& input_items,
             gr_vector_void_star& output_items) override;
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_AWGN_CHANNEL_CC_IMPL_H */
