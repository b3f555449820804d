/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "engine/kernels.h"
#include "engine/packed_layer.h"

#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <vector>

using namespace gr::dlcomm::engine;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float nan_value = std::numeric_limits<float>::quiet_NaN();

// Run a test with the kernels of every instruction set that this machine has.
void for_each_set(const std::function<void(const kernel_set&)>& test)
{
    size_t count = 0;
    const kernel_set* const* sets = runnable_kernels(count);
    BOOST_REQUIRE_GE(count, 1u);
    BOOST_CHECK(sets[0] == &kernels());
    BOOST_CHECK_EQUAL(sets[count - 1]->instruction_set, std::string("base"));
    for (size_t i = 0; i < count; ++i) {
        BOOST_TEST_CONTEXT(sets[i]->instruction_set) { test(*sets[i]); }
    }
}

// A network of one dense layer, m rows of n; of the weights the share `kept` is not zero.
struct layer {
    layer(size_t m, size_t n, std::mt19937& engine, bool whole_numbers, double kept = 1.0)
        : layer(m, n, drawn(m * n + m, engine, whole_numbers, kept, m * n))
    {
    }

    layer(size_t m, size_t n, const std::vector<float>& numbers)
        : m(m),
          n(n),
          weights(numbers.begin(), numbers.begin() + m * n),
          bias(numbers.begin() + m * n, numbers.end()),
          packed(weights.data(), bias.data(), n, m, false),
          only(packed.view()),
          view{ &only, 1 }
    {
    }

    // `count` numbers, of which those before `prunable` may be zero.
    static std::vector<float> drawn(size_t count,
                                    std::mt19937& engine,
                                    bool whole_numbers,
                                    double kept,
                                    size_t prunable)
    {
        std::normal_distribution<float> normal;
        std::bernoulli_distribution stays(kept);
        std::vector<float> numbers(count);
        for (size_t i = 0; i < count; ++i)
            if (i >= prunable || stays(engine))
                numbers[i] = whole_numbers
                                 ? static_cast<float>(static_cast<int>(engine() % 7) - 3)
                                 : normal(engine);
        return numbers;
    }

    std::vector<double> logits(const float* x) const
    {
        std::vector<double> sums(m);
        for (size_t r = 0; r < m; ++r) {
            sums[r] = bias[r];
            for (size_t i = 0; i < n; ++i)
                sums[r] += static_cast<double>(weights[r * n + i]) * x[i];
        }
        return sums;
    }

    size_t m, n;
    std::vector<float> weights, bias;
    packed_layer packed;
    dense_layer_view only;
    dense_network_view view;
};

template <class T>
size_t first_largest(const std::vector<T>& values)
{
    return std::max_element(values.begin(), values.end()) - values.begin();
}

} // namespace

// Small whole numbers are exact in single precision, so ties are ties: the first wins.
BOOST_AUTO_TEST_CASE(dense_decisions_take_the_first_largest)
{
    std::mt19937 engine(1);
    for_each_set([&](const kernel_set& kernel) {
        for (size_t m = 2; m <= 256; ++m) {
            const size_t n = 1 + m % 5 * 16;
            const layer l(m, n, engine, true);
            const size_t batch = 1 + m % 70;
            std::vector<float> x(batch * n);
            for (auto& v : x)
                v = static_cast<float>(static_cast<int>(engine() % 5) - 2);
            std::vector<uint8_t> messages(batch + 1, 0xee);
            kernel.dense_decide(l.view, x.data(), batch, messages.data());
            for (size_t b = 0; b < batch; ++b)
                BOOST_REQUIRE_EQUAL(messages[b], first_largest(l.logits(&x[b * n])));
            BOOST_CHECK_EQUAL(messages[batch], 0xee); // nothing beyond the end
        }
    });
}

