/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "channel/gaussian.h"

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/test/unit_test.hpp>
#include <array>
#include <cmath>
#include <cstring>
#include <random>

using gr::dlcomm::channel::gaussian;
using samples = std::vector<std::complex<float>>;

namespace {

using block = std::array<uint32_t, 4>;

// Philox4x32-10 as in the paper, one word at a time: what the kernels are held to.
block philox(block c, uint32_t k0, uint32_t k1)
{
    for (int round = 0; round < 10; ++round) {
        const uint64_t p0 = uint64_t(0xD2511F53u) * c[0];
        const uint64_t p1 = uint64_t(0xCD9E8D57u) * c[2];
        c = { uint32_t(p1 >> 32) ^ c[1] ^ k0,
              uint32_t(p1),
              uint32_t(p0 >> 32) ^ c[3] ^ k1,
              uint32_t(p0) };
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return c;
}

// Sample i as the class describes it, in double precision.
std::complex<double>
reference(uint64_t seed, uint32_t stream, uint32_t purpose, uint64_t i)
{
    const uint64_t number = 16 * (i / 32) + i % 16;
    const block words =
        philox({ uint32_t(number), uint32_t(number >> 32), stream, purpose },
               uint32_t(seed),
               uint32_t(seed >> 32));
    const int first = i % 32 < 16 ? 0 : 2;
    const double u = ((words[first] >> 1) + 0.5) / 2147483648.0;
    return std::polar(std::sqrt(-2.0 * std::log(u)),
                      2.0 * M_PI * words[first + 1] / 4294967296.0);
}

samples draw(const gaussian& g, size_t count, uint64_t start = 0, float sigma = 1.0f)
{
    samples out(count);
    g.add(nullptr, out.data(), count, start, sigma);
    return out;
}

uint64_t fnv1a(const void* data, size_t size)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < size; ++i)
        hash = (hash ^ static_cast<const unsigned char*>(data)[i]) * 0x100000001b3u;
    return hash;
}

// Correlation coefficient of zero-mean unit-variance real sequences.
template <class A, class B>
double correlation(size_t count, A a, B b)
{
    double sum = 0.0;
    for (size_t i = 0; i < count; ++i)
        sum += static_cast<double>(a(i)) * b(i);
    return sum / count;
}

// A mean of `count` unit-variance values exceeds this with probability 1e-7 (two-sided,
// central limit).
double mean_bound(size_t count) { return 5.33 / std::sqrt(static_cast<double>(count)); }

// Chi-square test of equal bins, false-alarm rate 1e-6.
void check_uniform(const std::vector<uint64_t>& bins)
{
    uint64_t total = 0;
    for (const uint64_t bin : bins)
        total += bin;
    const double expected = static_cast<double>(total) / bins.size();
    double statistic = 0.0;
    for (const uint64_t bin : bins)
        statistic += (bin - expected) * (bin - expected) / expected;
    const boost::math::chi_squared distribution(bins.size() - 1);
    BOOST_CHECK_LT(statistic, quantile(complement(distribution, 1e-6)));
}

} // namespace

// Known answers of the Random123 distribution (kat_vectors, philox4x32 10).
BOOST_AUTO_TEST_CASE(reference_philox_gives_the_published_answers)
{
    const block zero = philox({ 0, 0, 0, 0 }, 0, 0);
    BOOST_CHECK((zero == block{ 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 }));
    const uint32_t f = 0xffffffff;
    const block ones = philox({ f, f, f, f }, f, f);
    BOOST_CHECK((ones == block{ 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd }));
    const block pi = philox(
        { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 }, 0xa4093822, 0x299f31d0);
    BOOST_CHECK((pi == block{ 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 }));
}

BOOST_AUTO_TEST_CASE(samples_follow_the_definition)
{
    const uint64_t seed = 0x0123456789abcdefu;
    const gaussian g(seed, 77, 0xfeedbeef);
    // The last two starts need more than 32 bits for the Philox block number.
    for (const uint64_t start : { uint64_t(0),
                                  uint64_t(1001),
                                  (uint64_t(1) << 34) - 7,
                                  (uint64_t(1) << 60) + 5 }) {
        const samples out = draw(g, 2000, start);
        for (size_t i = 0; i < out.size(); ++i) {
            const auto want = reference(seed, 77, 0xfeedbeef, start + i);
            // A few roundings of numbers up to 7; near the origin, where u is close to
            // one, the 24 bits of u are what counts: dr = du / r.
            BOOST_REQUIRE_LT(std::abs(std::complex<double>(out[i]) - want),
                             2e-6 + 6e-8 / std::abs(want));
        }
    }
}

