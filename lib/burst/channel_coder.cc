/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "channel_coder.h"
#include "payload_bits.h"

namespace gr {
namespace dlcomm {
namespace burst {

const std::vector<uint8_t>&
channel_coder::bits(code outer, const uint8_t* payload, size_t count)
{
    close_payload(payload, count, d_bits);
    if (outer == code::none)
        return d_bits;
    d_coded.resize(channel_bits(count, outer));
    d_mixed.resize(d_coded.size());
    d_interleaver.set_length(d_coded.size());
    d_code.encode(d_bits.data(), d_bits.size(), d_coded.data());
    d_interleaver.interleave(d_coded.data(), d_mixed.data());
    return d_mixed;
}

bool channel_coder::open_hard(code outer,
                              const uint8_t* bits,
                              size_t count,
                              std::vector<uint8_t>& payload)
{
    if (outer == code::none)
        return open_payload(bits, count, payload);
    d_mixed.resize(channel_bits(count, outer));
    outer_code::harden(bits, d_mixed.size(), d_mixed.data());
    return open_mixed(count, payload);
}

bool channel_coder::open_soft(const float* llrs,
                              size_t count,
                              std::vector<uint8_t>& payload)
{
    d_mixed.resize(channel_bits(count, code::cc));
    d_code.soften(llrs, d_mixed.size(), d_mixed.data());
    return open_mixed(count, payload);
}

bool channel_coder::open_mixed(size_t count, std::vector<uint8_t>& payload)
{
    d_coded.resize(d_mixed.size());
    d_bits.resize(info_bits(count));
    d_interleaver.set_length(d_mixed.size());
    d_interleaver.restore(d_mixed.data(), d_coded.data());
    d_code.decode(d_coded.data(), d_bits.size(), d_bits.data());
    return open_payload(d_bits.data(), count, payload);
}

} // namespace burst
} // namespace dlcomm
} // namespace gr
