/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "interpolator.h"

#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace gr::dlcomm::loopback;
using samples = std::vector<std::complex<float>>;

namespace {

constexpr double turn = 6.28318530717958647692;

samples tone(double frequency, int64_t first, size_t count)
{
    samples made(count);
    for (size_t i = 0; i < count; ++i)
        made[i] = std::complex<float>(std::polar(
            1.0,
            turn * frequency * static_cast<double>(first + static_cast<int64_t>(i))));
    return made;
}

} // namespace

BOOST_AUTO_TEST_CASE(positions_add_without_error)
{
    const sample_position step = sample_position::from(1.0 + 37.3e-6);
    sample_position walked{ 5, 1u << 30 };
    sample_position leapt = walked;
    for (int i = 0; i < 100000; ++i)
        walked += step;
    leapt += times(step, 100000);
    BOOST_CHECK_EQUAL(walked.index, leapt.index);
    BOOST_CHECK_EQUAL(walked.fraction, leapt.fraction);
    BOOST_CHECK_EQUAL(walked.index, 5 + 100003);
    const sample_position slow = sample_position::from(1.0 - 1e-3);
    BOOST_CHECK_EQUAL(slow.index, 0);
    leapt = walked;
    leapt -= slow;
    leapt += slow;
    BOOST_CHECK_EQUAL(walked.index, leapt.index);
    BOOST_CHECK_EQUAL(walked.fraction, leapt.fraction);
    BOOST_CHECK_EQUAL(times(slow, 1000000).index, 999000 - 1); // rounded down
}

BOOST_AUTO_TEST_CASE(errors_are_below_80_dB_in_80_percent_of_the_band)
{
    const interpolator read;
    const int64_t first = -100;
    const size_t count = 4000;
    double worst = 0.0;
    for (double frequency : { -0.4, -0.313, -0.1, 0.0, 0.05, 0.2, 0.3377, 0.4 }) {
        const samples in = tone(frequency, first, count + 300);
        // A slow clock passes through all fractions.
        const sample_position step = sample_position::from(1.0 - 1e-3);
        sample_position position = sample_position::from(3.7);
        samples out(count);
        read.read(in.data(), first, position, step, out.data(), count);
        for (size_t j = 0; j < count; ++j, position += step) {
            const double at = static_cast<double>(position.index) +
                              static_cast<double>(position.fraction) * 0x1p-64;
            const std::complex<double> error =
                std::complex<double>(out[j]) - std::polar(1.0, turn * frequency * at);
            worst = std::max(worst, std::abs(error));
        }
    }
    BOOST_TEST_MESSAGE("largest error " << 20.0 * std::log10(worst) << " dB");
    BOOST_CHECK_LT(worst, 1e-4);
}

BOOST_AUTO_TEST_CASE(whole_positions_are_exact)
{
    const interpolator read;
    const samples in = tone(0.123, 0, 200);
    samples out(100);
    read.read(in.data(), 0, { 40, 0 }, { 1, 0 }, out.data(), out.size());
    BOOST_CHECK(std::equal(out.begin(), out.end(), in.begin() + 40));
}

BOOST_AUTO_TEST_CASE(cutting_changes_nothing)
{
    const interpolator read;
    const samples in = tone(0.123, 0, 1200);
    const sample_position step = sample_position::from(1.0 + 1e-4);
    const sample_position begin = sample_position::from(50.3);
    samples whole(1000), cut(1000);
    read.read(in.data(), 0, begin, step, whole.data(), whole.size());
    for (size_t done = 0, piece = 1; done < cut.size(); done += piece) {
        piece = std::min<size_t>(1 + done % 37, cut.size() - done);
        sample_position position = begin;
        position += times(step, done);
        read.read(in.data(), 0, position, step, &cut[done], piece);
    }
    BOOST_CHECK(whole == cut);
}
