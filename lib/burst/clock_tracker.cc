/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "burst/clock_tracker.h"

#include <algorithm>
#include <cmath>

namespace gr {
namespace dlcomm {
namespace burst {
namespace {

constexpr size_t smallest_block = 16, most_blocks = 512;
constexpr double grid_step = 0.1; // symbols of drift at the end of the burst

// What is known beforehand, as standard deviations: of the drift, in parts of the largest
// one, and of the offset at the anchor with what the square law adds to it, in symbols.
constexpr double drift_deviation = 0.5, offset_deviation = 0.03;

// A line this many standard deviations above the noise is believed in.
constexpr double significance = 4.0;

const double two_pi = 2.0 * std::acos(-1.0);

} // namespace

void clock_tracker::begin(size_t symbols)
{
    d_block = std::max(smallest_block, (symbols + most_blocks - 1) / most_blocks);
    d_count = 0;
    d_lines.clear();
}

void clock_tracker::add(const std::array<std::complex<float>, 4>& quarters)
{
    if (d_count++ % d_block == 0)
        d_lines.emplace_back();
    d_lines.back() +=
        std::complex<double>(double(std::norm(quarters[0])) - std::norm(quarters[2]),
                             double(std::norm(quarters[3])) - std::norm(quarters[1]));
}

double clock_tracker::drift(double anchor) const
{
    // An incomplete block has another weight: left out.
    const size_t blocks = d_count / d_block;
    if (d_largest <= 0.0 || blocks < 2)
        return 0.0;
    const auto place = [&](size_t i) {
        return (static_cast<double>(i) + 0.5) * d_block - 0.5 - anchor;
    };
    // A line that comes ever later by `drift` turns by -2 pi drift per symbol.
    const auto straightened = [&](size_t i, double drift) {
        return d_lines[i] * std::polar(1.0, two_pi * drift * place(i));
    };
    const double reach = std::abs(place(blocks - 1));
    const int steps = static_cast<int>(d_largest * reach / grid_step);
    double guess = 0.0, highest = -1.0;
    for (int step = -steps; step <= steps; ++step) {
        const double drift = step * grid_step / reach;
        double sum = 0.0;
        for (size_t i = 0; i < blocks; ++i)
            sum += straightened(i, drift).real();
        if (sum > highest) {
            highest = sum;
            guess = drift;
        }
    }

    // Offsets of the blocks from the guess, by their mean line; a straight line through
    // them with what is known beforehand.
    double line = 0.0, noise = 0.0;
    for (size_t i = 0; i < blocks; ++i) {
        const auto value = straightened(i, guess);
        line += value.real();
        noise += value.imag() * value.imag();
    }
    line /= blocks;
    noise /= blocks;
    if (!(line > significance * std::sqrt(noise / blocks)))
        return 0.0;
    const double weight =
        std::pow(two_pi * line, 2) / std::max(noise, 1e-9 * line * line);
    const double known = std::pow(drift_deviation * d_largest, -2);
    double n = std::pow(offset_deviation, -2), t = 0.0, tt = known, e = 0.0;
    double te = -known * guess;
    for (size_t i = 0; i < blocks; ++i) {
        const double offset = -straightened(i, guess).imag() / (two_pi * line);
        n += weight;
        t += weight * place(i);
        tt += weight * place(i) * place(i);
        e += weight * offset;
        te += weight * place(i) * offset;
    }
    const double drift = guess + (n * te - t * e) / (n * tt - t * t);
    return std::clamp(drift, -d_largest, d_largest);
}

} // namespace burst
} // namespace dlcomm
} // namespace gr
