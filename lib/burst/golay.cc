/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "burst/golay.h"

namespace gr {
namespace dlcomm {
namespace burst {
namespace golay {
namespace {

constexpr uint32_t generator = 0xC75;
constexpr size_t messages = 1 << message_bits;

uint32_t codeword(uint32_t message)
{
    const uint32_t shifted = message << 11;
    uint32_t rest = shifted;
    for (int bit = 22; bit >= 11; --bit)
        if (rest >> bit & 1)
            rest ^= generator << (bit - 11);
    const uint32_t word = shifted | rest;
    uint32_t parity = word;
    for (const int fold : { 16, 8, 4, 2, 1 })
        parity ^= parity >> fold;
    return word << 1 | (parity & 1);
}

const std::array<uint32_t, messages>& book()
{
    static const auto table = [] {
        std::array<uint32_t, messages> words;
        for (uint32_t message = 0; message < messages; ++message)
            words[message] = codeword(message);
        return words;
    }();
    return table;
}

// Sums of +-soft over the values of 8 bits, most significant first; 0 counts as plus.
std::array<float, 256> sums(const float* soft)
{
    std::array<float, 256> table;
    table[0] = 0.0f;
    for (int i = 0; i < 8; ++i)
        table[0] += soft[i];
    for (int bit = 0; bit < 8; ++bit)
        for (int i = 0; i < 1 << bit; ++i)
            table[i | 1 << bit] = table[i] - 2.0f * soft[7 - bit];
    return table;
}

} // namespace

uint32_t encode(uint32_t message) { return book()[message & (messages - 1)]; }

uint32_t decode(const std::array<float, code_bits>& soft)
{
    const auto high = sums(&soft[0]), middle = sums(&soft[8]), low = sums(&soft[16]);
    const auto& words = book();
    uint32_t best = 0;
    float largest = -1.0f;
    for (uint32_t message = 0; message < messages; ++message) {
        const uint32_t word = words[message];
        const float sum = high[word >> 16] + middle[word >> 8 & 255] + low[word & 255];
        if (sum > largest) {
            largest = sum;
            best = message;
        }
    }
    return best;
}

} // namespace golay
} // namespace burst
} // namespace dlcomm
} // namespace gr
