/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "frame_ratio.h"

#include <boost/test/unit_test.hpp>

using gr::dlcomm::frame_ratio;

// Real channel use r is on sample r / 2 and belongs to message r / n; message m begins on
// real m * n.
BOOST_AUTO_TEST_CASE(positions_agree_with_counting_channel_uses)
{
    for (int n = 1; n <= 64; ++n) {
        const frame_ratio frame(n);
        BOOST_CHECK_EQUAL(frame.messages * n, 2 * frame.samples);
        BOOST_CHECK(frame.messages == 1 || (frame.messages == 2 && n % 2 == 1));
        for (uint64_t message = 0; message < 100; ++message)
            BOOST_REQUIRE_EQUAL(frame.sample_of(message), message * n / 2);
        for (uint64_t sample = 0; sample < 500; ++sample) {
            uint64_t want = 2 * sample / n;
            for (const uint64_t real : { 2 * sample, 2 * sample + 1 }) {
                if (real % n == 0) {
                    want = real / n;
                    break;
                }
            }
            BOOST_REQUIRE_EQUAL(frame.message_of(sample), want);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_message_owns_the_sample_it_begins_on)
{
    for (int n = 2; n <= 64; ++n)
        for (uint64_t message = 0; message < 200; ++message)
            BOOST_REQUIRE_EQUAL(
                frame_ratio(n).message_of(frame_ratio(n).sample_of(message)), message);
}

BOOST_AUTO_TEST_CASE(long_streams_do_not_overflow)
{
    const uint64_t message = uint64_t(1) << 50;
    BOOST_CHECK_EQUAL(frame_ratio(7).sample_of(message), message / 2 * 7);
    BOOST_CHECK_EQUAL(frame_ratio(7).message_of(message / 2 * 7), message);
}
