/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "block_fading.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace gr {
namespace dlcomm {
namespace channel {
namespace {

// Keeps the gains' sequence apart from the noise's (purpose 0) under one seed.
constexpr uint32_t purpose_gain = 0x66616465;
constexpr float rail_sigma = 0.70710678f;

} // namespace

block_fading::block_fading(int block_length,
                           bool real_positive,
                           uint64_t seed,
                           uint32_t stream)
    : d_block_length(block_length),
      d_real_positive(real_positive),
      d_stream(stream),
      d_gaussian(seed, stream, purpose_gain)
{
    if (block_length < 1)
        throw std::invalid_argument("block_length is " + std::to_string(block_length) +
                                    ", expected at least 1 complex sample");
}

block_fading::stretch block_fading::next(size_t limit)
{
    const bool begins_block = d_left == 0;
    if (begins_block) {
        if (d_fading)
            d_gaussian.add(nullptr, &d_gain, 1, d_block, rail_sigma);
        else
            d_gain = 1.0f;
        if (d_real_positive)
            d_gain = std::abs(d_gain);
        ++d_block;
        d_left = d_block_length;
    }
    const size_t length = std::min(limit, d_left);
    d_left -= length;
    return { d_gain, length, begins_block };
}

void block_fading::align() { d_left = 0; }

void block_fading::set_seed(uint64_t seed)
{
    d_gaussian = gaussian(seed, d_stream, purpose_gain);
    d_block = 0;
    d_left = 0;
}

} // namespace channel
} // namespace dlcomm
} // namespace gr
