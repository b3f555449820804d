/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "burst/phase_tracker.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

using namespace gr::dlcomm::burst;

namespace {

constexpr size_t count = 200, spacing = 17;

struct track {
    std::vector<double> truth, found; // per symbol
};

// Follow a phase that begins at `start`, turns by `frequency` per symbol and wanders by
// `phase_noise`, from pilots in noise of this variance on either rail.
track follow(double start,
             double frequency,
             double phase_noise,
             double variance,
             double expected_noise,
             unsigned seed)
{
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    track result;
    result.truth.resize((count - 1) * spacing + 1);
    double phase = start;
    for (auto& value : result.truth) {
        value = phase;
        phase += frequency + std::sqrt(phase_noise) * normal(random);
    }
    phase_tracker tracker(expected_noise);
    tracker.begin(1e-5);
    for (size_t i = 0; i < count; ++i) {
        const double re = std::sqrt(variance) * normal(random);
        tracker.add(double(i * spacing),
                    std::polar(1.0, result.truth[i * spacing]) +
                        std::complex<double>(re, std::sqrt(variance) * normal(random)),
                    variance);
    }
    tracker.smooth();
    result.found.resize(result.truth.size());
    tracker.phases(0.0, result.found);
    return result;
}

double mean_square(const track& t)
{
    double sum = 0.0;
    for (size_t i = 0; i < t.truth.size(); ++i)
        sum +=
            std::pow(std::remainder(t.found[i] - t.truth[i], 2.0 * std::acos(-1.0)), 2);
    return sum / t.truth.size();
}

} // namespace

BOOST_AUTO_TEST_CASE(without_noise_the_phase_is_exact)
{
    for (const double frequency : { 0.0, 1e-4, -3e-3 })
        BOOST_CHECK_SMALL(mean_square(follow(2.5, frequency, 0.0, 1e-12, 1e-5, 1)), 1e-9);
}

// The smoother of a random walk of variance Q from pilot to pilot seen in noise R has an
// error of about sqrt(Q R) / 2 at the pilots, where Q << R, and up to Q / 4 more between
// them. Two degrees of freedom beside (start, frequency) are little of 200 pilots. Within
// 60 %: the error's estimate has some 2 sqrt(Q / R) 200 = 30 independent values or more,
// a standard deviation below 27 %.
BOOST_AUTO_TEST_CASE(the_error_is_that_of_the_best_smoother)
{
    for (const double variance : { 0.05, 0.3 })
        for (const double phase_noise : { 1e-4, 3e-4 }) {
            const double q = phase_noise * spacing;
            const double expected = std::sqrt(q * variance) / 2.0 + q / 6.0;
            double found = 0.0;
            for (unsigned seed = 0; seed < 10; ++seed)
                found += mean_square(
                    follow(1.0, 1e-4, phase_noise, variance, phase_noise, seed));
            BOOST_CHECK_CLOSE(found / 10.0, expected, 20.0);
            // What expects another phase noise does worse.
            double worse = 0.0;
            for (unsigned seed = 0; seed < 10; ++seed)
                worse += mean_square(
                    follow(1.0, 1e-4, phase_noise, variance, phase_noise / 100.0, seed));
            BOOST_CHECK_GT(worse, found);
        }
}

BOOST_AUTO_TEST_CASE(between_and_beside_observations_the_phase_is_a_line)
{
    phase_tracker tracker(1e-5);
    tracker.begin(1e-2);
    for (const double place : { 10.0, 20.0, 50.0 })
        tracker.add(place, std::polar(1.0, 0.02 * place), 1e-9);
    tracker.smooth();
    std::vector<double> phases(70);
    tracker.phases(0.0, phases);
    for (size_t i = 0; i < phases.size(); ++i)
        BOOST_CHECK_SMALL(phases[i] - 0.02 * i, 0.02);
    tracker.begin(1e-2);
    tracker.add(5.0, { 0.0, 1.0 }, 0.1);
    tracker.smooth();
    tracker.phases(0.0, phases);
    for (const double phase : phases)
        BOOST_CHECK_SMALL(phase - std::acos(0.0), 1e-9);
}
