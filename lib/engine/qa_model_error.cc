/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "engine/model_error.h"

#include <boost/test/unit_test.hpp>

using namespace gr::dlcomm::engine;

BOOST_AUTO_TEST_CASE(error_text_is_one_line_of_utf8)
{
    BOOST_CHECK_EQUAL(one_line("a\nb\r\t\x7f\x01"), "a?b????");
    BOOST_CHECK_EQUAL(one_line("Gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x93\xa1"),
                      "Gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x93\xa1");
    // Stray, cut, overlong, surrogate and out-of-range sequences (RFC 3629).
    for (const std::string bad : { "\x80",
                                   "\xc3",
                                   "\xc0\xaf",
                                   "\xe0\x80\xaf",
                                   "\xed\xa0\x80",
                                   "\xf4\x90\x80\x80",
                                   "\xff",
                                   "\xe2\x82" }) {
        BOOST_CHECK(!is_utf8(bad));
        BOOST_CHECK_EQUAL(one_line(bad), std::string(bad.size(), '?'));
    }
    BOOST_CHECK(is_utf8("plain\ntext \xe2\x82\xac"));
    const std::string text = model_error("f", std::string(5000, 'x') + "\n").what();
    BOOST_CHECK_LT(text.size(), 1100u);
}
