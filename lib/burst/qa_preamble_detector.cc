/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "burst/layout.h"
#include "burst/preamble_detector.h"
#include "burst/qa_signals.h"

#include <boost/test/unit_test.hpp>

using namespace gr::dlcomm::burst;
using namespace qa;

namespace {

constexpr double max_cfo = 5e-3;

// All detections in a stream, given in pieces; searched on behind each.
std::vector<preamble_detector::detection>
search(const samples& stream, size_t piece, int sps = 4, double cfo = max_cfo)
{
    preamble_detector detector(sps, preamble_detector::default_threshold, cfo);
    const samples all = zeros(200) + stream;
    detector.restart(0);
    std::vector<preamble_detector::detection> found;
    for (size_t end = 200; end < all.size();) {
        end = std::min(end + piece, all.size());
        const sample_view view{ all.data(), -200, static_cast<int64_t>(end) - 200 };
        while (const auto one = detector.search(view)) {
            found.push_back(*one);
            detector.restart(one->half_symbol + 2);
        }
    }
    return found;
}

samples some_burst(int sps = 4) { return burst({}, qpsk(40, 1), sps); }

} // namespace

BOOST_AUTO_TEST_CASE(bursts_are_found_at_their_place_and_frequency)
{
    for (const int sps : { 2, 4, 10, 16 })
        for (const double cfo : { 0.0, 3.1e-3, -5e-3 }) {
            const auto stream =
                turned(zeros(1000 * sps) + some_burst(sps) + zeros(300 * sps), cfo, 1.0);
            const auto found = search(stream, 10000, sps);
            BOOST_REQUIRE_EQUAL(found.size(), 1u);
            BOOST_CHECK_EQUAL(found[0].half_symbol, 2 * 1000 + 11);
            BOOST_CHECK_SMALL(found[0].frequency - cfo * sps, 1.0 / 256);
            BOOST_CHECK_GT(found[0].metric, sps * std::abs(cfo) > 0.03 ? 0.4 : 0.8);
            BOOST_CHECK_LE(found[0].metric, 1.001);
        }
}

BOOST_AUTO_TEST_CASE(the_level_does_not_matter)
{
    const auto stream = zeros(400) + some_burst() + zeros(400);
    const auto reference = search(stream, 4096);
    BOOST_REQUIRE_EQUAL(reference.size(), 1u);
    for (const double level : { 1e-8, 1e-4, 1.0, 1e4, 1e8 }) {
        const auto found = search(scaled(stream, level), 4096);
        BOOST_REQUIRE_EQUAL(found.size(), 1u);
        BOOST_CHECK_EQUAL(found[0].half_symbol, reference[0].half_symbol);
        BOOST_CHECK_CLOSE(found[0].metric, reference[0].metric, 1e-3);
    }
}

BOOST_AUTO_TEST_CASE(pieces_change_nothing)
{
    const auto stream = plus(zeros(700) + some_burst() + zeros(500) + some_burst() +
                                 zeros(900) + some_burst(),
                             noise(20000, 0.01, 3));
    const auto reference = search(stream, 100000);
    BOOST_CHECK_EQUAL(reference.size(), 3u);
    for (const size_t piece : { 1, 2, 7, 333 }) {
        const auto found = search(stream, piece);
        BOOST_REQUIRE_EQUAL(found.size(), reference.size());
        for (size_t i = 0; i < found.size(); ++i) {
            BOOST_CHECK_EQUAL(found[i].half_symbol, reference[i].half_symbol);
            BOOST_CHECK_EQUAL(found[i].metric, reference[i].metric);
            BOOST_CHECK_EQUAL(found[i].frequency, reference[i].frequency);
        }
    }
}

// What has no preamble triggers nothing: silence, constants, tones of every frequency,
// steps, single samples, residues far below the level of float32's precision, noise.
// 2e6 samples of noise hold 1e6 hypotheses with some 5 independent frequencies each: the
// false-alarm rate of this test is 1e-3 by (1 - 0.3)^63 = 1.7e-10.
BOOST_AUTO_TEST_CASE(nothing_else_is_found)
{
    const size_t count = 20000;
    BOOST_CHECK(search(zeros(count), 4096).empty());
    for (const double level : { 1e-30, 1e-22, 1e-10, 1.0, 1e10 }) {
        const samples constant(count, std::complex<float>(float(level), float(level)));
        BOOST_CHECK(search(constant, 4096).empty());
        BOOST_CHECK(search(zeros(500) + constant + zeros(500), 4096).empty());
        BOOST_CHECK(search(noise(count, level * level, 7), 4096).empty());
    }
    for (double frequency = -0.5; frequency < 0.5; frequency += 0.0037)
        BOOST_CHECK(search(turned(samples(2000, 1.0f), frequency), 4096).empty());
    samples single = zeros(2000);
    single[1000] = 1.0f;
    BOOST_CHECK(search(single, 4096).empty());
    // Behind something strong no residue of a running sum triggers.
    BOOST_CHECK(
        search(scaled(noise(5000, 1.0, 5), 1e6) + zeros(5000) + noise(10000, 1e-20, 6),
               4096)
            .empty());
    BOOST_CHECK(search(noise(2000000, 1.0, 8), 4096).empty());
}

// At 3 dB Es/N0 the metric of a burst on the grid of half symbols is 0.67 on average.
// 200 bursts; more than two missed would have a probability below 1e-6.
BOOST_AUTO_TEST_CASE(bursts_in_noise_are_found)
{
    const double variance = 0.0625 * 4.0 * std::pow(10.0, -0.3);
    samples stream;
    for (int i = 0; i < 200; ++i)
        stream = std::move(stream) + some_burst() + zeros(397);
    stream = plus(stream, noise(stream.size(), variance, 11));
    const auto found = search(stream, 4096);
    BOOST_CHECK_GE(found.size(), 198u);
    BOOST_CHECK_LE(found.size(), 200u);
}