BOOST_AUTO_TEST_CASE(every_instruction_set_gives_the_same_bits)
{
    const gaussian g(99, 3, 4);
    const size_t count = 100003;
    std::mt19937 engine(1);
    std::normal_distribution<float> normal;
    samples in(count), first(count), other(count);
    for (auto& x : in)
        x = { normal(engine), normal(engine) };
    const auto names = gaussian::instruction_sets();
    BOOST_REQUIRE_EQUAL(names.back(), "base");
    g.add_with("base", in.data(), first.data(), count, 12345, 0.37f);
    for (const auto& name : names) {
        g.add_with(name, in.data(), other.data(), count, 12345, 0.37f);
        BOOST_CHECK_MESSAGE(
            std::memcmp(first.data(), other.data(), count * sizeof(first[0])) == 0, name);
    }
    g.add(in.data(), other.data(), count, 12345, 0.37f);
    BOOST_CHECK(std::memcmp(first.data(), other.data(), count * sizeof(first[0])) == 0);
    BOOST_CHECK_THROW(g.add_with("mmx", in.data(), other.data(), count, 0, 1.0f),
                      std::invalid_argument);
}

// A measured result names its seed; the sequence behind a seed must never change.
BOOST_AUTO_TEST_CASE(sequence_of_a_seed_never_changes)
{
    const samples out = draw(gaussian(1, 0, 0), 10000);
    BOOST_CHECK_EQUAL(fnv1a(out.data(), out.size() * sizeof(out[0])),
                      0xd2ad555335a43686u);
}

BOOST_AUTO_TEST_CASE(cutting_the_sequence_changes_nothing)
{
    const gaussian g(5, 6, 7);
    const samples whole = draw(g, 20000, 100, 0.5f);
    std::mt19937 engine(2);
    for (const size_t longest : { 1, 5, 33, 64, 1000 }) {
        samples cut(whole.size());
        for (size_t done = 0; done < cut.size();) {
            const size_t part =
                std::min<size_t>(cut.size() - done, 1 + engine() % longest);
            g.add(nullptr, cut.data() + done, part, 100 + done, 0.5f);
            done += part;
        }
        BOOST_CHECK(cut == whole);
    }
    g.add(nullptr, nullptr, 0, 0, 1.0f); // nothing to do
}

BOOST_AUTO_TEST_CASE(noise_is_added_also_in_place)
{
    const gaussian g(5, 6, 7);
    for (const size_t count : { 1, 31, 32, 33, 500 }) {
        const samples noise = draw(g, count, 9, 0.25f);
        samples out(count, { 3.0f, -2.0f });
        g.add(out.data(), out.data(), count, 9, 0.25f);
        for (size_t i = 0; i < count; ++i)
            BOOST_REQUIRE(out[i] == std::complex<float>(3.0f, -2.0f) + noise[i]);
    }
}

// Bounds of mean_bound(): 24 comparisons, false-alarm rate 2.4e-6 in all.
BOOST_AUTO_TEST_CASE(sequences_of_other_names_are_unrelated)
{
    const size_t count = 1000000;
    const samples a = draw(gaussian(1, 0, 0), count);
    const gaussian others[] = { gaussian(2, 0, 0), gaussian(1, 1, 0),
                                gaussian(1, 0, 1), gaussian(uint64_t(1) << 32 | 1, 0, 0),
                                gaussian(0, 1, 0), gaussian(0, 0, 1) };
    for (const auto& other : others) {
        const samples b = draw(other, count);
        BOOST_CHECK(!std::equal(a.begin(), a.begin() + 4, b.begin()));
        const auto re_a = [&](size_t i) { return a[i].real(); };
        const auto im_a = [&](size_t i) { return a[i].imag(); };
        const auto re_b = [&](size_t i) { return b[i].real(); };
        const auto im_b = [&](size_t i) { return b[i].imag(); };
        BOOST_CHECK_LT(std::abs(correlation(count, re_a, re_b)), mean_bound(count));
        BOOST_CHECK_LT(std::abs(correlation(count, re_a, im_b)), mean_bound(count));
        BOOST_CHECK_LT(std::abs(correlation(count, im_a, re_b)), mean_bound(count));
        BOOST_CHECK_LT(std::abs(correlation(count, im_a, im_b)), mean_bound(count));
    }
}

