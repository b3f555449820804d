/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "engine/decision_average.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>
#include <vector>

using namespace gr::dlcomm::engine;
using row = std::vector<double>;

namespace {

constexpr size_t classes = 4;

std::vector<row> random_rows(size_t count, unsigned seed)
{
    std::mt19937 engine(seed);
    std::normal_distribution<double> normal(0.0, 2.0);
    std::vector<row> rows(count, row(classes));
    for (auto& r : rows) {
        double sum = 0.0;
        for (auto& value : r)
            sum += std::exp(value = normal(engine));
        for (auto& value : r)
            value -= std::log(sum);
    }
    return rows;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_decision_is_the_mean_of_the_last_windows)
{
    const auto rows = random_rows(50, 1);
    for (const size_t length : { 1, 2, 3, 7, 64 }) {
        decision_average average(classes, length);
        for (size_t n = 0; n < rows.size(); ++n) {
            const auto made = average.next(rows[n].data(), 0.0);
            const size_t count = std::min(n + 1, length);
            BOOST_REQUIRE_EQUAL(average.span(), count);
            row p(classes);
            double sum = 0.0;
            for (size_t i = 0; i < classes; ++i) {
                for (size_t k = 0; k < count; ++k)
                    p[i] += rows[n - k][i] / count;
                sum += p[i] = std::exp(p[i]);
            }
            for (size_t i = 0; i < classes; ++i)
                BOOST_REQUIRE_CLOSE(average.probabilities()[i], p[i] / sum, 1e-3);
            const size_t best = std::max_element(p.begin(), p.end()) - p.begin();
            BOOST_REQUIRE_EQUAL(made.index, best);
            BOOST_REQUIRE_CLOSE(made.probability, p[best] / sum, 1e-6);
        }
    }
}

BOOST_AUTO_TEST_CASE(below_the_threshold_is_unknown)
{
    const row half = { std::log(0.5), std::log(0.3), std::log(0.1), std::log(0.1) };
    decision_average average(classes, 1);
    BOOST_CHECK_EQUAL(average.next(half.data(), 0.4999).index, 0);
    const auto made = average.next(half.data(), 0.5001);
    BOOST_CHECK_EQUAL(made.index, decision_average::unknown);
    BOOST_CHECK_CLOSE(made.probability, 0.5, 1e-9);
    BOOST_CHECK_CLOSE(average.probabilities()[1], 0.3f, 1e-4);
    // Certainty reaches a threshold of one.
    const row sure = { -1e30, 0.0, -1e30, -1e30 };
    BOOST_CHECK_EQUAL(average.next(sure.data(), 1.0).index, 1);
}

BOOST_AUTO_TEST_CASE(windows_of_nothing_are_unknown_and_left_out)
{
    const auto rows = random_rows(3, 2);
    decision_average average(classes, 3), alone(classes, 3);
    average.next(rows[0].data(), 0.0);
    alone.next(rows[0].data(), 0.0);
    const auto made = average.next(nullptr, 0.0);
    BOOST_CHECK_EQUAL(made.index, decision_average::unknown);
    BOOST_CHECK_EQUAL(made.probability, 0.0);
    for (size_t i = 0; i < classes; ++i)
        BOOST_CHECK_EQUAL(average.probabilities()[i], 0.0f);
    // Rows 0 and 1, the window of nothing between them left out of the mean.
    BOOST_CHECK_CLOSE(average.next(rows[1].data(), 0.0).probability,
                      alone.next(rows[1].data(), 0.0).probability,
                      1e-9);
    BOOST_CHECK_EQUAL(average.span(), 3u);
    // It takes its place all the same: row 0 is now too long ago, and then it is itself.
    decision_average two(classes, 3);
    two.next(rows[1].data(), 0.0);
    BOOST_CHECK_CLOSE(average.next(rows[2].data(), 0.0).probability,
                      two.next(rows[2].data(), 0.0).probability,
                      1e-9);
}

BOOST_AUTO_TEST_CASE(forgotten_windows_do_not_count)
{
    const auto rows = random_rows(4, 3);
    decision_average average(classes, 2), fresh(classes, 2);
    average.next(rows[0].data(), 0.0);
    average.next(rows[1].data(), 0.0);
    average.clear();
    for (size_t n = 2; n < 4; ++n) {
        BOOST_CHECK_EQUAL(average.next(rows[n].data(), 0.0).probability,
                          fresh.next(rows[n].data(), 0.0).probability);
        BOOST_CHECK_EQUAL(average.span(), fresh.span());
    }
}

BOOST_AUTO_TEST_CASE(logarithms_at_their_limit_stay_numbers)
{
    const row low = { 0.0, -1e30, -1e30, -1e30 }, high = { -1e30, 0.0, -1e30, -1e30 };
    decision_average average(classes, decision_average::longest);
    for (size_t n = 0; n < 3 * decision_average::longest; ++n) {
        const auto made = average.next((n % 3 ? low : high).data(), 0.0);
        BOOST_REQUIRE(std::isfinite(made.probability));
        BOOST_REQUIRE(made.probability >= 0.25);
    }
}
