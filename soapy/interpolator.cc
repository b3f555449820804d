/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "interpolator.h"

#include <cmath>

namespace gr {
namespace dlcomm {
namespace loopback {
namespace {

// Kaiser's window for 90 dB.
constexpr double beta = 8.96;
constexpr int lanes = 8;

} // namespace

double windowed_sinc(double x, double half_width)
{
    constexpr double pi = 3.14159265358979323846;
    const double inside = 1.0 - (x / half_width) * (x / half_width);
    if (inside < 0.0)
        return 0.0;
    const double window =
        std::cyl_bessel_i(0.0, beta * std::sqrt(inside)) / std::cyl_bessel_i(0.0, beta);
    return x == 0.0 ? 1.0 : std::sin(pi * x) / (pi * x) * window;
}

interpolator::interpolator() : d_table((phases + 1) * 2 * taps)
{
    for (int phase = 0; phase <= phases; ++phase) {
        for (int tap = 0; tap < taps; ++tap) {
            // A sample at index + tap - before, seen from index + fraction.
            const double x = tap - before - static_cast<double>(phase) / phases;
            // At whole distances the sinc is 0, whatever rounding makes of sin(pi x).
            const bool whole = phase % phases == 0;
            const double value = whole ? (x == 0.0) : windowed_sinc(x, taps / 2);
            float* row = &d_table[phase * 2 * taps];
            row[2 * tap] = row[2 * tap + 1] = static_cast<float>(value);
        }
    }
}

void interpolator::read(const std::complex<float>* in,
                        int64_t first,
                        sample_position position,
                        const sample_position& step,
                        std::complex<float>* out,
                        size_t count) const
{
    for (size_t j = 0; j < count; ++j, position += step) {
        const float* x =
            reinterpret_cast<const float*>(in + (position.index - before - first));
        const float* near = &d_table[(position.fraction >> 56) * 2 * taps];
        const float* next = near + 2 * taps;
        const float between =
            static_cast<float>((position.fraction << 8) >> 40) * 0x1p-24f;
        float sum[lanes] = {};
        for (int i = 0; i < 2 * taps; i += lanes)
            for (int l = 0; l < lanes; ++l)
                sum[l] +=
                    x[i + l] * (near[i + l] + between * (next[i + l] - near[i + l]));
        out[j] = { (sum[0] + sum[2]) + (sum[4] + sum[6]),
                   (sum[1] + sum[3]) + (sum[5] + sum[7]) };
    }
}

} // namespace loopback
} // namespace dlcomm
} // namespace gr
