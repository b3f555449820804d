/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "channel/polynomial.h"

#include <boost/test/unit_test.hpp>
#include <limits>
#include <random>

using gr::dlcomm::channel::polynomial;

BOOST_AUTO_TEST_CASE(values_agree_with_powers_in_double_precision)
{
    std::mt19937 engine(5);
    std::uniform_real_distribution<float> uniform(-1.5f, 1.5f);
    for (const size_t order : { 1, 2, 3, 6, 32 }) {
        std::vector<float> coefficients(order);
        for (auto& c : coefficients)
            c = uniform(engine);
        const polynomial p(coefficients);
        BOOST_CHECK(p.coefficients() == coefficients);
        for (const size_t count : { 0, 1, 255, 256, 257, 1000 }) {
            std::vector<float> x(count), y(count + 1, 42.0f);
            for (auto& v : x)
                v = uniform(engine);
            p.evaluate(x.data(), y.data(), count);
            for (size_t i = 0; i < count; ++i) {
                double want = 0.0, size = 0.0, power = 1.0;
                for (const float c : coefficients) {
                    want += c * power;
                    size += std::abs(c * power);
                    power *= x[i];
                }
                BOOST_REQUIRE_SMALL(y[i] - want, 1e-6 * order * (size + 1.0));
            }
            BOOST_CHECK_EQUAL(y[count], 42.0f); // nothing beyond the end
        }
    }
}

BOOST_AUTO_TEST_CASE(square_is_exact_also_in_place)
{
    std::vector<float> x;
    for (int i = -400; i <= 400; ++i)
        x.push_back(i / 8.0f);
    std::vector<float> y = x;
    polynomial({ 0.0f, 0.0f, 1.0f }).evaluate(y.data(), y.data(), y.size());
    for (size_t i = 0; i < x.size(); ++i)
        BOOST_CHECK_EQUAL(y[i], x[i] * x[i]);
}

BOOST_AUTO_TEST_CASE(bad_coefficients_are_refused)
{
    const float infinity = std::numeric_limits<float>::infinity();
    const float nan = std::numeric_limits<float>::quiet_NaN();
    BOOST_CHECK_THROW(polynomial({}), std::invalid_argument);
    BOOST_CHECK_THROW(polynomial(std::vector<float>(33)), std::invalid_argument);
    for (const float bad : { infinity, -infinity, nan })
        BOOST_CHECK_EXCEPTION(polynomial({ 1.0f, bad }),
                              std::invalid_argument,
                              [](const std::exception& error) {
                                  return std::string(error.what()) ==
                                         "coefficients[1] is not a finite number";
                              });
}
