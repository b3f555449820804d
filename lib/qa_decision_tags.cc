/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "decision_tags.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

using gr::tag_t;
using gr::dlcomm::decision_tags;
using gr::dlcomm::stream_clock;

namespace {

const pmt::pmt_t label = pmt::mp("QPSK"), other = pmt::mp("BPSK");

tag_t tag(uint64_t offset, const pmt::pmt_t& key, const pmt::pmt_t& value)
{
    tag_t made;
    made.offset = offset;
    made.key = key;
    made.value = value;
    made.srcid = pmt::mp("radio");
    return made;
}

// "key=value" of every tag, in order.
std::vector<std::string> text(const std::vector<tag_t>& tags)
{
    std::vector<std::string> found;
    for (const auto& one : tags)
        found.push_back(pmt::write_string(one.key) + "=" + pmt::write_string(one.value));
    return found;
}

void check(const std::vector<tag_t>& tags, const std::vector<std::string>& expected)
{
    const auto found = text(tags);
    BOOST_CHECK_EQUAL_COLLECTIONS(
        found.begin(), found.end(), expected.begin(), expected.end());
}

// Windows of ten samples, one behind the other.
decision_tags::window at(uint64_t number, uint64_t looked_back = 0)
{
    return { 10 * number, 10 * number + 10, looked_back, 10 };
}

} // namespace

BOOST_AUTO_TEST_CASE(a_label_is_said_where_it_changes)
{
    decision_tags tags("block", 0.0);
    check(tags.next(at(0), label), { "modulation=QPSK" });
    check(tags.next(at(1), label), {});
    check(tags.next(at(2), other), { "modulation=BPSK" });
    BOOST_CHECK(pmt::eq(tags.next(at(3), label).front().srcid, pmt::mp("block")));
    tags.restart();
    check(tags.next(at(0), label), { "modulation=QPSK" });
}

BOOST_AUTO_TEST_CASE(a_truth_is_said_where_it_holds_for_all_that_is_looked_at)
{
    decision_tags tags("block", 0.0);
    tags.note({ tag(0, decision_tags::truth_key(), pmt::mp("one")),
                tag(25, decision_tags::truth_key(), pmt::mp("two")) });
    check(tags.next(at(0), label), { "truth=one", "modulation=QPSK" });
    check(tags.next(at(1), label), {});
    check(tags.next(at(2), label), { "truth=()" });
    // The decision rests on the window before, too, in which the truth changed.
    check(tags.next(at(3, 10), label), {});
    check(tags.next(at(4, 10), label), { "truth=two" });
}

BOOST_AUTO_TEST_CASE(tags_of_others_go_to_the_first_window_that_ends_behind_them)
{
    decision_tags tags("block", 0.0);
    const auto key = pmt::mp("key");
    tags.note({ tag(3, key, pmt::from_long(1)), tag(9, key, pmt::from_long(2)) });
    // Labels that come in are those of another classifier, of other windows.
    tags.note({ tag(10, key, pmt::from_long(3)),
                tag(11, decision_tags::modulation_key(), pmt::mp("8PSK")) });
    const auto& first = tags.next(at(0), label);
    check(first, { "key=1", "key=2", "modulation=QPSK" });
    BOOST_CHECK(pmt::eq(first.front().srcid, pmt::mp("radio")));
    check(tags.next(at(1), label), { "key=3" });
    check(tags.next(at(2), label), {});
}

BOOST_AUTO_TEST_CASE(what_a_radio_says_is_said_of_windows)
{
    decision_tags tags("block", 0.0);
    const auto time = pmt::make_tuple(pmt::from_uint64(7), pmt::from_double(0.5));
    tags.note({ tag(0, stream_clock::time_key(), time),
                tag(0, stream_clock::rate_key(), pmt::from_double(100.0)),
                tag(0, stream_clock::freq_key(), pmt::from_double(1e8)) });
    const auto said = tags.next(at(0), label);
    BOOST_REQUIRE_EQUAL(said.size(), 4);
    BOOST_CHECK(pmt::equal(said[0].value, time));
    BOOST_CHECK_EQUAL(pmt::to_double(said[1].value), 10.0); // windows per second
    BOOST_CHECK_EQUAL(pmt::to_double(said[2].value), 1e8);
    BOOST_CHECK_EQUAL(tags.missing(), 0.0);

    // At 100 samples/s, sample 20 should be 0.2 s later: 3 s were lost.
    tags.note({ tag(20,
                    stream_clock::time_key(),
                    pmt::make_tuple(pmt::from_uint64(10), pmt::from_double(0.7))) });
    check(tags.next(at(1), label), {});
    BOOST_CHECK_EQUAL(tags.next(at(2), label).size(), 1);
    BOOST_CHECK_CLOSE(tags.missing(), 3.0, 1e-6);
    tags.next(at(3), label);
    BOOST_CHECK_EQUAL(tags.missing(), 0.0);
}
