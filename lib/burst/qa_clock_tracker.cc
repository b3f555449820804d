/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "burst/clock_tracker.h"
#include "burst/pulse.h"
#include "burst/qa_signals.h"

#include <boost/test/unit_test.hpp>

using namespace gr::dlcomm::burst;
using namespace qa;

namespace {

// The drift found in symbols that come ever later by `drift` symbols per symbol, read at
// their instants without the drift; all shifted by `offset` symbols.
double found_drift(const samples& symbols,
                   double drift,
                   double offset,
                   double noise_variance,
                   double max_clock_ppm,
                   unsigned seed)
{
    const int sps = 4;
    const pulse_bank bank(sps);
    const size_t margin = 20 * sps;
    // Pulses on a fine grid: 1/128 of a sample, the bank's own.
    samples stream(2 * margin + symbols.size() * sps + 100);
    samples probe(200);
    for (size_t k = 0; k < symbols.size(); ++k) {
        const double centre = margin + (k + offset + drift * k) * sps;
        const auto first = static_cast<size_t>(std::ceil(centre)) - pulse_half(sps);
        for (size_t n = first; n < first + 2 * pulse_half(sps); ++n) {
            // The pulse at n - centre is what the bank weighs a sample with that far off.
            std::fill(probe.begin(), probe.end(), 0.0f);
            probe[100] = 1.0f;
            stream[n] += symbols[k] * bank.at(probe.data(), 100.0 + (n - centre)).real();
        }
    }
    stream = plus(stream, noise(stream.size(), noise_variance, seed));
    clock_tracker tracker(max_clock_ppm);
    tracker.begin(symbols.size());
    for (size_t k = 0; k < symbols.size(); ++k) {
        std::array<std::complex<float>, 4> quarters;
        for (size_t i = 0; i < 4; ++i)
            quarters[i] = bank.at(stream.data(), margin + (k + 0.25 * i) * sps);
        tracker.add(quarters);
    }
    return 1e6 * tracker.drift(150.0);
}

} // namespace

// Three standard deviations of what was measured over seeds: 1.5 ppm with 4000 symbols,
// 8 with 1000, and 0.5 with 9000.
BOOST_AUTO_TEST_CASE(the_drift_is_found)
{
    const double variance = 0.1; // 10 dB
    for (const double ppm : { 0.0, 20.0, -45.0 }) {
        BOOST_CHECK_SMALL(
            found_drift(qpsk(4000, 1), ppm * 1e-6, 0.01, variance, 50.0, 2) - ppm, 5.0);
        BOOST_CHECK_SMALL(
            found_drift(qpsk(9000, 3), ppm * 1e-6, -0.01, variance, 50.0, 4) - ppm, 2.0);
    }
    BOOST_CHECK_SMALL(found_drift(qpsk(1000, 5), 20e-6, 0.0, variance, 50.0, 6) - 20.0,
                      24.0);
}

BOOST_AUTO_TEST_CASE(drifts_over_whole_symbols_are_found)
{
    BOOST_CHECK_SMALL(found_drift(qpsk(9000, 7), 300e-6, 0.0, 0.05, 400.0, 8) - 300.0,
                      3.0);
}

BOOST_AUTO_TEST_CASE(what_is_known_beforehand_bounds_the_drift)
{
    // Noise alone, a burst too short, clocks that are known to agree.
    BOOST_CHECK_LE(std::abs(found_drift(samples(2000), 0.0, 0.0, 1.0, 50.0, 9)), 50.0);
    BOOST_CHECK_LE(std::abs(found_drift(qpsk(100, 1), 0.0, 0.0, 0.1, 50.0, 10)), 20.0);
    BOOST_CHECK_EQUAL(found_drift(qpsk(20, 1), 0.0, 0.0, 0.1, 50.0, 11), 0.0);
    BOOST_CHECK_EQUAL(found_drift(qpsk(2000, 1), 20e-6, 0.0, 0.1, 0.0, 12), 0.0);
    clock_tracker tracker(50.0);
    tracker.begin(1000);
    for (int i = 0; i < 1000; ++i)
        tracker.add({});
    BOOST_CHECK_EQUAL(tracker.drift(100.0), 0.0);
}
