/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "burst/layout.h"

#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <cmath>
#include <vector>

using namespace gr::dlcomm::burst;

BOOST_AUTO_TEST_CASE(preamble_has_low_sidelobes)
{
    const auto& p = preamble();
    // 0x26...: 0010 0110
    const std::vector<float> first = { 1, 1, -1, 1, 1, -1, -1, 1 };
    BOOST_CHECK(std::equal(first.begin(), first.end(), p.begin()));
    for (size_t lag = 1; lag < p.size(); ++lag) {
        float sum = 0.0f;
        for (size_t i = 0; i + lag < p.size(); ++i)
            sum += p[i] * p[i + lag];
        BOOST_CHECK_LE(std::abs(sum), 4.0f);
    }
}

// Every place of a burst is taken once, by what the format says.
BOOST_AUTO_TEST_CASE(places_fill_the_burst)
{
    for (const size_t payload : { size_t(1),
                                  size_t(7),
                                  size_t(8),
                                  size_t(9),
                                  size_t(24),
                                  size_t(25),
                                  size_t(1040),
                                  largest_payload }) {
        const size_t data = header_symbols + payload, pilots = pilots_among(data);
        std::vector<int> taken(burst_symbols(payload));
        for (size_t i = 0; i < preamble_symbols; ++i)
            ++taken[i];
        for (size_t i = 0; i < data; ++i)
            ++taken.at(data_place(i));
        for (size_t n = 0; n + 1 < pilots; ++n)
            ++taken.at(pilot_place(n));
        ++taken.back();
        BOOST_CHECK(
            std::all_of(taken.begin(), taken.end(), [](int n) { return n == 1; }));
        if (data % pilot_spacing == 0)
            BOOST_CHECK_EQUAL(pilot_place(pilots - 1), taken.size() - 1);
    }
    BOOST_CHECK_EQUAL(data_place(0), 64u);
    BOOST_CHECK_EQUAL(pilot_place(0), 80u);
    BOOST_CHECK_EQUAL(data_place(16), 81u);
    BOOST_CHECK_EQUAL(burst_symbols(1040), 64u + 1256u + 79u);
}

BOOST_AUTO_TEST_CASE(pilots_are_a_pseudo_random_sequence)
{
    const size_t count = 4096;
    for (size_t n = 15; n < 4100; ++n) // the recurrence x^15 + x^14 + 1
        BOOST_REQUIRE_EQUAL(pilot(n), pilot(n - 15) * pilot(n - 14));
    double sum = 0.0;
    for (size_t n = 0; n < count; ++n)
        sum += pilot(n);
    BOOST_CHECK_LT(std::abs(sum), 4.0 * std::sqrt(count));
    double beginning = 0.0;
    for (size_t n = 0; n < 16; ++n)
        beginning += pilot(n);
    BOOST_CHECK_LE(std::abs(beginning), 4.0); // no run of one sign in the header
}
