/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "burst/pulse.h"

#include <volk/volk.h>
#include <cmath>
#include <stdexcept>
#include <string>

namespace gr {
namespace dlcomm {
namespace burst {
namespace {

const double pi = std::acos(-1.0);

// The root-raised-cosine at t symbols from its centre, by any scale.
double root_raised_cosine(double t)
{
    const double a = pulse_rolloff;
    if (std::abs(t) > pulse_span / 2.0 + 1e-9)
        return 0.0;
    if (std::abs(t) < 1e-6)
        return 1.0 - a + 4.0 * a / pi;
    if (std::abs(std::abs(t) - 1.0 / (4.0 * a)) < 1e-6)
        return a / std::sqrt(2.0) *
               ((1.0 + 2.0 / pi) * std::sin(pi / (4.0 * a)) +
                (1.0 - 2.0 / pi) * std::cos(pi / (4.0 * a)));
    return (std::sin(pi * t * (1.0 - a)) + 4.0 * a * t * std::cos(pi * t * (1.0 + a))) /
           (pi * t * (1.0 - std::pow(4.0 * a * t, 2)));
}

// What gives the taps unit energy.
double scale(size_t sps)
{
    const int half = static_cast<int>(pulse_half(sps));
    double energy = 0.0;
    for (int n = -half; n <= half; ++n)
        energy += std::pow(root_raised_cosine(static_cast<double>(n) / sps), 2);
    return 1.0 / std::sqrt(energy);
}

} // namespace

void check_samples_per_symbol(int sps)
{
    if (sps < fewest_samples_per_symbol || sps > most_samples_per_symbol || sps % 2)
        throw std::invalid_argument("sps is " + std::to_string(sps) +
                                    ", expected an even number from " +
                                    std::to_string(fewest_samples_per_symbol) + " to " +
                                    std::to_string(most_samples_per_symbol));
}

std::vector<float> pulse_taps(size_t sps)
{
    const int half = static_cast<int>(pulse_half(sps));
    std::vector<float> taps;
    for (int n = -half; n <= half; ++n)
        taps.push_back(
            static_cast<float>(scale(sps) * root_raised_cosine(double(n) / sps)));
    return taps;
}

pulse_bank::pulse_bank(size_t sps)
    : d_taps(aligned_taps(2 * pulse_half(sps) + 2)),
      d_before(d_taps - pulse_half(sps) -
               2), // so that it looks ahead as little as it can
      d_bank((phases + 1) * d_taps)
{
    // Phase p is for an instant p / phases behind a sample.
    const double unit = scale(sps);
    for (int phase = 0; phase <= phases; ++phase)
        for (size_t i = 0; i < d_taps; ++i) {
            const double t = static_cast<double>(i) - static_cast<double>(d_before) -
                             static_cast<double>(phase) / phases;
            d_bank[phase * d_taps + i] =
                static_cast<float>(unit * root_raised_cosine(t / sps));
        }
}

std::complex<float> pulse_bank::at(const std::complex<float>* samples,
                                   double instant) const
{
    const double whole = std::floor(instant);
    const auto phase = static_cast<size_t>(std::lround((instant - whole) * phases));
    std::complex<float> sum;
    // The kernel for unaligned data, always: another one sums in another order.
    volk_32fc_32f_dot_prod_32fc_u(&sum,
                                  samples + static_cast<ptrdiff_t>(whole) -
                                      static_cast<ptrdiff_t>(d_before),
                                  &d_bank[phase * d_taps],
                                  static_cast<unsigned int>(d_taps));
    return sum;
}

} // namespace burst
} // namespace dlcomm
} // namespace gr
