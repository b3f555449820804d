/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "burst/header.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

using namespace gr::dlcomm::burst;

namespace {

header random_header(std::mt19937& random)
{
    header fields;
    fields.version = random() % 16;
    fields.flags = random() % 16;
    fields.code = random() % 16;
    fields.model = random() % 65536;
    fields.length = random() % 65536;
    fields.symbols = random() % 65536;
    fields.sequence = random();
    return fields;
}

} // namespace

BOOST_AUTO_TEST_CASE(fields_come_back_at_any_scale)
{
    std::mt19937 random(1);
    for (int i = 0; i < 100; ++i) {
        const header fields = random_header(random);
        for (const float scale : { 1.0f, 1e-6f, 1e6f }) {
            auto symbols = header_to_symbols(fields);
            for (auto& symbol : symbols) {
                BOOST_REQUIRE_EQUAL(std::abs(symbol), 1.0f);
                symbol *= scale;
            }
            const auto found = header_from_symbols(symbols);
            BOOST_REQUIRE(found && *found == fields);
        }
    }
}

// A run of 27 symbols spreads over the nine words, three wrong bits in each at most.
BOOST_AUTO_TEST_CASE(a_run_of_wrong_symbols_is_corrected)
{
    std::mt19937 random(2);
    for (size_t begin = 0; begin + 27 <= header_symbols; begin += 7) {
        const header fields = random_header(random);
        auto symbols = header_to_symbols(fields);
        for (size_t i = begin; i < begin + 27; ++i)
            symbols[i] *= -1.0f;
        const auto found = header_from_symbols(symbols);
        BOOST_REQUIRE(found && *found == fields);
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_header_is_refused)
{
    std::array<float, header_symbols> soft;
    soft.fill(0.0f);
    BOOST_CHECK(!header_from_symbols(soft));
    soft.fill(1.0f);
    BOOST_CHECK(!header_from_symbols(soft));
    // 16 bits of CRC: of 2000 random ones 0.03 are taken on average; more than 2 has a
    // probability below 5e-6.
    std::mt19937 random(3);
    std::normal_distribution<float> normal;
    int taken = 0;
    for (int i = 0; i < 2000; ++i) {
        for (auto& value : soft)
            value = normal(random);
        taken += header_from_symbols(soft).has_value();
    }
    BOOST_CHECK_LE(taken, 2);
}

BOOST_AUTO_TEST_CASE(the_last_flag_is_bit_0)
{
    header fields;
    BOOST_CHECK(!fields.last());
    fields.flags = 1;
    BOOST_CHECK(fields.last());
    fields.flags = 14;
    BOOST_CHECK(!fields.last());
}
