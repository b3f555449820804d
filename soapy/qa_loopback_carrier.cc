/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "carrier.h"

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>

using gr::dlcomm::loopback::carrier;
using samples = std::vector<std::complex<float>>;

namespace {

constexpr double turn = 6.28318530717958647692;

} // namespace

BOOST_AUTO_TEST_CASE(a_frequency_turns_by_as_much_each_sample)
{
    for (double frequency : { 1e-3, -0.0123, 0.37, -0.5, 1.25 }) {
        carrier rotates(0, 0);
        rotates.set_frequency(frequency);
        samples data(5000, 1.0f);
        rotates.rotate(data.data(), data.size(), 0, 2.0f);
        double worst = 0.0;
        for (size_t i = 0; i < data.size(); ++i)
            worst = std::max(
                worst,
                std::abs(std::complex<double>(data[i]) -
                         std::polar(2.0, turn * frequency * static_cast<double>(i))));
        BOOST_CHECK_LT(worst, 3e-6);
    }
}

BOOST_AUTO_TEST_CASE(it_rests_until_something_is_set)
{
    carrier rests(1, 2);
    BOOST_CHECK(rests.rests());
    rests.set_frequency(0.0);
    rests.set_phase_noise(0.0);
    BOOST_CHECK(rests.rests());
    rests.set_frequency(-1e-30); // rounds to no step at all
    BOOST_CHECK(rests.rests());
    rests.set_phase_noise(1e-9);
    BOOST_CHECK(!rests.rests());
}

BOOST_AUTO_TEST_CASE(the_phase_is_a_wiener_process_of_the_variance)
{
    const size_t count = 40000;
    const double variance = 2.5e-3;
    carrier rotates(7, 0);
    rotates.set_phase_noise(variance);
    samples data(count, 1.0f);
    rotates.rotate(data.data(), count, 0, 1.0f);
    // Steps are normal: their sum of squares over the variance is chi-squared with
    // count - 1 degrees of freedom. False-alarm rate 1e-6 in all, half on either side.
    double squares = 0.0, products = 0.0, last = 0.0;
    for (size_t i = 1; i < count; ++i) {
        const double step = std::arg(data[i] * std::conj(data[i - 1]));
        squares += step * step;
        products += step * last;
        last = step;
    }
    const boost::math::chi_squared law(count - 1);
    BOOST_CHECK_GT(squares / variance, quantile(law, 5e-7));
    BOOST_CHECK_LT(squares / variance, quantile(complement(law, 5e-7)));
    // Independent steps: the correlation is normal, 1 / sqrt(count); 5 sigma is 6e-7.
    BOOST_CHECK_LT(std::abs(products / squares), 5.0 / std::sqrt(double(count)));
}

BOOST_AUTO_TEST_CASE(cutting_changes_nothing)
{
    samples whole(5000, { 0.5f, -0.25f });
    samples cut = whole;
    carrier first(3, 1), second(3, 1), other(4, 1);
    for (carrier* each : { &first, &second, &other }) {
        each->set_frequency(0.01);
        each->set_phase_noise(1e-4);
    }
    samples different = whole;
    first.rotate(whole.data(), whole.size(), 100, 1.5f);
    for (size_t done = 0, piece = 1; done < cut.size(); done += piece) {
        piece = std::min<size_t>(1 + done % 1500, cut.size() - done);
        second.rotate(&cut[done], piece, 100 + done, 1.5f);
    }
    BOOST_CHECK(whole == cut);
    other.rotate(different.data(), different.size(), 100, 1.5f);
    BOOST_CHECK(whole != different);
}
