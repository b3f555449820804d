/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "burst/samples.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace gr {
namespace dlcomm {
namespace burst {

void derotate(const std::complex<float>* in,
              std::complex<float>* out,
              size_t count,
              int64_t first,
              double frequency)
{
    // Blocks begin with a phase of their own, so that no error builds up; within them all
    // turn alike.
    constexpr size_t block = 128;
    const double step = -2.0 * std::acos(-1.0) * frequency;
    std::array<float, block> cosine, sine;
    for (size_t i = 0; i < block; ++i) {
        cosine[i] = static_cast<float>(std::cos(step * i));
        sine[i] = static_cast<float>(std::sin(step * i));
    }
    const float* from = reinterpret_cast<const float*>(in);
    float* to = reinterpret_cast<float*>(out);
    for (size_t begin = 0; begin < count; begin += block) {
        const double phase = step * static_cast<double>(first + int64_t(begin));
        const auto c = static_cast<float>(std::cos(phase));
        const auto s = static_cast<float>(std::sin(phase));
        const size_t size = std::min(block, count - begin);
        for (size_t i = 0; i < size; ++i) {
            const float re = c * cosine[i] - s * sine[i];
            const float im = c * sine[i] + s * cosine[i];
            const float x = from[2 * (begin + i)], y = from[2 * (begin + i) + 1];
            to[2 * (begin + i)] = x * re - y * im;
            to[2 * (begin + i) + 1] = x * im + y * re;
        }
    }
}

} // namespace burst
} // namespace dlcomm
} // namespace gr
