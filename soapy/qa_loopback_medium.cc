/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "medium.h"

#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <stdexcept>
#include <thread>

using namespace gr::dlcomm::loopback;
using namespace std::chrono_literals;
using samples = std::vector<std::complex<float>>;

namespace {

medium::time_point in(std::chrono::milliseconds wait)
{
    return pacer::clock::now() + wait;
}

samples counting(size_t first, size_t count)
{
    samples made(count);
    for (size_t i = 0; i < count; ++i)
        made[i] = { static_cast<float>(first + i), 1.0f };
    return made;
}

struct both_ends {
    explicit both_ends(bool pace, double rate = 1e6)
    {
        shared.set("pace", pace ? "true" : "false");
        shared.set("buffer", "16384");
        shared.connect_transmitter(0.0);
        receiver = shared.connect_receiver(0.0);
        shared.activate_transmitter(rate);
        shared.activate_receiver(receiver, rate);
    }

    samples read(size_t wanted, std::chrono::milliseconds wait)
    {
        samples out(wanted);
        last = shared.read(receiver, out.data(), wanted, nanoseconds, in(wait));
        out.resize(wanted);
        return out;
    }

    medium shared{ "test" };
    medium::receiver* receiver;
    medium::outcome last = medium::outcome::timeout;
    long long nanoseconds = -1;
};

} // namespace

BOOST_AUTO_TEST_CASE(unpaced_samples_pass_in_order_and_wait_for_each_other)
{
    both_ends both(false);
    BOOST_CHECK(both.read(10, 0ms).empty());
    BOOST_CHECK(both.last == medium::outcome::timeout);
    const samples sent = counting(0, 20000);
    const size_t taken = both.shared.write(sent.data(), sent.size(), in(0ms));
    BOOST_CHECK_GT(taken, 10000u);
    BOOST_CHECK_LT(taken, 16384u);
    BOOST_CHECK_EQUAL(both.shared.write(sent.data(), 10, in(1ms)), 0u); // no room
    BOOST_CHECK(both.read(100, 0ms) == counting(0, 100));
    BOOST_CHECK_EQUAL(both.nanoseconds, 0);
    BOOST_CHECK(both.read(100, 0ms) == counting(100, 100));
    BOOST_CHECK_EQUAL(both.nanoseconds, 100000);
    size_t got = 200;
    while (got < taken) {
        const samples part = both.read(1000, 0ms);
        BOOST_REQUIRE(part == counting(got, part.size()));
        BOOST_REQUIRE(!part.empty());
        got += part.size();
    }
    BOOST_CHECK(both.read(10, 0ms).empty());
}

BOOST_AUTO_TEST_CASE(unpaced_threads_hand_everything_over)
{
    both_ends both(false);
    const size_t total = 300000;
    std::thread transmitter([&] {
        const samples sent = counting(0, total);
        for (size_t done = 0; done < total;)
            done += both.shared.write(
                &sent[done], std::min<size_t>(total - done, 1 + done % 5000), in(60s));
    });
    size_t got = 0;
    bool same = true;
    while (got < total) {
        const samples part = both.read(1 + got % 3000, 60000ms);
        same = same && !part.empty() && part == counting(got, part.size());
        if (part.empty())
            break;
        got += part.size();
    }
    transmitter.join();
    BOOST_CHECK(same);
    BOOST_CHECK_EQUAL(got, total);
}

BOOST_AUTO_TEST_CASE(the_slowest_of_several_receivers_gives_the_pace)
{
    both_ends both(false);
    medium::receiver* second = both.shared.connect_receiver(0.0);
    both.shared.activate_receiver(second, 1e6);
    const samples sent = counting(0, 16384);
    const size_t taken = both.shared.write(sent.data(), sent.size(), in(0ms));
    BOOST_CHECK_EQUAL(both.read(taken, 0ms).size(), taken);
    BOOST_CHECK_EQUAL(both.shared.write(sent.data(), 10, in(0ms)), 0u);
    samples out(taken);
    size_t count = taken;
    long long time;
    BOOST_CHECK(both.shared.read(second, out.data(), count, time, in(0ms)) ==
                medium::outcome::samples);
    BOOST_CHECK(out == counting(0, taken));
    BOOST_CHECK_EQUAL(both.shared.write(sent.data(), 10, in(0ms)), 10u);
}

