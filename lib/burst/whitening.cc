/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "whitening.h"

#include <algorithm>
#include <array>

namespace gr {
namespace dlcomm {
namespace burst {
namespace {

// The bits repeat after 32767, which has no factor in common with 8: so do the bytes.
constexpr size_t period = 32767;

std::array<uint8_t, period> make_sequence()
{
    std::array<uint8_t, period> sequence;
    unsigned last = 0x7fff; // 15 bits, the newest lowest
    for (auto& byte : sequence) {
        unsigned packed = 0;
        for (int bit = 0; bit < 8; ++bit) {
            packed = packed << 1 | last >> 14;
            last = (last << 1 | ((last >> 14 ^ last >> 13) & 1)) & 0x7fff;
        }
        byte = static_cast<uint8_t>(packed);
    }
    return sequence;
}

} // namespace

void whiten(uint8_t* bytes, size_t count)
{
    static const auto sequence = make_sequence();
    for (size_t done = 0; done < count; done += period) {
        const size_t part = std::min(period, count - done);
        for (size_t i = 0; i < part; ++i)
            bytes[done + i] ^= sequence[i];
    }
}

} // namespace burst
} // namespace dlcomm
} // namespace gr
