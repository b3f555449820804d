/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "layout.h"
#include "payload_plan.h"

namespace gr {
namespace dlcomm {
namespace burst {

size_t info_bits(size_t bytes) { return 8 * (bytes + crc_bytes); }

size_t channel_bits(size_t bytes, code outer)
{
    return outer == code::cc ? 2 * (info_bits(bytes) + tail_bits) : info_bits(bytes);
}

payload_plan::payload_plan(size_t bytes, code outer, int n, int k)
    : bits(channel_bits(bytes, outer)), messages((bits + k - 1) / k)
{
    // With odd n, a frame of whole samples holds two messages.
    messages += messages * n % 2;
    symbols = messages * n / 2;
}

size_t largest_payload_bytes(code outer, int n, int k)
{
    size_t fits = 0;
    for (size_t step = 32768; step > 0; step /= 2)
        if (payload_plan(fits + step, outer, n, k).symbols <= largest_payload)
            fits += step;
    return fits;
}

} // namespace burst
} // namespace dlcomm
} // namespace gr
