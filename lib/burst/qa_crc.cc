/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "burst/crc.h"

#include <boost/test/unit_test.hpp>
#include <vector>

using namespace gr::dlcomm::burst;

// The check values of the catalogue of parametrised CRC algorithms.
BOOST_AUTO_TEST_CASE(check_values)
{
    const std::string text = "123456789";
    BOOST_CHECK_EQUAL(crc16(text), 0x29B1);
    BOOST_CHECK_EQUAL(crc16(""), 0xFFFF);
    BOOST_CHECK_EQUAL(crc32(reinterpret_cast<const uint8_t*>(text.data()), text.size()),
                      0xCBF43926u);
}

BOOST_AUTO_TEST_CASE(bits_are_bytes_most_significant_first)
{
    const std::string text = "123456789";
    std::vector<uint8_t> bits;
    for (const char c : text)
        for (int i = 7; i >= 0; --i)
            bits.push_back((c >> i) & 1);
    BOOST_CHECK_EQUAL(crc16_of_bits(bits.data(), bits.size()), 0x29B1);
    // Every single wrong bit shows.
    for (auto& bit : bits) {
        bit ^= 1;
        BOOST_CHECK_NE(crc16_of_bits(bits.data(), bits.size()), 0x29B1);
        bit ^= 1;
    }
}