// Per rail: mean, variance and kurtosis within 5.33 standard deviations (false-alarm rate
// 1e-7 each); the number of values beyond 1, 2, 3, 4 and 5 sigma on each side within the
// exact binomial quantiles (1e-6 each, 20 in all); lag-1 and I/Q correlation (1e-7 each).
BOOST_AUTO_TEST_CASE(rails_are_standard_normal_out_to_five_sigma)
{
    const size_t count = 20000000, stretch = 100000;
    double sums[2][4] = {};
    uint64_t beyond[2][2][5] = {};
    double iq = 0.0, lag[2] = {};
    const gaussian g(20260101, 0, 0);
    samples x(stretch);
    std::complex<float> last(0.0f, 0.0f);
    for (size_t start = 0; start < count; start += stretch) {
        g.add(nullptr, x.data(), stretch, start, 1.0f);
        for (const auto& sample : x) {
            const float rails[2] = { sample.real(), sample.imag() };
            for (int r = 0; r < 2; ++r) {
                const double v = rails[r], v2 = v * v;
                sums[r][0] += v;
                sums[r][1] += v2;
                sums[r][2] += v2 * v2;
                const float size = std::abs(rails[r]);
                for (int s = 0; s < 5 && size > s + 1; ++s)
                    ++beyond[r][v < 0][s];
            }
            iq += static_cast<double>(rails[0]) * rails[1];
            lag[0] += static_cast<double>(rails[0]) * last.real();
            lag[1] += static_cast<double>(rails[1]) * last.imag();
            last = sample;
        }
    }
    const double n = count;
    BOOST_CHECK_LT(std::abs(iq / n), mean_bound(count));
    for (int r = 0; r < 2; ++r) {
        const double mean = sums[r][0] / n, variance = sums[r][1] / n;
        const double kurtosis = sums[r][2] / n / (variance * variance);
        BOOST_CHECK_LT(std::abs(mean), mean_bound(count));
        BOOST_CHECK_LT(std::abs(variance - 1.0), std::sqrt(2.0) * mean_bound(count));
        BOOST_CHECK_LT(std::abs(kurtosis - 3.0), std::sqrt(24.0) * mean_bound(count));
        BOOST_CHECK_LT(std::abs(lag[r] / n), mean_bound(count));
        for (int side = 0; side < 2; ++side) {
            for (int s = 0; s < 5; ++s) {
                const double tail = 0.5 * std::erfc((s + 1) / std::sqrt(2.0));
                const boost::math::binomial distribution(n, tail);
                BOOST_TEST_INFO("rail " << r << ", side " << side << ", " << s + 1
                                        << " sigma");
                BOOST_CHECK_GE(beyond[r][side][s], quantile(distribution, 0.5e-6));
                BOOST_TEST_INFO("rail " << r << ", side " << side << ", " << s + 1
                                        << " sigma");
                BOOST_CHECK_LE(beyond[r][side][s],
                               quantile(complement(distribution, 0.5e-6)));
            }
        }
    }
}

// exp(-r^2 / 2) of a Rayleigh radius r is uniform, and so is the phase; two chi-square
// tests, false-alarm rate 1e-6 each.
BOOST_AUTO_TEST_CASE(phase_is_uniform_and_radius_is_rayleigh)
{
    const size_t count = 2000000;
    const samples x = draw(gaussian(7, 0, 0), count);
    std::vector<uint64_t> phase(128), radius(128);
    for (const auto& sample : x) {
        const double turn = std::atan2(sample.imag(), sample.real()) / (2.0 * M_PI) + 0.5;
        ++phase[std::min<size_t>(turn * phase.size(), phase.size() - 1)];
        const double u = std::exp(-0.5 * std::norm(std::complex<double>(sample)));
        ++radius[std::min<size_t>(u * radius.size(), radius.size() - 1)];
    }
    check_uniform(phase);
    check_uniform(radius);
}