BOOST_AUTO_TEST_CASE(when_the_transmitter_is_gone_there_is_silence)
{
    for (bool pace : { false, true }) {
        both_ends both(pace);
        both.shared.deactivate_transmitter();
        both.shared.disconnect_transmitter();
        BOOST_CHECK(both.read(100, 60000ms) == samples(100, 0.0f));
    }
}

BOOST_AUTO_TEST_CASE(a_receiver_waits_for_the_first_transmitter_but_not_for_ever)
{
    medium shared("test");
    shared.set("pace", "false");
    const auto begin = pacer::clock::now();
    medium::receiver* receiver = shared.connect_receiver(0.0);
    shared.activate_receiver(receiver, 1e6);
    samples out(100);
    size_t count = 100;
    long long time;
    BOOST_CHECK(shared.read(receiver, out.data(), count, time, in(60000ms)) ==
                medium::outcome::samples);
    BOOST_CHECK(pacer::clock::now() - begin >= 5s);
    BOOST_CHECK(out == samples(100, 0.0f));
}

BOOST_AUTO_TEST_CASE(what_nobody_could_hear_waits_for_a_receiver)
{
    medium shared("test");
    shared.set("pace", "false");
    const samples sent = counting(0, 100);
    const auto transmit = [&] {
        shared.connect_transmitter(0.0);
        shared.activate_transmitter(1e6);
        BOOST_CHECK_EQUAL(shared.write(sent.data(), 100, in(0ms)), 100u);
        shared.deactivate_transmitter();
        shared.disconnect_transmitter();
    };
    const auto receive = [&](size_t count) {
        medium::receiver* receiver = shared.connect_receiver(0.0);
        shared.activate_receiver(receiver, 1e6);
        samples out(count);
        long long time;
        shared.read(receiver, out.data(), count, time, in(0ms));
        out.resize(count);
        shared.deactivate_receiver(receiver);
        shared.disconnect_receiver(receiver);
        return out;
    };
    transmit();
    BOOST_CHECK(receive(60) == counting(0, 60));
    // A receiver was there: what it left is gone.
    BOOST_CHECK(receive(60).empty());
    transmit();
    BOOST_CHECK(receive(60) == counting(0, 60));
}

BOOST_AUTO_TEST_CASE(paced_samples_take_their_time)
{
    const auto begin = pacer::clock::now();
    both_ends both(true, 10000.0);
    const samples sent = counting(1, 500);
    BOOST_CHECK_EQUAL(both.shared.write(sent.data(), 500, in(0ms)), 500u);
    samples all;
    long long expected = -1;
    const auto silent = [](auto x) { return x == 0.0f; };
    auto start = all.end();
    while (all.end() - start < 200) {
        const samples part = both.read(800, 60000ms);
        BOOST_REQUIRE(both.last == medium::outcome::samples);
        if (expected >= 0)
            BOOST_CHECK_LE(std::abs(both.nanoseconds - expected), 1000);
        expected = both.nanoseconds + static_cast<long long>(part.size()) * 100000;
        all.insert(all.end(), part.begin(), part.end());
        start = std::find_if_not(all.begin(), all.end(), silent);
    }
    BOOST_CHECK(std::equal(start, start + 200, sent.begin()));
    // Half of the lead, 500 samples, is before the first one.
    BOOST_CHECK_GE(start - all.begin(), 500);
    // None came before its time.
    BOOST_CHECK((pacer::clock::now() - begin) >= 100us * (all.size() - 1));
}

