/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "measurement/stream_pace.h"

#include <boost/test/unit_test.hpp>

using gr::dlcomm::measurement::stream_pace;

namespace {

stream_pace::time_point at(double seconds)
{
    return stream_pace::time_point() +
           std::chrono::nanoseconds(static_cast<int64_t>(seconds * 1e9));
}

} // namespace

BOOST_AUTO_TEST_CASE(a_block_that_keeps_up_does_not_lag)
{
    stream_pace pace(1000.0);
    // 100 samples every tenth of a second, done with 10 ms later.
    for (int n = 0; n < 50; ++n) {
        pace.add({ 100, 100, 0.01, 0.0, at(5.0 + 0.1 * n), at(5.01 + 0.1 * n) });
        BOOST_REQUIRE_SMALL(pace.lag() - 0.01, 1e-6);
    }
    BOOST_CHECK_CLOSE(pace.load(at(9.92)), 0.1, 15.0);
}

BOOST_AUTO_TEST_CASE(a_block_that_is_too_slow_falls_behind)
{
    stream_pace pace(1000.0);
    // Half of what comes.
    for (int n = 0; n < 100; ++n)
        pace.add({ 100, 50, 0.1, 0.0, at(0.1 * n), at(0.1 * n + 0.1) });
    // 10 s later than the first 100 samples, which took 0.1 s: 10.1 s came, 5 s are done.
    BOOST_CHECK_CLOSE(pace.lag(), 5.1, 1e-6);
    BOOST_CHECK_CLOSE(pace.load(at(10.0)), 1.0, 1e-6);
    pace.restart();
    BOOST_CHECK_EQUAL(pace.lag(), 0.0);
    BOOST_CHECK_EQUAL(pace.load(at(11.0)), 0.0);
}

BOOST_AUTO_TEST_CASE(what_a_radio_lost_is_no_lag)
{
    stream_pace pace(1000.0);
    pace.add({ 100, 100, 0.01, 0.0, at(0.0), at(0.01) });
    // Three seconds later, of which the radio says that it lost 2.9.
    pace.add({ 100, 100, 0.01, 2.9, at(3.0), at(3.01) });
    BOOST_CHECK_CLOSE(pace.lag(), 0.01, 1e-3);
    pace.restart();
    pace.add({ 100, 100, 0.01, 0.0, at(9.0), at(9.02) });
    BOOST_CHECK_CLOSE(pace.lag(), 0.02, 1e-3);
}

BOOST_AUTO_TEST_CASE(ahead_of_time_is_no_lag)
{
    stream_pace pace(1000.0);
    pace.add({ 5000, 5000, 0.1, 0.0, at(0.0), at(0.1) });
    pace.add({ 5000, 5000, 0.1, 0.0, at(0.1), at(0.2) });
    BOOST_CHECK_EQUAL(pace.lag(), 0.0);
}

BOOST_AUTO_TEST_CASE(without_a_rate_there_is_a_load_and_no_lag)
{
    stream_pace pace(0.0);
    BOOST_CHECK_EQUAL(pace.load(at(3.0)), 0.0);
    pace.add({ 10, 10, 0.1, 0.0, at(3.0), at(3.4) });
    BOOST_CHECK_EQUAL(pace.lag(), 0.0);
    BOOST_CHECK_CLOSE(pace.load(at(3.4)), 0.25, 1e-6);
    // A period ends with the batch that makes it a second long.
    pace.add({ 10, 10, 0.3, 0.0, at(4.0), at(5.0) });
    BOOST_CHECK_CLOSE(pace.load(at(5.5)), 0.2, 1e-6);
    // Idle since then.
    BOOST_CHECK_EQUAL(pace.load(at(6.5)), 0.0);
}
