/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "burst/qa_signals.h"
#include "burst/receiver.h"

#include <boost/test/unit_test.hpp>
#include <limits>

using namespace gr::dlcomm::burst;
using namespace qa;

namespace {

struct packet {
    header fields;
    estimates about;
    samples payload;
};

using packets = std::vector<packet>;

packets receive(receiver& r, const samples& stream, size_t piece = 100000)
{
    packets found;
    for (size_t begin = 0; begin < stream.size(); begin += piece)
        r.push(stream.data() + begin,
               std::min(piece, stream.size() - begin),
               [&](const header& fields, const estimates& about, const samples& payload) {
                   found.push_back({ fields, about, payload });
               });
    return found;
}

header numbered(uint32_t sequence)
{
    header fields;
    fields.sequence = sequence;
    return fields;
}

samples numbered_burst(uint32_t sequence, size_t payload, int sps = 4)
{
    return burst(numbered(sequence), qpsk(payload, sequence), sps);
}

bool intact(const packet& p)
{
    const auto sent = qpsk(p.fields.symbols, p.fields.sequence);
    double worst = 0.0;
    for (size_t i = 0; i < sent.size(); ++i)
        worst = std::max<double>(worst, std::abs(p.payload.at(i) - sent[i]));
    return p.payload.size() == sent.size() && worst < 0.7; // of its own quadrant
}

std::vector<uint32_t> sequences(const packets& found)
{
    std::vector<uint32_t> numbers;
    for (const auto& p : found) {
        numbers.push_back(p.fields.sequence);
        BOOST_CHECK(intact(p));
    }
    return numbers;
}

bool same(const packets& a, const packets& b)
{
    const auto equal = [](const packet& x, const packet& y) {
        return x.fields == y.fields && x.payload == y.payload &&
               x.about.offset == y.about.offset && x.about.cfo == y.about.cfo &&
               x.about.noise_variance == y.about.noise_variance &&
               x.about.snr_db == y.about.snr_db &&
               x.about.clock_ppm == y.about.clock_ppm && x.about.level == y.about.level &&
               x.about.phase == y.about.phase;
    };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), equal);
}

const std::vector<uint32_t> all_five = { 0, 1, 2, 3, 4 };

} // namespace

// Gaps of eight symbols, as little as the shaper lets between bursts, and the end of the
// stream as near behind the last burst.
BOOST_AUTO_TEST_CASE(bursts_back_to_back)
{
    for (const int sps : { 2, 4, 16 }) {
        samples stream;
        for (uint32_t i = 0; i < 5; ++i)
            stream = std::move(stream) + numbered_burst(i, 100 + 333 * i, sps) +
                     zeros(8 * sps);
        receiver::settings settings;
        settings.sps = sps;
        receiver r(settings);
        const auto found = receive(r, stream);
        BOOST_CHECK(sequences(found) == all_five);
        BOOST_CHECK_EQUAL(r.counted().detections, 5u);
        BOOST_CHECK_EQUAL(r.counted().bursts, 5u);
        BOOST_CHECK_EQUAL(r.counted().samples, stream.size());
        BOOST_CHECK_SMALL(found[0].about.offset - pulse_half(sps), 0.01 * sps);
    }
}

BOOST_AUTO_TEST_CASE(the_longest_burst_ends_with_the_stream)
{
    receiver::settings settings;
    settings.max_payload = largest_payload;
    receiver r(settings);
    const auto found = receive(r, numbered_burst(9, largest_payload) + zeros(32), 1000);
    BOOST_REQUIRE_EQUAL(found.size(), 1u);
    BOOST_CHECK(intact(found[0]));
}

BOOST_AUTO_TEST_CASE(pieces_change_nothing)
{
    samples stream = zeros(300);
    for (uint32_t i = 0; i < 4; ++i)
        stream = std::move(stream) + numbered_burst(i, 60 + 50 * i) + zeros(32 + 501 * i);
    stream = plus(turned(stream, 2.2e-3), noise(stream.size(), 0.02, 5));
    receiver whole({});
    const auto expected = receive(whole, stream);
    BOOST_CHECK_EQUAL(expected.size(), 4u);
    for (const size_t piece : { 1, 3, 100, 4097 }) {
        receiver r({});
        BOOST_CHECK(same(receive(r, stream, piece), expected));
    }
    // So does a new stream behind another one.
    whole.restart();
    BOOST_CHECK(same(receive(whole, stream), expected));
    BOOST_CHECK_EQUAL(whole.counted().bursts, 8u);
}

BOOST_AUTO_TEST_CASE(levels_over_160_db)
{
    const auto stream = numbered_burst(3, 200) + zeros(100);
    for (const double level : { 1e-8, 1e-4, 1.0, 1e4, 1e8 }) {
        receiver r({});
        const auto found = receive(r, scaled(stream, level));
        BOOST_REQUIRE_EQUAL(found.size(), 1u);
        BOOST_CHECK(intact(found[0]));
        BOOST_CHECK_CLOSE(found[0].about.level, 0.25 * level, 0.5);
    }
}

