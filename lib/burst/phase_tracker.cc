/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "burst/phase_tracker.h"

#include <cmath>

namespace gr {
namespace dlcomm {
namespace burst {
namespace {

// Variance that the frequency gains per symbol, in (rad per symbol)^2.
constexpr double frequency_noise = 1e-12;

} // namespace

void phase_tracker::begin(double frequency_variance)
{
    d_frequency_variance = frequency_variance;
    d_places.clear();
    d_states.clear();
}

phase_tracker::state phase_tracker::predict(const state& from, double distance) const
{
    const auto& [phase, both, frequency] = from.covariance;
    const double d = distance;
    return { from.phase + d * from.frequency,
             from.frequency,
             { phase + 2.0 * d * both + d * d * frequency + d * d_phase_noise +
                   d * d * d * frequency_noise / 3.0,
               both + d * frequency + d * d * frequency_noise / 2.0,
               frequency + d * frequency_noise } };
}

void phase_tracker::add(double place, std::complex<double> value, double variance)
{
    if (d_states.empty()) {
        d_states.push_back(
            { std::arg(value), 0.0, { variance, 0.0, d_frequency_variance } });
    } else {
        state now = predict(d_states.back(), place - d_places.back());
        const auto& [phase, both, frequency] = now.covariance;
        const double gain = 1.0 / (phase + variance);
        const double innovation = (value * std::polar(1.0, -now.phase)).imag();
        now.phase += phase * gain * innovation;
        now.frequency += both * gain * innovation;
        now.covariance = { phase * variance * gain,
                           both * variance * gain,
                           frequency - both * both * gain };
        d_states.push_back(now);
    }
    d_places.push_back(place);
}

void phase_tracker::smooth()
{
    for (size_t i = d_states.size() - 1; i-- > 0;) {
        state& now = d_states[i];
        const state& next = d_states[i + 1];
        const double d = d_places[i + 1] - d_places[i];
        const state expected = predict(now, d);
        // gain = covariance . transition^T . inverse of the predicted covariance
        const auto& [a, b, c] = now.covariance;
        const auto& [p, q, r] = expected.covariance;
        const double scale = 1.0 / (p * r - q * q);
        const double u = a + d * b, v = b + d * c;
        const double g11 = (u * r - b * q) * scale, g12 = (b * p - u * q) * scale;
        const double g21 = (v * r - c * q) * scale, g22 = (c * p - v * q) * scale;
        const double phase = next.phase - expected.phase;
        const double frequency = next.frequency - expected.frequency;
        now.phase += g11 * phase + g12 * frequency;
        now.frequency += g21 * phase + g22 * frequency;
    }
}

void phase_tracker::phases(double first, std::vector<double>& phases) const
{
    size_t i = 0;
    double place = first;
    for (auto& phase : phases) {
        while (i + 1 < d_places.size() && d_places[i + 1] <= place)
            ++i;
        const size_t other = i + 1 < d_places.size() && d_places[i] <= place ? i + 1 : i;
        if (other == i) // before the first or behind the last one
            phase = d_states[i].phase + (place - d_places[i]) * d_states[i].frequency;
        else
            phase = d_states[i].phase + (d_states[other].phase - d_states[i].phase) *
                                            (place - d_places[i]) /
                                            (d_places[other] - d_places[i]);
        place += 1.0;
    }
}

} // namespace burst
} // namespace dlcomm
} // namespace gr
