/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "channel/block_fading.h"

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

using gr::dlcomm::channel::block_fading;
using gr::dlcomm::channel::gaussian;
using samples = std::vector<std::complex<float>>;

namespace {

// The gain of each of the next `count` samples, asked for in stretches up to `longest`;
// `starts` gets the positions at which a block was said to begin.
samples gains(block_fading& fading,
              size_t count,
              size_t longest,
              std::vector<size_t>* starts = nullptr)
{
    std::mt19937 engine(3);
    samples out;
    while (out.size() < count) {
        const size_t limit = std::min<size_t>(count - out.size(), 1 + engine() % longest);
        const auto stretch = fading.next(limit);
        BOOST_REQUIRE(stretch.length >= 1 && stretch.length <= limit);
        if (stretch.begins_block && starts)
            starts->push_back(out.size());
        out.insert(out.end(), stretch.length, stretch.gain);
    }
    return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(gain_is_constant_over_a_block_and_new_in_the_next)
{
    for (const int length : { 1, 7, 64 }) {
        block_fading fading(length, false, 1, 0);
        std::vector<size_t> starts;
        const samples h = gains(fading, 50 * length, 1000, &starts);
        BOOST_REQUIRE_EQUAL(starts.size(), 50u);
        for (size_t b = 0; b < 50; ++b) {
            BOOST_CHECK_EQUAL(starts[b], b * length);
            for (int j = 0; j < length; ++j)
                BOOST_REQUIRE(h[b * length + j] == h[b * length]);
            BOOST_CHECK(b == 0 || h[b * length] != h[(b - 1) * length]);
        }
    }
}

BOOST_AUTO_TEST_CASE(stretches_asked_for_do_not_change_the_gains)
{
    block_fading whole(13, false, 5, 6);
    const samples want = gains(whole, 1000, 100000);
    for (const size_t longest : { 1, 2, 12, 14, 100 }) {
        block_fading cut(13, false, 5, 6);
        BOOST_CHECK(gains(cut, 1000, longest) == want);
    }
}

// |h|^2 is exponential with mean 1, so 2 |h|^2 of n gains sums to a chi-square variable
// of 2 n degrees of freedom; its square sums to 2 n within 5.33 standard deviations
// (sqrt(20 n), false-alarm rate 1e-7). The two quantile tests have 1e-6 each.
BOOST_AUTO_TEST_CASE(gains_are_complex_gaussian_of_unit_power)
{
    const size_t count = 1000000;
    block_fading fading(1, false, 17, 0);
    double power = 0.0, fourth = 0.0, rails[2] = {};
    for (size_t b = 0; b < count; ++b) {
        const std::complex<double> h = fading.next(1).gain;
        power += std::norm(h);
        fourth += std::norm(h) * std::norm(h);
        rails[0] += 2.0 * h.real() * h.real();
        rails[1] += 2.0 * h.imag() * h.imag();
    }
    const boost::math::chi_squared both(2.0 * count), one(count);
    BOOST_CHECK_GT(2.0 * power, quantile(both, 0.5e-6));
    BOOST_CHECK_LT(2.0 * power, quantile(complement(both, 0.5e-6)));
    for (const double rail : rails) {
        BOOST_CHECK_GT(rail, quantile(one, 0.5e-6));
        BOOST_CHECK_LT(rail, quantile(complement(one, 0.5e-6)));
    }
    BOOST_CHECK_LT(std::abs(fourth - 2.0 * count), 5.33 * std::sqrt(20.0 * count));
}

BOOST_AUTO_TEST_CASE(real_positive_is_the_magnitude)
{
    block_fading complex_gain(4, false, 2, 3), magnitude(4, true, 2, 3);
    const samples h = gains(complex_gain, 400, 9), r = gains(magnitude, 400, 9);
    for (size_t i = 0; i < h.size(); ++i) {
        BOOST_CHECK_EQUAL(r[i].real(), std::abs(h[i]));
        BOOST_CHECK_EQUAL(r[i].imag(), 0.0f);
    }
}

// Correlation of gains and noise of one seed; false-alarm rate 1e-7 for each part.
BOOST_AUTO_TEST_CASE(gains_are_unrelated_to_the_noise_of_their_seed)
{
    const size_t count = 200000;
    block_fading fading(1, false, 21, 0);
    samples noise(count);
    gaussian(21, 0, 0).add(nullptr, noise.data(), count, 0, std::sqrt(0.5f));
    std::complex<double> sum = 0.0;
    for (size_t i = 0; i < count; ++i)
        sum += std::complex<double>(fading.next(1).gain * std::conj(noise[i]));
    const double bound = 5.33 * std::sqrt(0.5 * count);
    BOOST_CHECK_LT(std::abs(sum.real()), bound);
    BOOST_CHECK_LT(std::abs(sum.imag()), bound);
}

BOOST_AUTO_TEST_CASE(fading_is_switched_at_the_next_block)
{
    block_fading steady(10, false, 4, 0), switched(10, false, 4, 0);
    const samples want = gains(steady, 40, 5);
    samples h = gains(switched, 5, 5);
    switched.set_fading(false);
    BOOST_CHECK(!switched.fading());
    const samples off = gains(switched, 15, 5);
    switched.set_fading(true);
    const samples on = gains(switched, 20, 5);
    h.insert(h.end(), off.begin(), off.end());
    h.insert(h.end(), on.begin(), on.end());
    for (size_t i = 0; i < h.size(); ++i)
        BOOST_CHECK(h[i] == (i / 10 == 1 ? std::complex<float>(1.0f) : want[i]));
}

BOOST_AUTO_TEST_CASE(align_begins_a_block_and_seed_the_sequence)
{
    block_fading fading(10, false, 4, 1);
    const samples want = gains(fading, 30, 10);
    fading.set_seed(4);
    gains(fading, 13, 3);
    fading.align();
    const auto stretch = fading.next(10);
    BOOST_CHECK(stretch.begins_block);
    BOOST_CHECK_EQUAL(stretch.length, 10u);
    BOOST_CHECK(stretch.gain == want[20]); // no gain of the sequence is left out
    fading.set_seed(5);
    BOOST_CHECK(fading.next(1).gain != want[0]);
    fading.set_seed(4);
    BOOST_CHECK(gains(fading, 30, 4) == want);
    BOOST_CHECK_EQUAL(fading.block_length(), 10);
}

BOOST_AUTO_TEST_CASE(block_length_below_one_is_refused)
{
    for (const int bad : { 0, -1, -2147483647 })
        BOOST_CHECK_THROW(block_fading(bad, false, 0, 0), std::invalid_argument);
}