BOOST_AUTO_TEST_CASE(a_late_transmitter_underflows_once)
{
    both_ends both(true);
    BOOST_CHECK(!both.shared.wait_for_underflow(in(0ms))); // has not begun
    const samples sent = counting(0, 1000);
    BOOST_CHECK_EQUAL(both.shared.write(sent.data(), 1000, in(1000ms)), 1000u);
    BOOST_CHECK(both.shared.wait_for_underflow(in(60000ms)));
    BOOST_CHECK(!both.shared.wait_for_underflow(in(5ms)));
    BOOST_CHECK_EQUAL(both.shared.underflows(), 1u);
    // On purpose it is none.
    BOOST_CHECK_EQUAL(both.shared.write(sent.data(), 1000, in(1000ms)), 1000u);
    const uint64_t before = both.shared.underflows(); // unless this thread was held up
    both.shared.end_burst();
    const uint64_t at_end = both.shared.underflows();
    BOOST_CHECK_LE(at_end, before + 1);
    std::this_thread::sleep_for(10ms);
    BOOST_CHECK_EQUAL(both.shared.underflows(), at_end);
}

BOOST_AUTO_TEST_CASE(a_late_receiver_overflows_and_its_time_goes_on)
{
    both_ends both(true);
    both.read(10, 1000ms);
    std::this_thread::sleep_for(12ms); // the buffer's half is 8.2 ms
    BOOST_CHECK(both.read(10, 0ms).empty());
    BOOST_CHECK(both.last == medium::outcome::overflow);
    BOOST_CHECK_GE(both.shared.overflows(both.receiver), 1u);
    const long long before = both.nanoseconds;
    while (both.read(10, 60000ms).empty()) // held up again: one more overflow
        BOOST_REQUIRE(both.last == medium::outcome::overflow);
    BOOST_CHECK_GT(both.nanoseconds - before, 4000000); // what was lost is in the time
}

BOOST_AUTO_TEST_CASE(the_medium_refuses_what_does_not_fit)
{
    both_ends both(true);
    BOOST_CHECK_THROW(both.shared.connect_transmitter(0.0), std::runtime_error);
    std::vector<medium::receiver*> more;
    for (int i = 0; i < 15; ++i)
        more.push_back(both.shared.connect_receiver(0.0));
    BOOST_CHECK_THROW(both.shared.connect_receiver(0.0), std::runtime_error);
    BOOST_CHECK_THROW(both.shared.activate_receiver(more[0], 2e6), std::runtime_error);
    BOOST_CHECK_NO_THROW(both.shared.activate_receiver(more[0], 1e6));
    BOOST_CHECK_THROW(both.shared.set("pace", "false"), std::runtime_error);
    BOOST_CHECK_THROW(both.shared.set("buffer", "20000"), std::runtime_error);
    BOOST_CHECK_NO_THROW(both.shared.set("pace", "true"));
    BOOST_CHECK_THROW(both.shared.set("cfo", "1"), std::invalid_argument);
    both.shared.disconnect_receiver(more[3]);
    BOOST_CHECK_NO_THROW(both.shared.connect_receiver(0.0));
}

BOOST_AUTO_TEST_CASE(settings_act_at_once)
{
    both_ends both(false);
    const samples sent(1000, { 0.5f, 0.0f });
    both.shared.write(sent.data(), sent.size(), in(0ms));
    BOOST_CHECK(both.read(100, 0ms) == samples(100, { 0.5f, 0.0f }));
    both.shared.set("gain_db", "20");
    const samples louder = both.read(100, 0ms);
    BOOST_REQUIRE_EQUAL(louder.size(), 100u);
    BOOST_CHECK_CLOSE(louder[50].real(), 5.0f, 1e-3f);
    both.shared.tune_transmitter(1e6); // a whole rate away
    BOOST_CHECK(both.read(100, 0ms) == samples(100, 0.0f));
}

BOOST_AUTO_TEST_CASE(a_name_is_one_medium_while_it_is_held)
{
    auto one = shared_medium("a");
    BOOST_CHECK_EQUAL(one.get(), shared_medium("a").get());
    BOOST_CHECK_NE(one.get(), shared_medium("b").get());
    one->set("cfo", "0.25");
    one.reset();
    BOOST_CHECK_EQUAL(shared_medium("a")->current().cfo, 0.0);
}
