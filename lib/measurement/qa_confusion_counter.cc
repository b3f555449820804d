/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "measurement/confusion_counter.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <random>

using gr::dlcomm::measurement::confusion_counter;
using bytes = std::vector<uint8_t>;
using matrix = confusion_counter::matrix;

namespace {

const std::vector<std::string> labels = { "BPSK", "QPSK", "WBFM" };
constexpr uint8_t unknown = confusion_counter::unknown;

void feed(confusion_counter& counter, const bytes& decided)
{
    counter.feed(decided.data(), decided.size());
}

bool names_both(const std::invalid_argument& error)
{
    const std::string text = error.what();
    return text.find("'16QAM'") != std::string::npos &&
           text.find("BPSK, QPSK, WBFM") != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_CASE(decisions_are_counted_under_their_truth)
{
    confusion_counter counter(labels);
    feed(counter, { 0, 1, unknown }); // nothing known yet
    counter.set_truth("QPSK", -4.0);
    feed(counter, { 1, 1, 0, unknown, 2 });
    counter.set_truth("BPSK", 18.0);
    feed(counter, { 0 });
    counter.set_truth("WBFM", -4.0);
    feed(counter, { 1 });
    counter.forget_truth();
    feed(counter, { 2, 2 });
    BOOST_CHECK_EQUAL(counter.decisions(), 7u);
    BOOST_CHECK_EQUAL(counter.right(), 3u);
    BOOST_CHECK_EQUAL(counter.said_unknown(), 1u);
    BOOST_CHECK_EQUAL(counter.without_truth(), 5u);
    BOOST_REQUIRE_EQUAL(counter.counts().size(), 2u);
    const matrix low = { 0, 0, 0, 0, 1, 2, 1, 1, 0, 1, 0, 0 };
    const matrix high = { 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
    BOOST_CHECK(counter.counts().at(-4.0) == low);
    BOOST_CHECK(counter.counts().at(18.0) == high);
}

BOOST_AUTO_TEST_CASE(counts_do_not_depend_on_how_the_stream_is_cut)
{
    std::mt19937 engine(5);
    bytes decided(10000);
    for (auto& one : decided)
        one = engine() % 4 == 3 ? unknown : engine() % 3;
    confusion_counter whole(labels);
    whole.set_truth("BPSK", 2.0);
    feed(whole, decided);
    for (const size_t longest : { 1, 7, 1000 }) {
        confusion_counter parts(labels);
        parts.set_truth("BPSK", 2.0);
        for (size_t done = 0; done < decided.size();) {
            const size_t part =
                std::min<size_t>(decided.size() - done, 1 + engine() % longest);
            parts.feed(decided.data() + done, part);
            done += part;
        }
        BOOST_CHECK(parts.counts() == whole.counts());
        BOOST_CHECK_EQUAL(parts.right(), whole.right());
    }
    BOOST_CHECK_EQUAL(whole.decisions(), decided.size());
}

BOOST_AUTO_TEST_CASE(it_stops_at_exactly_so_many_counted_decisions)
{
    confusion_counter counter(labels, 5);
    feed(counter, { 0, 0, 0 });
    counter.set_truth("BPSK", 0.0);
    feed(counter, { 0, 1, 2, unknown });
    BOOST_CHECK(!counter.done());
    feed(counter, { 0, 0, 0, 0 });
    BOOST_CHECK(counter.done());
    BOOST_CHECK_EQUAL(counter.decisions(), 5u);
    BOOST_CHECK_EQUAL(counter.right(), 2u);
    feed(counter, { 7 }); // not looked at any more
    BOOST_CHECK_EQUAL(counter.without_truth(), 3u);
    counter.reset();
    BOOST_CHECK(!counter.done());
}

BOOST_AUTO_TEST_CASE(reset_zeroes_counts_and_keeps_the_truth)
{
    confusion_counter counter(labels);
    counter.set_truth("QPSK", 6.0);
    feed(counter, { 1, 0 });
    counter.set_truth("WBFM", 8.0);
    feed(counter, { 2, unknown });
    counter.reset();
    BOOST_CHECK_EQUAL(counter.decisions() + counter.right() + counter.said_unknown() +
                          counter.without_truth(),
                      0u);
    feed(counter, { 1 });
    BOOST_REQUIRE_EQUAL(counter.counts().size(), 1u);
    const matrix expected = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0 };
    BOOST_CHECK(counter.counts().at(8.0) == expected);
    counter.forget_truth();
    counter.reset();
    feed(counter, { 1 });
    BOOST_CHECK_EQUAL(counter.without_truth(), 1u);
    BOOST_CHECK(counter.counts().empty());
}

BOOST_AUTO_TEST_CASE(a_truth_that_is_no_label_is_refused_by_name)
{
    confusion_counter counter(labels);
    counter.set_truth("BPSK", 0.0);
    BOOST_CHECK_EXCEPTION(
        counter.set_truth("16QAM", 0.0), std::invalid_argument, names_both);
    feed(counter, { 0 });
    BOOST_CHECK_EQUAL(counter.decisions(), 0u); // and the old one no longer holds
    for (const double bad : { std::nan(""), std::numeric_limits<double>::infinity() })
        BOOST_CHECK_THROW(counter.set_truth("BPSK", bad), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(decisions_of_other_labels_are_refused)
{
    for (const uint8_t bad : { 3, 4, 254 }) {
        confusion_counter counter(labels);
        counter.set_truth("BPSK", 0.0);
        BOOST_CHECK_THROW(feed(counter, { 0, 1, bad, 0 }), std::invalid_argument);
        BOOST_CHECK_EQUAL(counter.decisions(), 2u);
    }
}

BOOST_AUTO_TEST_CASE(most_labels_have_an_index_each)
{
    std::vector<std::string> many;
    for (size_t i = 0; i < confusion_counter::most_labels; ++i)
        many.push_back(std::to_string(i));
    confusion_counter counter(many);
    counter.set_truth("254", 0.0);
    feed(counter, { 254, unknown });
    BOOST_CHECK_EQUAL(counter.right(), 1u);
    BOOST_CHECK_EQUAL(counter.said_unknown(), 1u);
}

BOOST_AUTO_TEST_CASE(memory_is_bounded)
{
    confusion_counter counter(labels);
    for (size_t i = 0; i < confusion_counter::most_snrs; ++i)
        counter.set_truth("BPSK", static_cast<double>(i));
    counter.set_truth("BPSK", 0.0);
    BOOST_CHECK_THROW(counter.set_truth("BPSK", 0.5), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(bad_labels_are_refused)
{
    using names = std::vector<std::string>;
    for (const names& bad : { names{},
                              names{ "a" },
                              names{ "a", "" },
                              names{ "a", "b", "a" },
                              names(256, "a") })
        BOOST_CHECK_THROW(confusion_counter{ bad }, std::invalid_argument);
}
