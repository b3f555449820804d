/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pacer.h"
#include "sample_ring.h"

#include <boost/test/unit_test.hpp>

using namespace gr::dlcomm::loopback;
using samples = std::vector<std::complex<float>>;

namespace {

samples counting(int64_t first, size_t count)
{
    samples made(count);
    for (size_t i = 0; i < count; ++i)
        made[i] = static_cast<float>(first + static_cast<int64_t>(i));
    return made;
}

samples read(const sample_ring& ring, int64_t first, size_t count)
{
    samples out(count, -1.0f);
    ring.read(first, out.data(), count);
    return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(samples_keep_their_index)
{
    sample_ring ring(10);
    for (int64_t begin = 0; begin < 70; begin += 7)
        ring.append(counting(begin, 7).data(), 7);
    BOOST_CHECK_EQUAL(ring.end(), 70);
    BOOST_CHECK(read(ring, 60, 10) == counting(60, 10));
    BOOST_CHECK(read(ring, 63, 4) == counting(63, 4));
}

BOOST_AUTO_TEST_CASE(everything_else_is_zero)
{
    sample_ring ring(10);
    ring.append(counting(0, 5).data(), 5);
    BOOST_CHECK(read(ring, -2, 4) == (samples{ 0, 0, 0, 1 }));
    BOOST_CHECK(read(ring, 3, 4) == (samples{ 3, 4, 0, 0 }));
    BOOST_CHECK(read(ring, 100, 2) == (samples{ 0, 0 }));
    BOOST_CHECK(read(ring, -20, 2) == (samples{ 0, 0 }));
    ring.append(counting(5, 10).data(), 10);
    BOOST_CHECK(read(ring, 3, 4) == (samples{ 0, 0, 5, 6 })); // overwritten
}

BOOST_AUTO_TEST_CASE(a_gap_is_zero)
{
    sample_ring ring(10);
    ring.append(counting(0, 5).data(), 5);
    ring.skip_to(8);
    ring.append(counting(8, 1).data(), 1);
    BOOST_CHECK(read(ring, 3, 7) == (samples{ 3, 4, 0, 0, 0, 8, 0 }));
    ring.append(counting(9, 10).data(), 10);
    ring.skip_to(1000); // more than there is room for
    BOOST_CHECK_EQUAL(ring.end(), 1000);
    BOOST_CHECK(read(ring, 990, 10) == samples(10, 0.0f));
}

BOOST_AUTO_TEST_CASE(the_pacer_tells_samples_and_times)
{
    using namespace std::chrono_literals;
    const pacer::clock::time_point begin{ 5s };
    pacer pace(begin);
    pace.set(begin + 2s, 100, 1000.0);
    BOOST_CHECK_EQUAL(pace.index(begin + 2s), 100);
    BOOST_CHECK_EQUAL(pace.index(begin + 3s), 1100);
    BOOST_CHECK_EQUAL(pace.index(begin + 2s + 999us), 100);
    BOOST_CHECK_EQUAL(pace.nanoseconds(1100, 0.5), 3000500000);
    BOOST_CHECK_EQUAL(pace.nanoseconds(begin + 7ns), 7);
    pace.set(begin, 0, 61.44e6);
    for (int64_t index : { int64_t(1), int64_t(12345), int64_t(61440000) * 3600 }) {
        BOOST_CHECK_GE(pace.index(pace.when(index)), index);
        BOOST_CHECK_LT(pace.index(pace.when(index) - 20ns), index);
    }
}
