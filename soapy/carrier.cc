/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "carrier.h"
#include "purposes.h"

#include <algorithm>
#include <cmath>

namespace gr {
namespace dlcomm {
namespace loopback {
namespace {

constexpr double turn = 6.28318530717958647692;
constexpr size_t entries = 4096;
constexpr size_t stretch = 1024;

// A number of turns, of magnitude below 2^10, in units of 2^-64 turns.
uint64_t fixed(double turns)
{
    const double part = turns - std::floor(turns);
    return part < 1.0 ? static_cast<uint64_t>(part * 0x1p64) : 0;
}

std::complex<float> times(std::complex<float> a, std::complex<float> b)
{
    return { a.real() * b.real() - a.imag() * b.imag(),
             a.real() * b.imag() + a.imag() * b.real() };
}

} // namespace

carrier::carrier(uint64_t seed, uint32_t stream)
    : d_stream(stream),
      d_gaussian(seed, stream, purposes::phase_noise),
      d_coarse(entries),
      d_fine(entries),
      d_steps(stretch)
{
    for (size_t i = 0; i < entries; ++i) {
        const double coarse = turn * static_cast<double>(i) / entries;
        d_coarse[i] = std::complex<float>(std::polar(1.0, coarse));
        d_fine[i] = std::complex<float>(std::polar(1.0, coarse / entries));
    }
}

void carrier::set_seed(uint64_t seed)
{
    d_gaussian = channel::gaussian(seed, d_stream, purposes::phase_noise);
}

void carrier::set_frequency(double cycles_per_sample)
{
    d_step = fixed(cycles_per_sample);
}

void carrier::set_phase_noise(double variance)
{
    d_sigma = static_cast<float>(std::sqrt(variance));
}

void carrier::rotate(std::complex<float>* data, size_t count, uint64_t start, float gain)
{
    for (size_t begin = 0; begin < count; begin += stretch) {
        const size_t n = std::min(stretch, count - begin);
        if (d_sigma > 0.0f)
            d_gaussian.add(nullptr, d_steps.data(), n, start + begin, d_sigma);
        for (size_t i = 0; i < n; ++i) {
            const std::complex<float> rotation =
                times(d_coarse[d_phase >> 52], d_fine[(d_phase >> 40) & (entries - 1)]);
            const std::complex<float> x = data[begin + i];
            data[begin + i] = times({ x.real() * gain, x.imag() * gain }, rotation);
            d_phase += d_step;
            if (d_sigma > 0.0f) // at most 6.6 sigma: far from the end of the range
                d_phase += static_cast<uint64_t>(static_cast<int64_t>(
                               std::remainder(d_steps[i].real() / turn, 1.0) * 0x1p63)) *
                           2;
        }
    }
}

} // namespace loopback
} // namespace dlcomm
} // namespace gr
