/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "truth_track.h"

#include <boost/test/unit_test.hpp>
#include <random>
#include <vector>

using track = gr::dlcomm::truth_track<int>;

BOOST_AUTO_TEST_CASE(a_truth_holds_up_to_the_next_mark)
{
    track truth(-1);
    BOOST_CHECK_EQUAL(truth.over(0, 10), -1);
    truth.mark(10, 1);
    truth.mark(30, 2);
    BOOST_CHECK_EQUAL(truth.over(5, 10), -1);
    BOOST_CHECK_EQUAL(truth.over(5, 11), -1);
    BOOST_CHECK_EQUAL(truth.over(9, 20), -1);
    BOOST_CHECK_EQUAL(truth.over(10, 20), 1);
    BOOST_CHECK_EQUAL(truth.over(20, 30), 1);
    BOOST_CHECK_EQUAL(truth.over(20, 31), -1);
    BOOST_CHECK_EQUAL(truth.over(30, 31), 2);
    BOOST_CHECK_EQUAL(truth.over(1000, 2000), 2);
}

BOOST_AUTO_TEST_CASE(a_mark_of_the_same_value_ends_a_truth_all_the_same)
{
    track truth(-1);
    truth.mark(0, 1);
    truth.mark(10, 1);
    BOOST_CHECK_EQUAL(truth.over(0, 10), 1);
    BOOST_CHECK_EQUAL(truth.over(5, 15), -1);
    BOOST_CHECK_EQUAL(truth.over(10, 20), 1);
}

BOOST_AUTO_TEST_CASE(of_two_marks_on_a_sample_the_last_counts)
{
    track truth(-1);
    truth.mark(3, 1);
    truth.mark(3, 2);
    BOOST_CHECK_EQUAL(truth.over(3, 5), 2);
    truth.restart();
    BOOST_CHECK_EQUAL(truth.over(0, 5), -1);
}

BOOST_AUTO_TEST_CASE(every_stretch_against_a_look_at_every_sample)
{
    std::mt19937 engine(1);
    for (int turn = 0; turn < 200; ++turn) {
        // said[s]: the mark whose truth holds at sample s, -1 before the first.
        std::vector<int> said(300, -1);
        track truth(-1);
        int now = -1;
        for (size_t s = 0; s < said.size(); ++s) {
            if (engine() % 25 == 0)
                truth.mark(s, now = static_cast<int>(s));
            said[s] = now;
        }
        const size_t length = 1 + engine() % 40;
        for (size_t begin = 0; begin + length <= said.size(); begin += 1 + engine() % 9) {
            const bool alike = said[begin] == said[begin + length - 1];
            BOOST_REQUIRE_EQUAL(truth.over(begin, begin + length),
                                alike ? said[begin] : -1);
        }
    }
}
