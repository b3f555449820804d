/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "settings.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <stdexcept>

using namespace gr::dlcomm::loopback;

namespace {

std::string refusal(const std::string& key, const std::string& value)
{
    settings changed;
    try {
        write_setting(changed, key, value);
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "";
}

} // namespace

BOOST_AUTO_TEST_CASE(what_is_written_is_read)
{
    const std::string cases[][2] = {
        { "gain_db", "-3.25" },     { "noise_db", "-20" },
        { "noise_db", "none" },     { "cfo", "1e-05" },
        { "clock_ppm", "-12.5" },   { "delay", "0.125" },
        { "phase_noise", "1e-06" }, { "saturation", "0.5" },
        { "saturation", "none" },   { "seed", "18446744073709551615" },
        { "pace", "false" },        { "buffer", "16384" },
        { "multipath", "none" },    { "multipath", "0:0:0/3.5:-6:90" },
    };
    settings changed;
    for (const auto& one : cases) {
        write_setting(changed, one[0], one[1]);
        BOOST_CHECK_EQUAL(read_setting(changed, one[0]), one[1]);
    }
}

BOOST_AUTO_TEST_CASE(every_default_does_nothing_and_can_be_written)
{
    const settings standard;
    BOOST_CHECK_EQUAL(medium_settings().size(), 11u);
    for (const setting_info& info : medium_settings()) {
        const std::string text = read_setting(standard, info.key);
        if (info.off)
            BOOST_CHECK_EQUAL(text, "none");
        settings changed;
        BOOST_CHECK_NO_THROW(write_setting(changed, info.key, text));
        BOOST_CHECK_EQUAL(read_setting(changed, info.key), text);
    }
}

BOOST_AUTO_TEST_CASE(paths_are_separated_by_either_sign)
{
    settings changed;
    write_setting(changed, "multipath", "1:0:0,2.5:-3:-90/64:+1:180");
    BOOST_REQUIRE_EQUAL(changed.multipath.size(), 3u);
    BOOST_CHECK_EQUAL(changed.multipath[1].delay, 2.5);
    BOOST_CHECK_EQUAL(changed.multipath[1].gain_db, -3.0);
    BOOST_CHECK_EQUAL(changed.multipath[1].phase_deg, -90.0);
    BOOST_CHECK_EQUAL(changed.multipath[2].gain_db, 1.0);
}

BOOST_AUTO_TEST_CASE(a_wrong_value_is_refused_in_one_line)
{
    BOOST_CHECK_EQUAL(refusal("cfo", "0.6"),
                      "cfo: found '0.6', expected a number from -0.5 to 0.5");
    BOOST_CHECK_EQUAL(
        refusal("noise_db", "quiet"),
        "noise_db: found 'quiet', expected a number from -200 to 200 or none");
    BOOST_CHECK_EQUAL(
        refusal("buffer", "1e6"),
        "buffer: found '1e6', expected a whole number from 16384 to 16777216");
    BOOST_CHECK_EQUAL(refusal("pace", "yes"),
                      "pace: found 'yes', expected true, false, 1 or 0");
    for (const char* wrong :
         { "", "nan", "inf", "1 ", " 1", "1x", "0x10", "none", "1,5" })
        BOOST_CHECK_NE(refusal("delay", wrong), "");
    for (const char* wrong : { "",
                               "0:0",
                               "0:0:0:0",
                               "65:0:0",
                               "-1:0:0",
                               "0:41:0",
                               "0:0:361",
                               "0:0:0/",
                               "/0:0:0",
                               "0:0:x" })
        BOOST_CHECK_NE(refusal("multipath", wrong), "");
    std::string many = "0:0:0";
    for (int i = 0; i < 16; ++i)
        many += "/1:0:0";
    BOOST_CHECK_NE(refusal("multipath", many), "");
    for (const char* wrong : { "-1", "18446744073709551616", "1.0" })
        BOOST_CHECK_NE(refusal("seed", wrong), "");
    BOOST_CHECK_NE(refusal("noise", "1").find("no setting 'noise', expected one of"),
                   std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_refused_value_changes_nothing)
{
    settings changed;
    write_setting(changed, "multipath", "1:0:0");
    BOOST_CHECK_THROW(write_setting(changed, "multipath", "2:0:0/x"),
                      std::invalid_argument);
    BOOST_CHECK_EQUAL(read_setting(changed, "multipath"), "1:0:0");
}

BOOST_AUTO_TEST_CASE(names_of_media_and_counts_of_failures_are_checked)
{
    BOOST_CHECK_EQUAL(checked_medium_name("lab-2.a_B"), "lab-2.a_B");
    for (const std::string& wrong :
         { std::string(), std::string("a b"), std::string("a/b"), std::string(65, 'a') })
        BOOST_CHECK_THROW(checked_medium_name(wrong), std::invalid_argument);
    BOOST_CHECK_EQUAL(parse_fail_after("1000"), 1000u);
    BOOST_CHECK_EQUAL(format_fail_after(parse_fail_after("none")), "none");
    BOOST_CHECK_EQUAL(format_fail_after(7), "7");
    BOOST_CHECK_THROW(parse_fail_after("-1"), std::invalid_argument);
}
