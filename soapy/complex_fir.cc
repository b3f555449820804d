/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "complex_fir.h"
#include "interpolator.h"

#include <algorithm>
#include <cmath>

namespace gr {
namespace dlcomm {
namespace loopback {
namespace {

constexpr double pi = 3.14159265358979323846;
constexpr int sinc_half = interpolator::taps / 2;
constexpr int band_half = 64;
constexpr double least_shift = 0.01;

using taps = std::vector<std::complex<double>>;

// Taps of the paths; `ahead` becomes the number of those at negative times.
taps path_taps(const std::vector<path>& paths, size_t& ahead)
{
    ahead = 0;
    if (paths.empty())
        return { 1.0 };
    size_t last = 0;
    for (const path& one : paths) {
        const bool whole = one.delay == std::floor(one.delay);
        const size_t delay = static_cast<size_t>(one.delay);
        if (!whole && delay + 1 < sinc_half)
            ahead = std::max(ahead, sinc_half - 1 - delay);
        last = std::max(last, whole ? delay : delay + sinc_half);
    }
    taps h(ahead + last + 1);
    for (const path& one : paths) {
        const std::complex<double> gain =
            std::polar(std::pow(10.0, one.gain_db / 20.0), one.phase_deg * pi / 180.0);
        if (one.delay == std::floor(one.delay)) {
            h[ahead + static_cast<size_t>(one.delay)] += gain;
            continue;
        }
        for (size_t i = 0; i < h.size(); ++i)
            h[i] += gain * windowed_sinc(static_cast<double>(i) -
                                             static_cast<double>(ahead) - one.delay,
                                         sinc_half);
    }
    return h;
}

// What a receiver `shift` below the transmitter has in its band, in the transmitter's.
taps band_taps(double shift)
{
    const double low = std::max(-0.5, -0.5 - shift);
    const double high = std::min(0.5, 0.5 - shift);
    const double width = high - low;
    const double centre = 0.5 * (high + low);
    taps h(2 * band_half + 1);
    for (int i = -band_half; i <= band_half; ++i) {
        const double sinc = i == 0 ? width : std::sin(pi * width * i) / (pi * i);
        const double edge = static_cast<double>(i) / (band_half + 1);
        const double window = 0.42 + 0.5 * std::cos(pi * edge) +
                              0.08 * std::cos(2.0 * pi * edge); // Blackman's
        h[i + band_half] = sinc * window * std::polar(1.0, 2.0 * pi * centre * i);
    }
    return h;
}

} // namespace

complex_fir::complex_fir(const std::vector<std::complex<double>>& taps, size_t ahead)
    : d_ahead(ahead), d_taps(taps.begin(), taps.end())
{
}

void complex_fir::filter(const std::complex<float>* in,
                         std::complex<float>* out,
                         size_t count) const
{
    float* y = reinterpret_cast<float*>(out);
    // A stretch that stays in the cache while all taps pass over it.
    constexpr size_t stretch = 512;
    for (size_t begin = 0; begin < count; begin += stretch) {
        const size_t n = std::min(stretch, count - begin);
        std::fill(y + 2 * begin, y + 2 * (begin + n), 0.0f);
        for (size_t k = 0; k < d_taps.size(); ++k) {
            const float re = d_taps[k].real();
            const float im = d_taps[k].imag();
            if (re == 0.0f && im == 0.0f)
                continue;
            const float* x = reinterpret_cast<const float*>(in + begin + d_ahead - k);
            float* part = y + 2 * begin;
            for (size_t i = 0; i < n; ++i) {
                part[2 * i] += re * x[2 * i] - im * x[2 * i + 1];
                part[2 * i + 1] += re * x[2 * i + 1] + im * x[2 * i];
            }
        }
    }
}

complex_fir propagation(const std::vector<path>& paths, double shift)
{
    size_t ahead = 0;
    const taps h = path_taps(paths, ahead);
    if (std::abs(shift) < least_shift)
        return complex_fir(h, ahead);
    const taps band = band_taps(shift);
    taps both(h.size() + band.size() - 1);
    for (size_t i = 0; i < h.size(); ++i)
        for (size_t j = 0; j < band.size(); ++j)
            both[i + j] += h[i] * band[j];
    return complex_fir(both, ahead + band_half);
}

} // namespace loopback
} // namespace dlcomm
} // namespace gr
