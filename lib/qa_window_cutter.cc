/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "window_cutter.h"

#include <boost/test/unit_test.hpp>
#include <random>
#include <vector>

using gr::dlcomm::window_cutter;

namespace {

// First samples of the windows that are cut from a stream of `length` samples, of which
// pieces arrive at random and stay until they are consumed.
std::vector<size_t> cut_at_random(size_t window, size_t hop, size_t length, unsigned seed)
{
    std::mt19937 engine(seed);
    window_cutter cutter(window, hop);
    std::vector<size_t> begins;
    size_t arrived = 0, consumed = 0;
    while (true) {
        arrived = std::min<size_t>(length, arrived + engine() % 40);
        const auto cut = cutter.next(arrived - consumed, 1 + engine() % 5);
        BOOST_REQUIRE_LE(cut.first, cut.consumed);
        BOOST_REQUIRE_LE(cut.consumed, arrived - consumed);
        for (size_t w = 0; w < cut.windows; ++w) {
            begins.push_back(consumed + cut.first + w * hop);
            BOOST_REQUIRE_LE(begins.back() + window, arrived);
        }
        consumed += cut.consumed;
        if (arrived == length && cut.windows == 0)
            return begins;
    }
}

} // namespace

BOOST_AUTO_TEST_CASE(windows_do_not_depend_on_how_the_stream_arrives)
{
    for (const size_t window : { 1, 2, 7, 16 })
        for (const size_t hop : { 1, 3, 7, 8, 16, 17, 50, 1000 })
            for (const size_t length : { 0, 1, 6, 7, 16, 17, 300, 301, 307 })
                for (unsigned seed = 0; seed < 5; ++seed) {
                    std::vector<size_t> all;
                    for (size_t begin = 0; begin + window <= length; begin += hop)
                        all.push_back(begin);
                    BOOST_REQUIRE(cut_at_random(window, hop, length, seed) == all);
                }
}

BOOST_AUTO_TEST_CASE(a_window_needs_no_samples_behind_it)
{
    window_cutter cutter(8, 100);
    auto cut = cutter.next(8, 64);
    BOOST_CHECK_EQUAL(cut.windows, 1u);
    BOOST_CHECK_EQUAL(cut.consumed, 8u);
    cut = cutter.next(91, 64); // the rest of the gap is 92
    BOOST_CHECK_EQUAL(cut.windows, 0u);
    BOOST_CHECK_EQUAL(cut.consumed, 91u);
    cut = cutter.next(9, 64);
    BOOST_CHECK_EQUAL(cut.first, 1u);
    BOOST_CHECK_EQUAL(cut.windows, 1u);
}

BOOST_AUTO_TEST_CASE(samples_of_the_next_window_stay)
{
    window_cutter cutter(8, 3);
    const auto cut = cutter.next(13, 64); // windows on 0 and 3, the next on 6
    BOOST_CHECK_EQUAL(cut.windows, 2u);
    BOOST_CHECK_EQUAL(cut.consumed, 6u);
}

BOOST_AUTO_TEST_CASE(a_new_stream_has_no_gap_before_it)
{
    window_cutter cutter(8, 100);
    cutter.next(8, 64);
    cutter.restart();
    BOOST_CHECK_EQUAL(cutter.next(8, 64).windows, 1u);
}
