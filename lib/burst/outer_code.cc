/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "outer_code.h"
#include "payload_plan.h"

#include <gnuradio/fec/cc_decoder.h>
#include <gnuradio/fec/cc_encoder.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace dlcomm {
namespace burst {
namespace {

constexpr int constraint_length = 7;
constexpr int inverse_rate = 2;
constexpr size_t longest_block = 8 * (most_payload_bytes + crc_bytes);
const std::vector<int> polynomials{ 109, 79 };

// The decoder's middle, and how far from it half of the ratios lie: best of 8 to 127 on
// BPSK in noise, and 32 to 96 are hardly worse.
constexpr float centre = 128.0f;
constexpr float median_distance = 48.0f;

} // namespace

outer_code::outer_code()
    : d_encoder(fec::code::cc_encoder::make(static_cast<int>(longest_block),
                                            constraint_length,
                                            inverse_rate,
                                            polynomials,
                                            0,
                                            CC_TERMINATED))
{
}

void outer_code::encode(const uint8_t* bits, size_t count, uint8_t* coded)
{
    d_encoder->set_frame_size(static_cast<unsigned>(count));
    d_encoder->generic_work(const_cast<uint8_t*>(bits), coded);
}

void outer_code::decode(const uint8_t* soft, size_t count, uint8_t* bits)
{
    if (count > d_longest) {
        d_longest = std::min(longest_block, std::max(count, 2 * d_longest));
        d_decoder = fec::code::cc_decoder::make(static_cast<int>(d_longest),
                                                constraint_length,
                                                inverse_rate,
                                                polynomials,
                                                0,
                                                0,
                                                CC_TERMINATED);
    }
    d_decoder->set_frame_size(static_cast<unsigned>(count));
    d_decoder->generic_work(const_cast<uint8_t*>(soft), bits);
}

void outer_code::soften(const float* llrs, size_t count, uint8_t* soft)
{
    // The median of those that are not erased: no outlier moves it.
    d_sizes.clear();
    for (size_t i = 0; i < count; ++i)
        if (llrs[i] != 0.0f)
            d_sizes.push_back(std::fabs(llrs[i]));
    const auto middle = d_sizes.begin() + d_sizes.size() / 2;
    std::nth_element(d_sizes.begin(), middle, d_sizes.end());
    const float scale =
        d_sizes.empty() ? 1.0f : std::min(median_distance / *middle, 1e30f);
    for (size_t i = 0; i < count; ++i) {
        const float level = std::round(centre + scale * llrs[i]);
        soft[i] = static_cast<uint8_t>(std::min(255.0f, std::max(1.0f, level)));
    }
}

void outer_code::harden(const uint8_t* bits, size_t count, uint8_t* soft)
{
    for (size_t i = 0; i < count; ++i)
        soft[i] = bits[i] ? 255 : 0;
}

} // namespace burst
} // namespace dlcomm
} // namespace gr
