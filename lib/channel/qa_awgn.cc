/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "channel/awgn.h"

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

using gr::dlcomm::channel::awgn;
using samples = std::vector<std::complex<float>>;

namespace {

const double infinity = std::numeric_limits<double>::infinity();

samples next(awgn& channel, size_t count)
{
    const samples in(count, { 1.0f, -1.0f });
    samples out(count);
    channel.add(in.data(), out.data(), count);
    return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(noise_variance_follows_from_ebn0)
{
    // N0 = 1 / (bits_per_sample * Eb/N0)
    BOOST_CHECK_CLOSE(awgn(0.0, 1.0, 0, 0).n0(), 1.0, 1e-10);
    BOOST_CHECK_CLOSE(awgn(0.0, 2.0, 0, 0).n0(), 0.5, 1e-10);
    BOOST_CHECK_CLOSE(awgn(10.0, 8.0 / 7.0, 0, 0).n0(), 0.0875, 1e-10);
    BOOST_CHECK_CLOSE(awgn(-3.0, 2.0, 0, 0).n0(), 0.5 * std::pow(10.0, 0.3), 1e-10);
    awgn channel(4.0, 8.0 / 7.0, 0, 0);
    BOOST_CHECK_CLOSE(channel.ebn0_db(), 4.0, 1e-10);
    channel.set_ebn0_db(-2.5);
    BOOST_CHECK_CLOSE(channel.ebn0_db(), -2.5, 1e-10);
    channel.set_n0(0.0875);
    BOOST_CHECK_CLOSE(channel.ebn0_db(), 10.0, 1e-10);
}

// N0 is the variance per complex sample, half of it on each rail: sums of squares within
// chi-square quantiles, false-alarm rate 1e-6 each.
BOOST_AUTO_TEST_CASE(measured_variance_is_the_stated_one)
{
    const size_t count = 1000000;
    awgn channel(3.0, 2.0, 11, 0);
    const samples out = next(channel, count);
    double squares[2] = {};
    for (const auto& x : out) {
        squares[0] += std::pow(x.real() - 1.0, 2);
        squares[1] += std::pow(x.imag() + 1.0, 2);
    }
    const boost::math::chi_squared distribution(count);
    for (const double sum : squares) {
        BOOST_CHECK_GT(sum / (channel.n0() / 2.0), quantile(distribution, 0.5e-6));
        BOOST_CHECK_LT(sum / (channel.n0() / 2.0),
                       quantile(complement(distribution, 0.5e-6)));
    }
}

BOOST_AUTO_TEST_CASE(infinite_ebn0_is_no_noise)
{
    awgn channel(infinity, 1.0, 1, 0);
    BOOST_CHECK_EQUAL(channel.n0(), 0.0);
    BOOST_CHECK_EQUAL(channel.ebn0_db(), infinity);
    for (const auto& x : next(channel, 100))
        BOOST_CHECK(x == std::complex<float>(1.0f, -1.0f));
}

BOOST_AUTO_TEST_CASE(sequence_goes_on_whatever_the_level_was)
{
    awgn steady(5.0, 2.0, 3, 4), changed(5.0, 2.0, 3, 4);
    next(steady, 70);
    const samples want = next(steady, 50);
    next(changed, 20);
    changed.set_n0(0.0); // no noise is drawn, but time goes on
    next(changed, 30);
    changed.set_ebn0_db(-20.0);
    next(changed, 20);
    changed.set_ebn0_db(5.0);
    BOOST_CHECK(next(changed, 50) == want);
}

BOOST_AUTO_TEST_CASE(seed_begins_its_sequence)
{
    awgn a(5.0, 2.0, 3, 4), b(5.0, 2.0, 8, 4), other(5.0, 2.0, 3, 5);
    const samples first = next(a, 40);
    BOOST_CHECK(next(b, 40) != first);
    BOOST_CHECK(next(other, 40) != first);
    b.set_seed(3);
    BOOST_CHECK(next(b, 40) == first);
    a.set_seed(3);
    BOOST_CHECK(next(a, 40) == first);
}

BOOST_AUTO_TEST_CASE(bad_arguments_are_named_and_change_nothing)
{
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (const double bad : { 0.0, -1.0, nan, infinity })
        BOOST_CHECK_THROW(awgn(0.0, bad, 0, 0), std::invalid_argument);
    for (const double bad : { -infinity, nan, -1e6 })
        BOOST_CHECK_THROW(awgn(bad, 1.0, 0, 0), std::invalid_argument);
    awgn channel(0.0, 2.0, 0, 0);
    BOOST_CHECK_THROW(channel.set_ebn0_db(nan), std::invalid_argument);
    for (const double bad : { -0.1, nan, infinity })
        BOOST_CHECK_THROW(channel.set_n0(bad), std::invalid_argument);
    BOOST_CHECK_EQUAL(channel.n0(), 0.5);
    BOOST_CHECK_EXCEPTION(
        channel.set_n0(-1.0), std::invalid_argument, [](const std::exception& error) {
            return std::string(error.what()).find("n0 is -1") == 0;
        });
}
