/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "burst/golay.h"

#include <boost/test/unit_test.hpp>
#include <bitset>
#include <map>
#include <random>

using namespace gr::dlcomm::burst;

namespace {

using soft_bits = std::array<float, golay::code_bits>;

soft_bits sent(uint32_t message)
{
    soft_bits soft;
    for (size_t i = 0; i < soft.size(); ++i)
        soft[i] = golay::encode(message) >> (23 - i) & 1 ? -1.0f : 1.0f;
    return soft;
}

} // namespace

// The weight distribution of the extended Golay code: 1, 759, 2576, 759, 1. For a linear
// code it is that of the distances, too.
BOOST_AUTO_TEST_CASE(it_is_the_extended_golay_code)
{
    std::map<size_t, int> weights;
    for (uint32_t message = 0; message < 4096; ++message) {
        BOOST_REQUIRE_EQUAL(golay::encode(message) >> 12, message);
        ++weights[std::bitset<24>(golay::encode(message)).count()];
    }
    const std::map<size_t, int> expected = {
        { 0, 1 }, { 8, 759 }, { 12, 2576 }, { 16, 759 }, { 24, 1 }
    };
    BOOST_CHECK(weights == expected);
    for (uint32_t i = 1; i < 4096; i <<= 1)
        for (uint32_t message = 0; message < 4096; ++message)
            BOOST_REQUIRE_EQUAL(golay::encode(message) ^ golay::encode(i),
                                golay::encode(message ^ i));
}

BOOST_AUTO_TEST_CASE(three_wrong_bits_of_24_are_corrected)
{
    std::mt19937 random(1);
    for (int i = 0; i < 500; ++i) {
        const uint32_t message = random() % 4096;
        soft_bits soft = sent(message);
        for (int wrong = 0; wrong < 3; ++wrong)
            soft[(random() % 8) * 3 + wrong] *= -1.0f;
        BOOST_REQUIRE_EQUAL(golay::decode(soft), message);
    }
}

// Erasures carry nothing: up to seven of them leave one codeword.
BOOST_AUTO_TEST_CASE(soft_values_count)
{
    std::mt19937 random(2);
    for (int i = 0; i < 200; ++i) {
        const uint32_t message = random() % 4096;
        soft_bits soft = sent(message);
        for (int erased = 0; erased < 7; ++erased)
            soft[random() % 24] = 0.0f;
        BOOST_REQUIRE_EQUAL(golay::decode(soft), message);
    }
}

// The best of all 4096 by the plain sum, whatever the soft values.
BOOST_AUTO_TEST_CASE(decoding_is_maximum_likelihood)
{
    std::mt19937 random(3);
    std::normal_distribution<float> normal;
    for (int i = 0; i < 30; ++i) {
        soft_bits soft;
        for (auto& value : soft)
            value = normal(random);
        const auto score = [&](uint32_t message) {
            double sum = 0.0;
            for (size_t bit = 0; bit < 24; ++bit)
                sum += (golay::encode(message) >> (23 - bit) & 1 ? -1 : 1) * soft[bit];
            return sum;
        };
        double best = -1.0;
        for (uint32_t message = 0; message < 4096; ++message)
            best = std::max(best, score(message));
        BOOST_REQUIRE_CLOSE(score(golay::decode(soft)), best, 1e-3);
    }
}