BOOST_AUTO_TEST_CASE(dense_decisions_for_every_batch_size_and_width)
{
    std::mt19937 engine(2);
    std::normal_distribution<float> normal;
    for_each_set([&](const kernel_set& kernel) {
        for (size_t batch = 1; batch <= 70; ++batch) {
            const size_t n = 1 + batch % widest_dense_layer;
            const layer l(16 << batch % 5, n, engine, false);
            std::vector<float> x(batch * n);
            for (auto& v : x)
                v = normal(engine);
            std::vector<uint8_t> messages(batch);
            kernel.dense_decide(l.view, x.data(), batch, messages.data());
            for (size_t b = 0; b < batch; ++b) {
                const auto logits = l.logits(&x[b * n]);
                const double best = *std::max_element(logits.begin(), logits.end());
                // Another row may win by the rounding of float sums alone.
                BOOST_REQUIRE_LT(best - logits[messages[b]], 1e-4);
            }
        }
    });
}

BOOST_AUTO_TEST_CASE(dense_logits_agree_with_double_precision)
{
    std::mt19937 engine(3);
    std::normal_distribution<float> normal;
    for_each_set([&](const kernel_set& kernel) {
        for (size_t m = 2; m <= 256; ++m) {
            const size_t n = 1 + 7 * m % widest_dense_layer, batch = 1 + m % 70;
            const layer l(m, n, engine, false);
            std::vector<float> x(batch * n), logits(batch * m + 1, 42.0f);
            for (auto& v : x)
                v = normal(engine);
            kernel.dense_logits(l.view, x.data(), batch, m, logits.data());
            for (size_t b = 0; b < batch; ++b) {
                const auto want = l.logits(&x[b * n]);
                for (size_t r = 0; r < m; ++r)
                    BOOST_REQUIRE_SMALL(logits[b * m + r] - want[r], 1e-4);
            }
            BOOST_CHECK_EQUAL(logits[batch * m], 42.0f);
        }
    });
}

// Zeros left out change no sum: whole numbers give exactly the same logits and decisions.
BOOST_AUTO_TEST_CASE(layers_without_their_zeros_are_the_same_layers)
{
    std::mt19937 engine(8);
    for_each_set([&](const kernel_set& kernel) {
        for (size_t m = 2; m <= 256; m += m < 8 ? 1 : 31) {
            for (const double kept : { 0.0, 0.02, 0.1, 0.3 }) {
                const size_t n = 1 + 37 * m % widest_dense_layer, batch = 1 + m % 70;
                const layer l(m, n, engine, true, kept);
                BOOST_CHECK(l.packed.sparse() || kept > 0.02 || n < 16);
                BOOST_CHECK_EQUAL(l.packed.sparse(), l.only.columns != nullptr);
                std::vector<float> x(batch * n), logits(batch * m);
                for (auto& v : x)
                    v = static_cast<float>(static_cast<int>(engine() % 5) - 2);
                std::vector<uint8_t> messages(batch);
                kernel.dense_logits(l.view, x.data(), batch, m, logits.data());
                kernel.dense_decide(l.view, x.data(), batch, messages.data());
                for (size_t b = 0; b < batch; ++b) {
                    const auto want = l.logits(&x[b * n]);
                    for (size_t r = 0; r < m; ++r)
                        BOOST_REQUIRE_EQUAL(logits[b * m + r], want[r]);
                    BOOST_REQUIRE_EQUAL(messages[b], first_largest(want));
                }
            }
        }
    });
}

// Three layers of the full width, the middle one without a ReLU.
BOOST_AUTO_TEST_CASE(a_relu_stands_where_the_layer_says)
{
    std::mt19937 engine(9);
    const size_t n = 5, w = widest_dense_layer, batch = 71;
    const layer first(w, n, engine, true), second(w, w, engine, true, 0.05),
        third(4, w, engine, true);
    dense_layer_view views[] = { first.only, second.only, third.only };
    views[0].relu = true;
    std::vector<float> x(batch * n), logits(batch * 4);
    for (auto& v : x)
        v = static_cast<float>(static_cast<int>(engine() % 5) - 2);
    for_each_set([&](const kernel_set& kernel) {
        kernel.dense_logits({ views, 3 }, x.data(), batch, 4, logits.data());
        for (size_t b = 0; b < batch; ++b) {
            const auto hidden = first.logits(&x[b * n]);
            std::vector<float> value(hidden.begin(), hidden.end());
            for (auto& v : value)
                v = std::max(v, 0.0f);
            const auto middle = second.logits(value.data());
            value.assign(middle.begin(), middle.end());
            const auto want = third.logits(value.data());
            BOOST_CHECK_LT(*std::min_element(middle.begin(), middle.end()), 0.0);
            for (size_t r = 0; r < 4; ++r)
                BOOST_REQUIRE_EQUAL(logits[4 * b + r], want[r]);
        }
    });
}

