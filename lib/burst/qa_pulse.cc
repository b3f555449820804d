/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "burst/pulse.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <complex>
#include <vector>

using namespace gr::dlcomm::burst;

BOOST_AUTO_TEST_CASE(pulses_have_unit_energy_and_do_not_disturb_each_other)
{
    for (int sps = fewest_samples_per_symbol; sps <= most_samples_per_symbol; sps += 2) {
        const auto taps = pulse_taps(sps);
        const size_t half = pulse_half(sps);
        BOOST_REQUIRE_EQUAL(taps.size(), 2 * half + 1);
        double others = 0.0;
        for (size_t lag = 0; lag < taps.size(); lag += sps) {
            double sum = 0.0;
            for (size_t i = 0; i + lag < taps.size(); ++i)
                sum += taps[i] * taps[i + lag];
            if (lag)
                others += 2.0 * sum * sum;
            else
                BOOST_CHECK_CLOSE(sum, 1.0, 1e-4);
        }
        BOOST_CHECK_LT(10.0 * std::log10(others), -45.0); // what the cut leaves
    }
}

BOOST_AUTO_TEST_CASE(the_bank_finds_pulses_between_samples)
{
    for (const int sps : { 2, 4, 6, 16 }) {
        const pulse_bank bank(sps);
        const double pi = std::acos(-1.0);
        // A tone within the pulse's flat band comes out with its phase at the instant.
        const double frequency = 0.1 / sps;
        std::vector<std::complex<float>> tone;
        for (int n = 0; n < 40 * sps; ++n)
            tone.emplace_back(std::polar(1.0, 2.0 * pi * frequency * n));
        const std::complex<float> reference = bank.at(tone.data(), 20.0 * sps);
        for (double late = 0.0; late < 2.0; late += 0.0371) {
            const auto found = bank.at(tone.data(), 20.0 * sps + late);
            const auto expected = std::complex<double>(reference) *
                                  std::polar(1.0, 2.0 * pi * frequency * late);
            BOOST_CHECK_SMALL(std::abs(std::complex<double>(found) / expected - 1.0),
                              0.01);
        }
        // On samples it is the matched filter.
        const auto taps = pulse_taps(sps);
        std::complex<float> sum = 0.0f;
        for (size_t i = 0; i < taps.size(); ++i)
            sum += taps[i] * tone[20 * sps - pulse_half(sps) + i];
        BOOST_CHECK_SMALL(std::abs(sum - reference), 1e-5f);
    }
}

BOOST_AUTO_TEST_CASE(samples_per_symbol_are_checked)
{
    for (const int bad : { -4, 0, 1, 3, 5, 17, 18 })
        BOOST_CHECK_THROW(check_samples_per_symbol(bad), std::invalid_argument);
    for (const int good : { 2, 4, 16 })
        BOOST_CHECK_NO_THROW(check_samples_per_symbol(good));
}
