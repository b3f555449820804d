/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "burst/layout.h"
#include "burst/preamble_detector.h"

#include <volk/volk.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace dlcomm {
namespace burst {
namespace {

constexpr size_t length = preamble_symbols;
constexpr int64_t peak_width = 16;      // half symbols
constexpr double bin_width = 1.0 / 256; // cycles per symbol, a quarter of a resolution
constexpr double bins_beyond = 1.2;     // of max_cfo
constexpr float least_energy = 1e-30f;  // below, float32 has too few digits
constexpr double long_segments = 0.025; // offset in cycles per symbol that they bear

// Rounds towards minus infinity.
constexpr int64_t symbol_of(int64_t half_symbol) { return half_symbol >> 1; }

} // namespace

preamble_detector::preamble_detector(size_t sps, double threshold, double max_cfo)
    : d_sps(sps),
      d_half(pulse_half(sps)),
      d_segment(max_cfo * static_cast<double>(sps) <= long_segments ? 8 : 4),
      d_segments(length / d_segment),
      d_threshold(threshold),
      d_correlations(2 * batch),
      d_powers(batch + length),
      d_runs(batch + length)
{
    const double pi = std::acos(-1.0);
    const int bins = static_cast<int>(
        std::ceil(bins_beyond * max_cfo * static_cast<double>(sps) / bin_width));
    for (int bin = -bins; bin <= bins; ++bin) {
        d_bins.push_back(bin * bin_width);
        for (size_t s = 0; s < d_segments; ++s)
            d_turns.emplace_back(
                std::polar(1.0, -2.0 * pi * d_bins.back() * double(s * d_segment)));
    }
    const auto taps = pulse_taps(sps);
    d_taps.assign(aligned_taps(taps.size()), 0.0f);
    std::copy(taps.begin(), taps.end(), d_taps.begin());
    for (size_t arm = 0; arm < 2; ++arm) {
        d_arms[arm].reserve(arm_size);
        d_sums[arm].resize(batch);
        d_energies[arm].resize(batch);
    }
}

void preamble_detector::restart(int64_t half_symbol)
{
    d_candidate.reset();
    d_next = half_symbol;
    d_base = symbol_of(half_symbol);
    d_filtered = 2 * d_base;
    for (auto& arm : d_arms)
        arm.clear();
}

// Fill the arms as far as the samples and their size allow.
void preamble_detector::filter(const sample_view& samples)
{
    const int64_t hop = static_cast<int64_t>(d_sps / 2);
    const int64_t before = static_cast<int64_t>(d_half);
    const int64_t after = static_cast<int64_t>(d_taps.size() - d_half);
    if (d_arms[1].size() >= arm_size - 1) {
        const auto done = static_cast<size_t>(symbol_of(d_next) - d_base);
        for (auto& arm : d_arms)
            arm.erase(arm.begin(), arm.begin() + static_cast<ptrdiff_t>(done));
        d_base += static_cast<int64_t>(done);
    }
    const int64_t room = d_base + static_cast<int64_t>(arm_size) - 1;
    for (; symbol_of(d_filtered) < room && d_filtered * hop + after <= samples.end;
         ++d_filtered) {
        std::complex<float> sum;
        volk_32fc_32f_dot_prod_32fc_u(&sum,
                                      samples.at(d_filtered * hop - before),
                                      d_taps.data(),
                                      static_cast<unsigned int>(d_taps.size()));
        d_arms[d_filtered & 1].push_back(sum);
    }
}

// Sum up the squares of the segments' correlations with the preamble.
template <size_t Segment>
void preamble_detector::correlate(size_t arm, size_t first, size_t count)
{
    float* const __restrict sums = d_sums[arm].data();
    float* const __restrict correlation = d_correlations.data();
    std::fill_n(sums, count, 0.0f);
    for (size_t s = 0; s < length / Segment; ++s) {
        const float* const y =
            reinterpret_cast<const float*>(&d_arms[arm][first + s * Segment]);
        std::array<float, Segment> signs;
        std::copy_n(preamble().begin() + s * Segment, Segment, signs.begin());
        for (size_t i = 0; i < 2 * count; ++i) {
            float sum = 0.0f;
            for (size_t k = 0; k < Segment; ++k)
                sum += signs[k] * y[i + 2 * k];
            correlation[i] = sum;
        }
        for (size_t i = 0; i < count; ++i)
            sums[i] += correlation[2 * i] * correlation[2 * i] +
                       correlation[2 * i + 1] * correlation[2 * i + 1];
    }
}

void preamble_detector::screen(size_t arm, size_t first, size_t count)
{
    if (d_segment == 8)
        correlate<8>(arm, first, count);
    else
        correlate<4>(arm, first, count);
    // Energies of 64 symbols, summed anew for each: a running sum would keep residues.
    const float* const y = reinterpret_cast<const float*>(&d_arms[arm][first]);
    float* const __restrict powers = d_powers.data();
    float* const __restrict runs = d_runs.data();
    float* const __restrict energies = d_energies[arm].data();
    for (size_t i = 0; i < count + length - 1; ++i)
        powers[i] = y[2 * i] * y[2 * i] + y[2 * i + 1] * y[2 * i + 1];
    for (size_t i = 0; i < count + length - 8; ++i) {
        float sum = 0.0f;
        for (size_t k = 0; k < 8; ++k)
            sum += powers[i + k];
        runs[i] = sum;
    }
    for (size_t i = 0; i < count; ++i) {
        float sum = 0.0f;
        for (size_t k = 0; k < length; k += 8)
            sum += runs[i + k];
        energies[i] = sum;
    }
}

preamble_detector::detection preamble_detector::measure(int64_t half_symbol) const
{
    const std::complex<float>* const y =
        &d_arms[half_symbol & 1][static_cast<size_t>(symbol_of(half_symbol) - d_base)];
    std::array<std::complex<float>, length / 4> segments{};
    double energy = 0.0;
    for (size_t k = 0; k < length; ++k) {
        segments[k / d_segment] += preamble()[k] * y[k];
        energy += std::norm(y[k]);
    }
    detection best = { half_symbol, 0.0, 0.0 };
    for (size_t bin = 0; bin < d_bins.size(); ++bin) {
        float re = 0.0f, im = 0.0f;
        for (size_t s = 0; s < d_segments; ++s) {
            const auto turn = d_turns[bin * d_segments + s];
            re += segments[s].real() * turn.real() - segments[s].imag() * turn.imag();
            im += segments[s].real() * turn.imag() + segments[s].imag() * turn.real();
        }
        const double metric =
            (double(re) * re + double(im) * im) / (double(length) * energy);
        if (metric > best.metric) {
            best.metric = metric;
            best.frequency = d_bins[bin];
        }
    }
    return best;
}

std::optional<preamble_detector::detection>
preamble_detector::search(const sample_view& samples)
{
    while (true) {
        filter(samples);
        const int64_t ready = d_filtered - 2 * static_cast<int64_t>(length) + 2;
        const int64_t end = std::min(ready, d_next + static_cast<int64_t>(2 * batch) - 2);
        if (end <= d_next)
            return {};
        // Half symbols d_next to end - 1 of both arms, from symbol `first` on.
        const int64_t first = symbol_of(d_next);
        const auto from = static_cast<size_t>(first - d_base);
        for (int64_t arm = 0; arm < 2; ++arm)
            if (const int64_t count = symbol_of(end - 1 - arm) - first + 1; count > 0)
                screen(static_cast<size_t>(arm), from, static_cast<size_t>(count));
        for (; d_next < end; ++d_next) {
            if (d_candidate && d_next == d_decided)
                return d_candidate;
            const auto i = static_cast<size_t>(symbol_of(d_next) - first);
            const float sum = d_sums[d_next & 1][i], energy = d_energies[d_next & 1][i];
            // By Cauchy and Schwarz no frequency gives a larger metric than this.
            const float bound = static_cast<float>(d_threshold * length) * energy;
            if (!(energy > least_energy && static_cast<float>(d_segments) * sum > bound))
                continue;
            const detection found = measure(d_next);
            if (!(found.metric > d_threshold))
                continue;
            if (!d_candidate)
                d_decided = d_next + peak_width;
            if (!d_candidate || found.metric > d_candidate->metric)
                d_candidate = found;
        }
    }
}

} // namespace burst
} // namespace dlcomm
} // namespace gr
