/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "measurement/error_counter.h"

#include <boost/test/unit_test.hpp>
#include <random>

using gr::dlcomm::measurement::error_counter;
using bytes = std::vector<uint8_t>;

namespace {

struct counts {
    uint64_t messages = 0, block_errors = 0, bit_errors = 0;
    bool operator==(const counts& other) const
    {
        return messages == other.messages && block_errors == other.block_errors &&
               bit_errors == other.bit_errors;
    }
};

std::ostream& operator<<(std::ostream& out, const counts& c)
{
    return out << c.messages << " messages, " << c.block_errors << " block errors, "
               << c.bit_errors << " bit errors";
}

counts of(const error_counter& counter)
{
    return { counter.messages(), counter.block_errors(), counter.bit_errors() };
}

struct streams {
    bytes sent, decided;
};

// Random messages, decided `lag` later with the given share of errors.
streams make_streams(size_t count, int k, size_t lag, double error_rate, unsigned seed)
{
    std::mt19937 engine(seed);
    std::uniform_real_distribution<> uniform;
    streams s{ bytes(count), bytes(count) };
    for (size_t i = 0; i < count; ++i)
        s.sent[i] = engine() & ((1u << k) - 1);
    for (size_t i = 0; i < count; ++i) {
        s.decided[i] = i < lag ? engine() & 0xff : s.sent[i - lag];
        if (uniform(engine) < error_rate)
            s.decided[i] ^= 1 + engine() % ((1u << k) - 1);
    }
    return s;
}

// The rules, message by message.
counts reference(const streams& s, int k, size_t lag, const error_counter::rules& rules)
{
    counts c;
    for (size_t i = lag; i < s.sent.size(); ++i) {
        const unsigned difference = (s.sent[i - lag] ^ s.decided[i]) & ((1u << k) - 1);
        ++c.messages;
        c.block_errors += difference != 0;
        c.bit_errors += __builtin_popcount(difference);
        if (c.messages == rules.max_messages ||
            (rules.target_block_errors && c.messages % rules.check_interval == 0 &&
             c.block_errors >= rules.target_block_errors))
            break;
    }
    return c;
}

void feed(error_counter& counter, const streams& s, size_t longest)
{
    std::mt19937 engine(8);
    for (size_t done = 0; done < s.sent.size();) {
        const size_t part =
            std::min<size_t>(s.sent.size() - done, 1 + engine() % longest);
        counter.feed(s.sent.data() + done, s.decided.data() + done, part);
        done += part;
    }
}

constexpr error_counter::rules no_rules = { 0, 0, 1 };

} // namespace