BOOST_AUTO_TEST_CASE(argmax_takes_the_first_largest_for_every_size)
{
    std::mt19937 engine(4);
    for_each_set([&](const kernel_set& kernel) {
        for (size_t m = 2; m <= 256; m *= 2) {
            for (size_t batch = 1; batch <= 70; ++batch) {
                std::vector<float> logits(batch * m);
                // Few different values: ties everywhere.
                for (auto& v : logits)
                    v = static_cast<float>(engine() % (batch % 2 ? 3 : 1000000)) - 1e6f;
                std::vector<uint8_t> messages(batch + 1, 0xee);
                kernel.argmax(logits.data(), batch, m, messages.data());
                for (size_t b = 0; b < batch; ++b)
                    BOOST_REQUIRE_EQUAL(
                        messages[b],
                        first_largest(std::vector<float>(logits.begin() + b * m,
                                                         logits.begin() + (b + 1) * m)));
                BOOST_CHECK_EQUAL(messages[batch], 0xee);
            }
        }
    });
}

BOOST_AUTO_TEST_CASE(argmax_with_nan_and_infinity)
{
    std::mt19937 engine(5);
    for_each_set([&](const kernel_set& kernel) {
        for (size_t m = 2; m <= 256; m *= 2) {
            const auto decide = [&](const std::vector<float>& row) {
                uint8_t message = 0xee;
                kernel.argmax(row.data(), 1, m, &message);
                return static_cast<size_t>(message);
            };
            BOOST_CHECK_EQUAL(decide(std::vector<float>(m, nan_value)), 0u);
            BOOST_CHECK_EQUAL(decide(std::vector<float>(m, -infinity)), 0u);
            BOOST_CHECK_EQUAL(decide(std::vector<float>(m, infinity)), 0u);
            for (int repeat = 0; repeat < 50; ++repeat) {
                const float specials[] = {
                    nan_value, -infinity, -3.4e38f, 3.4e38f, 0.0f
                };
                std::vector<float> row(m);
                for (auto& v : row)
                    v = specials[engine() % 5];
                size_t want = m;
                for (size_t i = 0; i < m; ++i)
                    if (row[i] > -infinity && (want == m || row[i] > row[want]))
                        want = i;
                if (want < m)
                    BOOST_REQUIRE_EQUAL(decide(row), want);
                const size_t at = engine() % m;
                row[at] = infinity;
                BOOST_REQUIRE_EQUAL(decide(row), at);
            }
        }
    });
}

namespace {

// The definition, in extended precision.
std::vector<long double> reference_llr(const float* row, size_t m)
{
    std::vector<long double> llrs;
    for (size_t bit = m / 2; bit >= 1; bit /= 2) {
        long double sums[2];
        for (const bool value : { false, true }) {
            long double largest = -infinity, sum = 0.0L;
            for (size_t i = 0; i < m; ++i)
                if (((i & bit) != 0) == value)
                    largest = std::max<long double>(largest, row[i]);
            for (size_t i = 0; i < m && largest > -infinity; ++i)
                if (((i & bit) != 0) == value)
                    sum += std::exp(row[i] - largest);
            sums[value] = largest + std::log(sum);
        }
        llrs.push_back(sums[1] - sums[0]);
    }
    return llrs;
}

void check_llr(const kernel_set& kernel, const std::vector<float>& logits, size_t m)
{
    const size_t k = static_cast<size_t>(std::log2(m) + 0.5), batch = logits.size() / m;
    std::vector<float> llrs(batch * k + 1, 42.0f);
    BOOST_CHECK_EQUAL(kernel.llr(logits.data(), batch, m, llrs.data()), 0u);
    for (size_t b = 0; b < batch; ++b) {
        const auto want = reference_llr(&logits[b * m], m);
        for (size_t i = 0; i < k; ++i) {
            const long double limited = std::clamp(want[i], -1e30L, 1e30L);
            const long double error = std::abs(llrs[b * k + i] - limited);
            BOOST_REQUIRE_LT(error, 2e-6L * (1.0L + std::abs(limited)));
        }
    }
    BOOST_CHECK_EQUAL(llrs[batch * k], 42.0f);
}

} // namespace

