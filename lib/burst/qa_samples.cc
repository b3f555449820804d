/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "burst/samples.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <vector>

using namespace gr::dlcomm::burst;

BOOST_AUTO_TEST_CASE(a_tone_stands_still)
{
    const double pi = std::acos(-1.0);
    for (const double frequency : { 0.0, 1e-3, -5e-3, 0.123 }) {
        const int64_t first = -1000;
        std::vector<std::complex<float>> tone, out(300000);
        for (size_t i = 0; i < out.size(); ++i)
            tone.emplace_back(
                std::polar(1.0, 2.0 * pi * frequency * (first + double(i))));
        derotate(tone.data(), out.data(), out.size(), first, frequency);
        float worst = 0.0f;
        for (const auto& x : out)
            worst = std::max(worst, std::abs(x - 1.0f));
        BOOST_CHECK_SMALL(worst, 1e-6f);
        derotate(tone.data(), tone.data(), tone.size(), first, frequency); // in place
        BOOST_CHECK(tone == out);
    }
}

BOOST_AUTO_TEST_CASE(a_view_knows_the_numbers_of_its_samples)
{
    const std::vector<std::complex<float>> data = { 1, 2, 3, 4 };
    const sample_view view{ data.data(), -2, 2 };
    BOOST_CHECK_EQUAL(view.at(-2)->real(), 1.0f);
    BOOST_CHECK_EQUAL(view.at(1)->real(), 4.0f);
}