BOOST_AUTO_TEST_CASE(counts_agree_with_counting_one_by_one)
{
    for (int k = 1; k <= 8; ++k) {
        for (const int lag : { 0, 1, 7, 8, 100, 5000 }) {
            const streams s =
                make_streams(20000, k, lag, 0.05, 100 * static_cast<unsigned>(k) + lag);
            for (const size_t longest : { 1, 3, 50, 4096, 20000 }) {
                error_counter counter(k, no_rules, lag);
                feed(counter, s, longest);
                BOOST_CHECK_EQUAL(of(counter), reference(s, k, lag, no_rules));
                BOOST_CHECK_EQUAL(counter.bits(), counter.messages() * k);
                BOOST_CHECK_EQUAL(counter.delay(), lag);
                BOOST_CHECK(!counter.done());
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(rules_stop_at_exact_positions_however_the_stream_is_cut)
{
    const streams s = make_streams(30000, 4, 3, 0.02, 1);
    const error_counter::rules rules[] = { { 10, 0, 1 },         { 10, 0, 1000 },
                                           { 0, 12345, 1 },      { 0, 12345, 1000 },
                                           { 10, 100, 1 },       { 10, 100, 70 },
                                           { 400, 19999, 5000 }, { 1, 1, 1 },
                                           { 50, 0, 4096 } };
    for (const auto& r : rules) {
        const counts want = reference(s, 4, 3, r);
        for (const size_t longest : { 1, 10, 999, 30000 }) {
            error_counter counter(4, r, 3);
            feed(counter, s, longest);
            BOOST_CHECK_EQUAL(of(counter), want);
            BOOST_CHECK(counter.done());
        }
    }
}

BOOST_AUTO_TEST_CASE(reason_says_which_rule_was_met)
{
    const streams s = make_streams(5000, 4, 0, 0.1, 2);
    error_counter errors(4, { 20, 5000, 100 }, 0);
    feed(errors, s, 64);
    BOOST_CHECK(errors.now() == error_counter::state::target_errors);
    BOOST_CHECK_EQUAL(errors.messages() % 100, 0u);
    BOOST_CHECK_GE(errors.block_errors(), 20u);
    error_counter limit(4, { 5000, 777, 100 }, 0);
    feed(limit, s, 64);
    BOOST_CHECK(limit.now() == error_counter::state::max_messages);
    BOOST_CHECK_EQUAL(limit.messages(), 777u);
}

BOOST_AUTO_TEST_CASE(bits_above_k_do_not_count)
{
    const bytes sent = { 0x05, 0xf5, 0x15, 0x05, 0x05, 0x05, 0x05, 0x05, 0x05, 0x05 };
    const bytes decided = { 0xf5, 0x05, 0x05, 0x25, 0x45, 0x85, 0x06, 0x05, 0x15, 0xfa };
    error_counter counter(4, no_rules, 0);
    counter.feed(sent.data(), decided.data(), sent.size());
    BOOST_CHECK_EQUAL(of(counter), (counts{ 10, 2, 6 }));
}

BOOST_AUTO_TEST_CASE(search_finds_the_lag_and_counts_from_there)
{
    for (const int lag : { 0, 1, 17, 256 }) {
        const streams s = make_streams(20000, 4, lag, 0.2, 3);
        for (const size_t longest : { 1, 100, 20000 }) {
            error_counter counter(4, no_rules, -256);
            BOOST_CHECK_EQUAL(counter.delay(), -1);
            BOOST_CHECK(counter.now() == error_counter::state::searching);
            feed(counter, s, longest);
            BOOST_CHECK_EQUAL(counter.delay(), lag);
            // The messages of the search are not counted.
            streams rest = s;
            const size_t searched = error_counter::search_length + 256;
            rest.sent.erase(rest.sent.begin(), rest.sent.begin() + searched - lag);
            rest.decided.erase(rest.decided.begin(),
                               rest.decided.begin() + searched - lag);
            BOOST_CHECK_EQUAL(of(counter), reference(rest, 4, lag, no_rules));
            BOOST_CHECK_GT(counter.search_mismatch(), 0.1);
            BOOST_CHECK_LT(counter.search_mismatch(), 0.3);
        }
    }
}

BOOST_AUTO_TEST_CASE(search_over_unrelated_streams_says_so)
{
    streams s = make_streams(10000, 4, 0, 0.0, 4);
    s.decided = make_streams(10000, 4, 0, 0.0, 5).sent;
    error_counter counter(4, no_rules, -64);
    feed(counter, s, 1000);
    BOOST_CHECK_GE(counter.delay(), 0);
    BOOST_CHECK_GT(counter.search_mismatch(), 0.8);
}

BOOST_AUTO_TEST_CASE(reset_zeroes_counts_and_keeps_the_alignment)
{
    const streams s = make_streams(20000, 4, 9, 0.1, 6);
    const error_counter::rules rules = { 0, 500, 1 };
    error_counter counter(4, rules, 9);
    counter.feed(s.sent.data(), s.decided.data(), 1000);
    BOOST_CHECK(counter.done());
    counter.feed(s.sent.data() + 1000, s.decided.data() + 1000, 77); // not counted
    BOOST_CHECK_EQUAL(counter.messages(), 500u);
    counter.reset();
    BOOST_CHECK_EQUAL(of(counter), counts{});
    BOOST_CHECK(counter.now() == error_counter::state::counting);
    counter.feed(s.sent.data() + 1077, s.decided.data() + 1077, 300);
    const streams rest{ bytes(s.sent.begin() + 1068, s.sent.begin() + 1377),
                        bytes(s.decided.begin() + 1068, s.decided.begin() + 1377) };
    BOOST_CHECK_EQUAL(of(counter), reference(rest, 4, 9, rules));

    error_counter searching(4, no_rules, -10);
    searching.feed(s.sent.data(), s.decided.data(), 100);
    searching.reset();
    BOOST_CHECK(searching.now() == error_counter::state::searching);
}

BOOST_AUTO_TEST_CASE(bad_arguments_are_refused)
{
    for (const int bad : { 0, 9, -1, 40 })
        BOOST_CHECK_THROW(error_counter(bad, no_rules, 0), std::invalid_argument);
    for (const int bad : { 65537, -65537, 2147483647, -2147483647 - 1 })
        BOOST_CHECK_THROW(error_counter(4, no_rules, bad), std::invalid_argument);
    BOOST_CHECK_THROW(error_counter(4, { 1, 1, 0 }, 0), std::invalid_argument);
    error_counter largest(8, no_rules, error_counter::largest_lag);
    BOOST_CHECK_EQUAL(largest.delay(), error_counter::largest_lag);
}
