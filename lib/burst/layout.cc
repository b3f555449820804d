/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "burst/layout.h"

#include <cstdint>

namespace gr {
namespace dlcomm {
namespace burst {
namespace {

constexpr uint64_t preamble_bits = 0x26C9FD5F5A1D798C;
constexpr unsigned pilot_seed = 0x2D3B;
constexpr size_t most_pilots = pilots_among(header_symbols + largest_payload);

} // namespace

const std::array<float, preamble_symbols>& preamble()
{
    static const auto symbols = [] {
        std::array<float, preamble_symbols> made;
        for (size_t i = 0; i < preamble_symbols; ++i)
            made[i] = preamble_bits >> (preamble_symbols - 1 - i) & 1 ? -1.0f : 1.0f;
        return made;
    }();
    return symbols;
}

float pilot(size_t n)
{
    static const auto symbols = [] {
        std::array<float, most_pilots> made;
        unsigned state = pilot_seed;
        for (auto& symbol : made) {
            const unsigned bit = (state >> 14 ^ state >> 13) & 1;
            symbol = bit ? -1.0f : 1.0f;
            state = (state << 1 | bit) & 0x7FFF;
        }
        return made;
    }();
    return symbols[n];
}

} // namespace burst
} // namespace dlcomm
} // namespace gr
