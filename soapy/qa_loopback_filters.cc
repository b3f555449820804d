/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "amplifier.h"
#include "complex_fir.h"

#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <cmath>

using namespace gr::dlcomm::loopback;
using samples = std::vector<std::complex<float>>;

namespace {

constexpr double turn = 6.28318530717958647692;

std::complex<double> response(const complex_fir& filter, double frequency)
{
    std::complex<double> sum = 0.0;
    for (size_t k = 0; k < filter.taps().size(); ++k)
        sum += std::complex<double>(filter.taps()[k]) *
               std::polar(
                   1.0,
                   -turn * frequency *
                       (static_cast<double>(k) - static_cast<double>(filter.ahead())));
    return sum;
}

double level_db(std::complex<double> value) { return 20.0 * std::log10(std::abs(value)); }

} // namespace

BOOST_AUTO_TEST_CASE(no_path_lets_everything_pass)
{
    BOOST_CHECK(propagation({}, 0.0).passes());
    BOOST_CHECK(propagation({}, 0.009).passes());
    BOOST_CHECK(!propagation({}, 0.01).passes());
    BOOST_CHECK(!propagation({ { 0.0, -1.0, 0.0 } }, 0.0).passes());
}

BOOST_AUTO_TEST_CASE(paths_add_as_their_formula_says)
{
    const std::vector<path> paths = { { 0.0, 0.0, 0.0 },
                                      { 2.0, -6.0, 90.0 },
                                      { 7.37, -3.0, -45.0 },
                                      { 64.0, -20.0, 10.0 } };
    const complex_fir filter = propagation(paths, 0.0);
    BOOST_CHECK_LE(filter.behind(), longest_propagation);
    for (double frequency : { -0.39, -0.1, 0.0, 0.05, 0.25, 0.4 }) {
        std::complex<double> expected = 0.0;
        for (const path& one : paths)
            expected +=
                std::polar(std::pow(10.0, one.gain_db / 20.0),
                           turn * (one.phase_deg / 360.0 - frequency * one.delay));
        BOOST_CHECK_SMALL(std::abs(response(filter, frequency) - expected), 1e-4);
    }
}

BOOST_AUTO_TEST_CASE(whole_delays_have_no_other_taps)
{
    const complex_fir filter =
        propagation({ { 1.0, 0.0, 0.0 }, { 3.0, 0.0, 180.0 } }, 0.0);
    BOOST_CHECK_EQUAL(filter.ahead(), 0u);
    BOOST_REQUIRE_EQUAL(filter.taps().size(), 4u);
    BOOST_CHECK(filter.taps()[0] == 0.0f && filter.taps()[2] == 0.0f);
    BOOST_CHECK_SMALL(std::abs(filter.taps()[1] - 1.0f), 1e-6f);
    BOOST_CHECK_SMALL(std::abs(filter.taps()[3] + 1.0f), 1e-6f);
}

BOOST_AUTO_TEST_CASE(a_detuned_receiver_loses_what_leaves_its_band)
{
    // The transmitter is 0.3 above the receiver: its own -0.5 to 0.2 stays.
    const complex_fir above = propagation({}, 0.3);
    for (double frequency : { -0.46, -0.3, 0.0, 0.16 })
        BOOST_CHECK_SMALL(level_db(response(above, frequency)), 0.01);
    for (double frequency : { 0.24, 0.3, 0.4, 0.46 })
        BOOST_CHECK_LT(level_db(response(above, frequency)), -70.0);
    const complex_fir below = propagation({}, -0.75);
    BOOST_CHECK_SMALL(level_db(response(below, 0.375)), 0.01);
    for (double frequency : { -0.3, 0.0, 0.21 })
        BOOST_CHECK_LT(level_db(response(below, frequency)), -70.0);
    BOOST_CHECK_LE(propagation({ { 64.0, 0.0, 0.0 } }, 0.3).behind(),
                   longest_propagation);
}

BOOST_AUTO_TEST_CASE(filtering_is_the_sum_and_is_the_same_when_cut)
{
    const complex_fir filter =
        propagation({ { 0.5, 0.0, 30.0 }, { 9.0, -3.0, 0.0 } }, 0.1);
    samples in(2000), whole(1500), cut(1500);
    for (size_t i = 0; i < in.size(); ++i)
        in[i] = { static_cast<float>(i * 7919 % 1000) / 500.0f - 1.0f,
                  static_cast<float>(i * 104729 % 1000) / 500.0f - 1.0f };
    const size_t offset = 250;
    filter.filter(&in[offset], whole.data(), whole.size());
    for (size_t done = 0, piece = 1; done < cut.size(); done += piece) {
        piece = std::min<size_t>(1 + done % 41, cut.size() - done);
        filter.filter(&in[offset + done], &cut[done], piece);
    }
    BOOST_CHECK(whole == cut);
    for (size_t n : { size_t(0), size_t(511), size_t(512), size_t(1499) }) {
        std::complex<double> sum = 0.0;
        for (size_t k = 0; k < filter.taps().size(); ++k)
            sum += std::complex<double>(filter.taps()[k]) *
                   std::complex<double>(in[offset + n + filter.ahead() - k]);
        BOOST_CHECK_SMALL(std::abs(std::complex<double>(whole[n]) - sum), 1e-4);
    }
}

BOOST_AUTO_TEST_CASE(the_amplifier_follows_rapp)
{
    const samples in = { 0.0f, 0.01f, { 0.3f, 0.4f }, { 0.0f, -2.0f }, 1e30f };
    samples out(in.size());
    amplify(in.data(), out.data(), in.size(), 0.5f);
    BOOST_CHECK(out[0] == 0.0f);
    BOOST_CHECK_CLOSE(out[1].real(), 0.01, 1e-4);
    // |x| = A: 3 dB / 2 less, by 2^(1/4)
    BOOST_CHECK_CLOSE(std::abs(out[2]), 0.5 / std::pow(2.0, 0.25), 1e-4);
    BOOST_CHECK_CLOSE(std::arg(out[2]), std::arg(in[2]), 1e-4);
    BOOST_CHECK_CLOSE(std::abs(out[3]), 2.0 / std::pow(1.0 + 256.0, 0.25), 1e-4);
    BOOST_CHECK_CLOSE(std::abs(out[4]), 0.5, 1e-4);
}
