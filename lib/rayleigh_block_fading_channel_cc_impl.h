/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_RAYLEIGH_BLOCK_FADING_CHANNEL_CC_IMPL_H
#define INCLUDED_DLCOMM_RAYLEIGH_BLOCK_FADING_CHANNEL_CC_IMPL_H

#include "channel/block_fading.h"
#include "fresh_stream.h"
#include "noise_controls.h"
#include <gnuradio/dlcomm/rayleigh_block_fading_channel_cc.h>

namespace gr {
namespace dlcomm {

class rayleigh_block_fading_channel_cc_impl
    : public noise_controls<rayleigh_block_fading_channel_cc>
{
public:
    rayleigh_block_fading_channel_cc_impl(const channel::block_fading& fading,
                                          const channel::awgn& noise,
                                          bool tag_blocks);

    void set_fading(bool fading) override;
    bool fading() const override;
    int block_length() const override { return d_fading.block_length(); }

    bool start() override;

    int work(int noutput_items,
             gr_vector_const_void_star& input_items,
             gr_vector_void_star& output_items) override;

protected:
    void begin_sequence(uint64_t seed) override;

private:
    void move_tags(int samples);

    channel::block_fading d_fading;
    const bool d_tag_blocks;
    fresh_stream d_stream;
    std::vector<tag_t> d_tags;
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_RAYLEIGH_BLOCK_FADING_CHANNEL_CC_IMPL_H */