BOOST_AUTO_TEST_CASE(llrs_agree_with_extended_precision)
{
    std::mt19937 engine(6);
    std::normal_distribution<float> normal;
    for_each_set([&](const kernel_set& kernel) {
        for (size_t m = 2; m <= 256; m *= 2) {
            // Spread from nearly equal logits to groups far below what a float's exp can
            // hold, and offsets that would swallow the difference.
            for (const float spread :
                 { 1e-3f, 1.0f, 10.0f, 60.0f, 300.0f, 1e5f, 1e30f }) {
                for (const float offset : { 0.0f, -1e4f, 1e6f }) {
                    std::vector<float> logits(70 * m);
                    for (auto& v : logits)
                        v = spread * normal(engine) + offset;
                    check_llr(kernel, logits, m);
                }
            }
            for (size_t batch = 1; batch <= 70; ++batch)
                check_llr(kernel, std::vector<float>(batch * m, 0.25f * batch), m);
        }
    });
}

// Not infinite: what a decoder behind makes of sums of them must stay a number.
BOOST_AUTO_TEST_CASE(llrs_of_impossible_messages_are_large_and_finite)
{
    for_each_set([&](const kernel_set& kernel) {
        for (size_t m = 2; m <= 256; m *= 2) {
            std::vector<float> row(m, -infinity), llrs(8);
            row[m - 1] = 0.0f; // only the message of all ones
            BOOST_CHECK_EQUAL(kernel.llr(row.data(), 1, m, llrs.data()), 0u);
            for (size_t i = 0; size_t(1) << i < m; ++i)
                BOOST_CHECK_EQUAL(llrs[i], 1e30f);
            std::swap(row[m - 1], row[0]);
            kernel.llr(row.data(), 1, m, llrs.data());
            for (size_t i = 0; size_t(1) << i < m; ++i)
                BOOST_CHECK_EQUAL(llrs[i], -1e30f);
        }
    });
}

BOOST_AUTO_TEST_CASE(rows_that_are_not_finite_give_zeros_and_are_counted)
{
    std::mt19937 engine(7);
    for_each_set([&](const kernel_set& kernel) {
        for (size_t m = 2; m <= 256; m *= 2) {
            const size_t k = static_cast<size_t>(std::log2(m) + 0.5), batch = 9;
            std::vector<float> logits(batch * m);
            for (auto& v : logits)
                v = static_cast<float>(engine() % 100);
            std::vector<float> clean(batch * k), llrs(batch * k, 42.0f);
            kernel.llr(logits.data(), batch, m, clean.data());
            logits[1 * m + engine() % m] = nan_value;
            logits[3 * m + engine() % m] = infinity;
            std::fill_n(logits.begin() + 4 * m, m, -infinity);
            std::fill_n(logits.begin() + 8 * m, m, nan_value);
            BOOST_CHECK_EQUAL(kernel.llr(logits.data(), batch, m, llrs.data()), 4u);
            for (size_t b = 0; b < batch; ++b)
                for (size_t i = 0; i < k; ++i)
                    BOOST_CHECK_EQUAL(
                        llrs[b * k + i],
                        b == 1 || b == 3 || b == 4 || b == 8 ? 0.0f : clean[b * k + i]);
        }
    });
}

BOOST_AUTO_TEST_CASE(all_finite_finds_one_value_anywhere)
{
    for_each_set([&](const kernel_set& kernel) {
        BOOST_CHECK(kernel.all_finite(nullptr, 0));
        for (size_t count = 1; count <= 70; ++count) {
            std::vector<float> x(count, -3.4028234e38f);
            x[count / 2] = 1e-45f;
            BOOST_CHECK(kernel.all_finite(x.data(), count));
            for (size_t i = 0; i < count; ++i) {
                for (const float bad : { infinity, -infinity, nan_value, -nan_value }) {
                    const float kept = x[i];
                    x[i] = bad;
                    BOOST_REQUIRE(!kernel.all_finite(x.data(), count));
                    x[i] = kept;
                }
            }
        }
    });
}
