/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "burst/interleaver.h"
#include "burst/layout.h"
#include "burst/payload_bits.h"
#include "burst/payload_plan.h"
#include "burst/whitening.h"

#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <numeric>
#include <random>
#include <string>

using namespace gr::dlcomm::burst;
using bytes = std::vector<uint8_t>;

namespace {

bytes random_bytes(size_t count, unsigned seed)
{
    std::mt19937 generator(seed);
    bytes made(count);
    for (auto& byte : made)
        byte = static_cast<uint8_t>(generator());
    return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(payload_bits)

BOOST_AUTO_TEST_CASE(whitening_is_the_stated_sequence)
{
    // b[t] = b[t - 14] ^ b[t - 15] behind 15 ones, computed bit by bit over three
    // periods.
    const size_t count = 3 * 32767 + 5;
    std::vector<uint8_t> bits(8 * count, 1);
    for (size_t t = 15; t < bits.size(); ++t)
        bits[t] = bits[t - 14] ^ bits[t - 15];
    bytes whitened(count, 0);
    whiten(whitened.data(), whitened.size());
    bytes expected(count);
    bits_to_messages(bits.data(), bits.size(), 8, count, expected.data());
    BOOST_CHECK(whitened == expected);
    const bytes begin{ 0xff, 0xfe, 0x00, 0x04 };
    BOOST_CHECK(std::equal(begin.begin(), begin.end(), whitened.begin()));
    whiten(whitened.data(), whitened.size());
    BOOST_CHECK_EQUAL(std::count(whitened.begin(), whitened.end(), 0), count);
}

BOOST_AUTO_TEST_CASE(a_closed_payload_ends_in_its_crc)
{
    const std::string text = "123456789";
    const auto* payload = reinterpret_cast<const uint8_t*>(text.data());
    bytes bits;
    close_payload(payload, text.size(), bits);
    BOOST_REQUIRE_EQUAL(bits.size(), 8 * (9 + 4));
    bytes sent(13);
    bits_to_messages(bits.data(), bits.size(), 8, sent.size(), sent.data());
    whiten(sent.data(), sent.size());
    BOOST_CHECK(std::equal(text.begin(), text.end(), sent.begin()));
    const bytes crc{ 0xCB, 0xF4, 0x39, 0x26 };
    BOOST_CHECK(std::equal(crc.begin(), crc.end(), sent.begin() + 9));
}

BOOST_AUTO_TEST_CASE(every_single_wrong_bit_is_noticed)
{
    for (const size_t count : { 1, 2, 5, 100 }) {
        const bytes payload = random_bytes(count, 1);
        bytes bits, opened;
        close_payload(payload.data(), count, bits);
        BOOST_CHECK(open_payload(bits.data(), count, opened));
        BOOST_CHECK(opened == payload);
        for (auto& bit : bits) {
            bit ^= 1;
            BOOST_CHECK(!open_payload(bits.data(), count, opened));
            BOOST_CHECK_EQUAL(opened.size(), count);
            bit ^= 1;
        }
    }
}

BOOST_AUTO_TEST_CASE(messages_hold_the_bits_in_order)
{
    for (int k = 1; k <= 8; ++k) {
        for (const size_t count : { 1, 7, 8, 23, 24, 1000 }) {
            bytes bits = random_bytes(count, k);
            for (auto& bit : bits)
                bit &= 1;
            const size_t messages = (count + k - 1) / k + 2;
            bytes packed(messages, 0xaa), back(count);
            bits_to_messages(bits.data(), count, k, messages, packed.data());
            for (size_t m = 0; m < messages; ++m)
                for (int b = 0; b < 8; ++b) {
                    const size_t i = m * k + (k - 1 - b);
                    const bool one = b < k && i < count && bits[i];
                    BOOST_REQUIRE_EQUAL(packed[m] >> b & 1, one);
                }
            messages_to_bits(packed.data(), k, count, back.data());
            BOOST_CHECK(back == bits);
        }
    }
}

BOOST_AUTO_TEST_CASE(interleaving_is_a_permutation_that_spreads)
{
    for (const size_t length : { 0, 1, 2, 3, 1000, 12345 }) {
        interleaver mixer(length);
        std::vector<uint32_t> in(length), out(length), back(length);
        std::iota(in.begin(), in.end(), 0u);
        mixer.interleave(in.data(), out.data());
        mixer.restore(out.data(), back.data());
        BOOST_CHECK(back == in);
        std::sort(out.begin(), out.end());
        BOOST_CHECK(out == in);
    }
    // Of 1000 items, the eight of a message come to stand apart: no two of neighbours in
    // the code lie in one message in more than a few cases (8/1000 are expected).
    interleaver mixer(1000);
    std::vector<uint32_t> in(1000), out(1000);
    std::iota(in.begin(), in.end(), 0u);
    mixer.restore(in.data(), out.data());
    int together = 0;
    for (size_t i = 1; i < out.size(); ++i)
        together += out[i] / 8 == out[i - 1] / 8;
    BOOST_CHECK_LT(together, 25);
}

BOOST_AUTO_TEST_CASE(the_permutation_is_the_documented_one)
{
    // The generator as C++ states it: number 10000 of a twister with the default seed.
    std::mt19937 generator;
    generator.discard(9999);
    BOOST_CHECK_EQUAL(generator(), 4123659995u);

    interleaver mixer(5);
    std::vector<uint8_t> in{ 0, 1, 2, 3, 4 }, out(5), place(5);
    std::iota(place.begin(), place.end(), uint8_t(0));
    std::mt19937 five(5);
    for (size_t i = 4; i > 0; --i)
        std::swap(place[i], place[five() % (i + 1)]);
    mixer.interleave(in.data(), out.data());
    for (size_t i = 0; i < 5; ++i)
        BOOST_CHECK_EQUAL(out[place[i]], i);
    // A length that comes back has its permutation again.
    mixer.set_length(77);
    mixer.set_length(5);
    std::vector<uint8_t> again(5);
    mixer.interleave(in.data(), again.data());
    BOOST_CHECK(again == out);
}

BOOST_AUTO_TEST_CASE(plans_fill_whole_frames)
{
    // 1 byte and the CRC: 40 bits, 10 messages of (7, 4), 35 samples.
    const payload_plan small(1, code::none, 7, 4);
    BOOST_CHECK_EQUAL(small.bits, 40);
    BOOST_CHECK_EQUAL(small.messages, 10);
    BOOST_CHECK_EQUAL(small.symbols, 35);
    // With the code 2 * (40 + 6) = 92 bits, 23 messages and one more for a whole frame.
    const payload_plan coded(1, code::cc, 7, 4);
    BOOST_CHECK_EQUAL(coded.bits, 92);
    BOOST_CHECK_EQUAL(coded.messages, 24);
    BOOST_CHECK_EQUAL(coded.symbols, 84);
    const payload_plan even(1, code::cc, 8, 8);
    BOOST_CHECK_EQUAL(even.messages, 12);
    BOOST_CHECK_EQUAL(even.symbols, 48);
    for (int n = 1; n <= 16; ++n)
        for (int k = 1; k <= 8; ++k)
            for (const code outer : { code::none, code::cc }) {
                const size_t most = largest_payload_bytes(outer, n, k);
                BOOST_REQUIRE_GT(most, 0);
                BOOST_CHECK_LE(payload_plan(most, outer, n, k).symbols, largest_payload);
                BOOST_CHECK(most == most_payload_bytes ||
                            payload_plan(most + 1, outer, n, k).symbols >
                                largest_payload);
                const payload_plan plan(most, outer, n, k);
                BOOST_CHECK_EQUAL(2 * plan.symbols, plan.messages * n);
                BOOST_CHECK_GE(plan.messages * k, plan.bits);
            }
}

BOOST_AUTO_TEST_SUITE_END()