BOOST_AUTO_TEST_CASE(a_corrupted_header_is_counted_and_the_next_burst_found)
{
    auto broken = numbered_burst(0, 500);
    for (size_t i = 400; i < 1100; ++i)
        broken[i] *= i % 3 ? -1.0f : 1.0f;
    receiver r({});
    const auto found =
        receive(r, broken + zeros(40) + numbered_burst(1, 500) + zeros(40));
    BOOST_CHECK(sequences(found) == std::vector<uint32_t>{ 1 });
    BOOST_CHECK_EQUAL(r.counted().header_errors, 1u);
}

BOOST_AUTO_TEST_CASE(other_versions_and_long_bursts_are_counted)
{
    header other = numbered(0);
    other.version = 2;
    receiver::settings settings;
    settings.max_payload = 400;
    receiver r(settings);
    const auto found = receive(
        r,
        burst(other, qpsk(300, 1)) + zeros(40) + numbered_burst(1, 401) + zeros(40) +
            numbered_burst(2, 400) + zeros(40) + numbered_burst(3, 60000) + zeros(40) +
            numbered_burst(4, 1) + zeros(40),
        777);
    BOOST_CHECK((sequences(found) == std::vector<uint32_t>{ 2, 4 }));
    BOOST_CHECK_EQUAL(r.counted().unknown_versions, 1u);
    BOOST_CHECK_EQUAL(r.counted().too_long, 2u);
    BOOST_CHECK_EQUAL(r.counted().detections, 5u);
    BOOST_CHECK_EQUAL(r.counted().header_errors, 0u);
}

// Two bursts begin within the time of one that broke off.
BOOST_AUTO_TEST_CASE(a_burst_that_broke_off_hides_no_other)
{
    auto cut = numbered_burst(0, 4000);
    cut.resize(3000);
    const auto stream = cut + zeros(100) + numbered_burst(1, 300) + zeros(32) +
                        numbered_burst(2, 300) + zeros(20000);
    for (const size_t piece : { 1000, 100000 }) {
        receiver r({});
        const auto found = receive(r, stream, piece);
        BOOST_REQUIRE_EQUAL(found.size(), 3u);
        BOOST_CHECK(!intact(found[0]));
        BOOST_CHECK(intact(found[1]) && found[1].fields.sequence == 1);
        BOOST_CHECK(intact(found[2]) && found[2].fields.sequence == 2);
    }
}

BOOST_AUTO_TEST_CASE(samples_that_are_no_numbers_are_zeros)
{
    const float bad[] = { std::numeric_limits<float>::quiet_NaN(),
                          std::numeric_limits<float>::infinity(),
                          -std::numeric_limits<float>::infinity(),
                          3e38f };
    auto stream = zeros(100) + numbered_burst(5, 200) + zeros(100);
    for (int i = 0; i < 4; ++i) {
        stream[10 * i] = { bad[i], 0.0f };
        stream[1400 + 40 * i] = { 0.0f, bad[i] };
    }
    receiver r({});
    const auto found = receive(r, stream);
    BOOST_REQUIRE_EQUAL(found.size(), 1u);
    BOOST_CHECK_EQUAL(found[0].fields.sequence, 5u);
    BOOST_CHECK_EQUAL(r.counted().nonfinite, 8u);
    for (const auto& x : found[0].payload)
        BOOST_REQUIRE(std::isfinite(x.real()) && std::isfinite(x.imag()));
}

BOOST_AUTO_TEST_CASE(bad_settings_are_named)
{
    const auto refused = [](void (*change)(receiver::settings&),
                            const std::string& text) {
        receiver::settings settings;
        change(settings);
        BOOST_CHECK_EXCEPTION(receiver{ settings },
                              std::invalid_argument,
                              [&](const std::exception& error) {
                                  return std::string(error.what()).find(text) == 0;
                              });
    };
    refused([](auto& s) { s.sps = 5; }, "sps is 5");
    refused([](auto& s) { s.threshold = 1.0; }, "threshold is 1");
    refused([](auto& s) { s.threshold = -0.1; }, "threshold is -0.1");
    refused([](auto& s) { s.max_payload = 0; }, "max_payload_symbols is 0");
    refused([](auto& s) { s.max_payload = 65536; }, "max_payload_symbols is 65536");
    refused([](auto& s) { s.max_cfo = 0.021; }, "max_cfo is 0.021");
    refused([](auto& s) { s.max_cfo = std::nan(""); }, "max_cfo is nan");
    refused([](auto& s) { s.phase_noise = -1.0; }, "phase_noise is -1");
    refused([](auto& s) { s.max_clock_ppm = 1001.0; }, "max_clock_ppm is 1001");
    receiver r({});
    r.set_threshold(0.4);
    r.set_phase_noise(1e-4);
    BOOST_CHECK_THROW(r.set_threshold(0.0), std::invalid_argument);
    BOOST_CHECK_THROW(r.set_phase_noise(1.0), std::invalid_argument);
    BOOST_CHECK_EQUAL(r.set().threshold, 0.4);
    BOOST_CHECK_EQUAL(r.set().phase_noise, 1e-4);
}
