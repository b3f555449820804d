/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "burst/outer_code.h"
#include "burst/payload_plan.h"

#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <cmath>
#include <random>

using namespace gr::dlcomm::burst;
using bytes = std::vector<uint8_t>;
using floats = std::vector<float>;

namespace {

constexpr size_t longest = 8 * (most_payload_bytes + crc_bytes);

struct fixture {
    std::mt19937 generator{ 4 };
    std::normal_distribution<float> normal;
    outer_code code;

    bytes random_bits(size_t count)
    {
        bytes bits(count);
        for (auto& bit : bits)
            bit = generator() & 1;
        return bits;
    }

    bytes encoded(const bytes& bits)
    {
        bytes coded(2 * (bits.size() + tail_bits));
        code.encode(bits.data(), bits.size(), coded.data());
        return coded;
    }

    bytes hard(const bytes& coded, size_t count)
    {
        bytes soft(coded.size()), decided(count);
        outer_code::harden(coded.data(), coded.size(), soft.data());
        code.decode(soft.data(), count, decided.data());
        return decided;
    }

    bytes soft(const floats& llrs, size_t count)
    {
        bytes levels(llrs.size()), decided(count);
        code.soften(llrs.data(), llrs.size(), levels.data());
        code.decode(levels.data(), count, decided.data());
        return decided;
    }

    // The ratios of BPSK in noise, at an Eb/N0 of the information bits; rate 1/2.
    floats received(const bytes& coded, double ebn0_db)
    {
        const double variance = 1.0 / std::pow(10.0, ebn0_db / 10.0);
        floats llrs;
        for (const auto bit : coded) {
            const double y = (bit ? 1.0 : -1.0) + std::sqrt(variance) * normal(generator);
            llrs.push_back(static_cast<float>(2.0 * y / variance));
        }
        return llrs;
    }

    static size_t differences(const bytes& a, const bytes& b)
    {
        size_t count = 0;
        for (size_t i = 0; i < a.size(); ++i)
            count += a[i] != b[i];
        return count;
    }

    double error_rate(double ebn0_db, bool is_soft, int blocks)
    {
        const size_t length = 1000;
        size_t errors = 0;
        for (int block = 0; block < blocks; ++block) {
            const bytes bits = random_bits(length);
            const floats llrs = received(encoded(bits), ebn0_db);
            bytes decisions(llrs.size());
            std::transform(llrs.begin(), llrs.end(), decisions.begin(), [](float llr) {
                return llr > 0.0f;
            });
            errors +=
                differences(bits, is_soft ? soft(llrs, length) : hard(decisions, length));
        }
        return static_cast<double>(errors) / (length * blocks);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(outer_codes, fixture)

BOOST_AUTO_TEST_CASE(code_words_are_those_of_the_polynomials)
{
    const bytes bits = random_bits(50);
    const bytes coded = encoded(bits);
    for (size_t t = 0; t < bits.size() + tail_bits; ++t) {
        int state = 0;
        for (size_t back = 0; back < 7; ++back)
            if (t >= back && t - back < bits.size())
                state |= bits[t - back] << back;
        BOOST_CHECK_EQUAL(coded[2 * t], __builtin_parity(state & 109));
        BOOST_CHECK_EQUAL(coded[2 * t + 1], __builtin_parity(state & 79));
    }
}

BOOST_AUTO_TEST_CASE(blocks_of_any_length_in_any_order)
{
    for (const size_t length : { size_t(40),
                                 size_t(8),
                                 longest,
                                 size_t(48),
                                 size_t(4096),
                                 size_t(40),
                                 size_t(1000),
                                 longest - 8 }) {
        const bytes bits = random_bits(length);
        const bytes coded = encoded(bits);
        BOOST_CHECK(hard(coded, length) == bits);
        floats llrs(coded.size());
        std::transform(coded.begin(), coded.end(), llrs.begin(), [](uint8_t bit) {
            return bit ? 1e-3f : -1e-3f;
        });
        BOOST_CHECK(soft(llrs, length) == bits);
    }
}

BOOST_AUTO_TEST_CASE(few_wrong_bits_are_corrected_at_both_ends)
{
    // The free distance is 10, which is good for four wrong bits; but gr-fec trusts the
    // state that it begins in no more than four bits.
    const bytes bits = random_bits(64);
    const bytes coded = encoded(bits);
    for (size_t first = 0; first + 3 <= coded.size(); ++first) {
        bytes wrong = coded;
        for (size_t i = first; i < first + 3; ++i)
            wrong[i] ^= 1;
        BOOST_REQUIRE(hard(wrong, bits.size()) == bits);
    }
}

BOOST_AUTO_TEST_CASE(the_scale_of_the_ratios_does_not_matter)
{
    const bytes bits = random_bits(2000);
    const floats llrs = received(encoded(bits), 2.0);
    const bytes decided = soft(llrs, bits.size());
    // Powers of two, so that not even the rounding changes.
    for (const float scale : { 0x1p-90f, 0.0625f, 8.0f, 0x1p80f }) {
        floats scaled = llrs;
        for (auto& llr : scaled)
            llr *= scale;
        BOOST_CHECK(soft(scaled, bits.size()) == decided);
    }
}

BOOST_AUTO_TEST_CASE(erasures_and_outliers_are_survived)
{
    const bytes bits = random_bits(1000);
    floats llrs = received(encoded(bits), 6.0);
    for (size_t i = 0; i < llrs.size(); i += 5)
        llrs[i] = 0.0f;
    for (size_t i = 2; i < llrs.size(); i += 100)
        llrs[i] *= 1e28f;
    BOOST_CHECK(soft(llrs, bits.size()) == bits);
    // Nothing at all is known: any bits, but no harm.
    BOOST_CHECK_EQUAL(soft(floats(llrs.size(), 0.0f), bits.size()).size(), bits.size());
    floats tiny(llrs.size(), 1e-42f);
    for (size_t i = 0; i < tiny.size(); i += 3)
        tiny[i] = 0.0f;
    BOOST_CHECK_EQUAL(soft(tiny, bits.size()).size(), bits.size());
}

BOOST_AUTO_TEST_CASE(soft_decisions_are_worth_two_decibels)
{
    // Text books have a bit error rate of 1e-3 at 2.6 dB with soft decisions and near
    // 4.9 dB with hard ones. 400,000 bits: some 400 errors in bursts, 15 % at one sigma.
    const double at_soft = error_rate(2.6, true, 400);
    const double at_hard = error_rate(4.8, false, 400);
    BOOST_TEST_MESSAGE("soft " << at_soft << ", hard " << at_hard);
    BOOST_CHECK_GT(at_soft, 4e-4);
    BOOST_CHECK_LT(at_soft, 2e-3);
    BOOST_CHECK_GT(at_hard, 4e-4);
    BOOST_CHECK_LT(at_hard, 2e-3);
    BOOST_CHECK_GT(error_rate(2.6, false, 40), 20 * at_soft);
}

BOOST_AUTO_TEST_SUITE_END()
