/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "reception.h"

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace gr::dlcomm::loopback;
using samples = std::vector<std::complex<float>>;

namespace {

constexpr double turn = 6.28318530717958647692;
constexpr int64_t first = -5000;

// A signal within 80 % of the band, known between its samples.
std::complex<double> signal(double at)
{
    return std::polar(0.5, turn * 0.11 * at) + std::polar(0.25, -turn * 0.31 * at + 1.0);
}

samples transmitted(size_t count)
{
    samples made(count);
    for (size_t i = 0; i < count; ++i)
        made[i] = std::complex<float>(
            signal(static_cast<double>(first + static_cast<int64_t>(i))));
    return made;
}

samples hear(reception& heard, const samples& in, size_t count, size_t piece)
{
    samples out(count);
    sample_position position{ 0, 0 };
    for (size_t done = 0; done < count;) {
        const size_t part = std::min(piece, count - done);
        const auto window = heard.needed(position, part);
        BOOST_REQUIRE_GE(window.first, first);
        BOOST_REQUIRE_LE(window.end, first + static_cast<int64_t>(in.size()));
        BOOST_REQUIRE_GE(window.first, position.index - reception::reach);
        heard.process(&in[static_cast<size_t>(window.first - first)],
                      position,
                      &out[done],
                      part,
                      done);
        position += times(heard.step(), part);
        done += part;
        piece = piece % 997 + 13;
    }
    return out;
}

settings everything()
{
    settings all;
    all.gain_db = -3.0;
    all.noise_db = -20.0;
    all.cfo = 0.01;
    all.clock_ppm = 100.0;
    all.delay = 4095.3;
    all.phase_noise = 1e-4;
    all.multipath = { { 0.0, 0.0, 0.0 }, { 63.7, -6.0, 45.0 } };
    all.saturation = 0.6;
    all.seed = 5;
    return all;
}

} // namespace

BOOST_AUTO_TEST_CASE(nothing_set_changes_nothing)
{
    reception heard(0);
    heard.configure({}, 0.0);
    const samples in = transmitted(8000);
    const samples out = hear(heard, in, 2000, 700);
    BOOST_CHECK(std::equal(out.begin(), out.end(), in.begin() - first));
    const auto window = heard.needed({ 10, 0 }, 5);
    BOOST_CHECK_EQUAL(window.first, 10);
    BOOST_CHECK_EQUAL(window.end, 15);
}

BOOST_AUTO_TEST_CASE(clock_delay_carrier_and_gain_act_as_their_formula_says)
{
    settings wanted;
    wanted.clock_ppm = -50.0;
    wanted.delay = 17.25;
    wanted.cfo = 0.002;
    wanted.gain_db = 6.0;
    reception heard(0);
    heard.configure(wanted, 0.005); // and the receiver tuned a little below
    const samples out = hear(heard, transmitted(30000), 20000, 1000);
    double worst = 0.0;
    for (size_t i = 0; i < out.size(); ++i) {
        const double n = static_cast<double>(i);
        const std::complex<double> expected =
            signal(n * (1.0 - 50e-6) - 17.25) *
            std::polar(std::pow(10.0, 0.3), turn * 0.007 * n);
        worst = std::max(worst, std::abs(std::complex<double>(out[i]) - expected));
    }
    BOOST_CHECK_LT(worst, 2e-4);
}

BOOST_AUTO_TEST_CASE(noise_has_its_power_and_is_each_receivers_own)
{
    settings wanted;
    wanted.noise_db = -13.0;
    wanted.seed = 3;
    reception one(0), same(0), other(1);
    for (reception* each : { &one, &same, &other })
        each->configure(wanted, 2.0); // deaf
    const samples in = transmitted(60000);
    const samples noise = hear(one, in, 50000, 8000);
    BOOST_CHECK(noise == hear(same, in, 50000, 8000));
    BOOST_CHECK(noise != hear(other, in, 50000, 8000));
    // Sum of |w|^2 over half the variance is chi-squared with 2 count degrees of freedom;
    // false-alarm rate 1e-6.
    double power = 0.0;
    for (const auto& w : noise)
        power += std::norm(w);
    const double statistic = power / (0.5 * std::pow(10.0, -1.3));
    const boost::math::chi_squared law(2.0 * 50000);
    BOOST_CHECK_GT(statistic, quantile(law, 5e-7));
    BOOST_CHECK_LT(statistic, quantile(complement(law, 5e-7)));
}

BOOST_AUTO_TEST_CASE(cutting_changes_nothing)
{
    reception whole(2), cut(2);
    whole.configure(everything(), 0.03);
    cut.configure(everything(), 0.03);
    const samples in = transmitted(20000);
    BOOST_CHECK(hear(whole, in, 10000, 10000) == hear(cut, in, 10000, 1));
}

BOOST_AUTO_TEST_CASE(another_seed_is_another_noise)
{
    settings wanted = everything();
    reception one(0), two(0);
    one.configure(wanted, 0.0);
    wanted.seed = 6;
    two.configure(wanted, 0.0);
    const samples in = transmitted(8000);
    BOOST_CHECK(hear(one, in, 1000, 1000) != hear(two, in, 1000, 1000));
}

BOOST_AUTO_TEST_CASE(what_is_possible_is_what_there_are_samples_for)
{
    reception heard(0);
    heard.configure(everything(), 0.2);
    const sample_position position = sample_position::from(777.7);
    for (size_t wanted : { size_t(1), size_t(100), reception::most }) {
        for (int64_t end = -4000; end < 20000; end += 1237) {
            const size_t possible = heard.possible(position, wanted, end);
            BOOST_CHECK_LE(possible, wanted);
            if (possible > 0)
                BOOST_CHECK_LE(heard.needed(position, possible).end, end);
            if (possible < wanted)
                BOOST_CHECK_GT(heard.needed(position, possible + 1).end, end);
        }
    }
    const auto longest = heard.needed(position, reception::most);
    BOOST_CHECK_LE(static_cast<size_t>(longest.end - longest.first),
                   reception::longest_window);
}
