/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "burst/qa_signals.h"
#include "burst/synchroniser.h"

#include <boost/test/unit_test.hpp>

using namespace gr::dlcomm::burst;
using namespace qa;

namespace {

constexpr size_t lead = 400; // samples in front of a burst

header some_fields()
{
    header fields;
    fields.model = 0xABCD;
    fields.code = 1;
    fields.length = 77;
    fields.sequence = 123456;
    fields.flags = 1;
    return fields;
}

synchroniser make(int sps) { return synchroniser({ size_t(sps), 2000, 1e-5, 50.0 }); }

// Where the detector would see the burst of stream(), at a frequency nearby.
preamble_detector::detection near(int sps, double cfo)
{
    const auto half = static_cast<int64_t>((lead + pulse_half(sps)) / (sps / 2));
    return { half, std::round(cfo * sps * 256) / 256, 0.9 };
}

samples stream(const samples& payload, int sps, double cfo, double phase)
{
    return turned(
        zeros(lead) + burst(some_fields(), payload, sps) + zeros(100 * sps), cfo, phase);
}

double error_db(const samples& found, const samples& sent)
{
    BOOST_REQUIRE_EQUAL(found.size(), sent.size());
    double sum = 0.0;
    for (size_t i = 0; i < sent.size(); ++i)
        sum += std::norm(found[i] - sent[i]);
    return 10.0 * std::log10(sum / sent.size());
}

} // namespace

BOOST_AUTO_TEST_CASE(symbols_come_back_without_noise)
{
    for (const int sps : { 2, 4, 6, 16 })
        for (const double cfo : { 0.0, 1.3e-3, -4.7e-3 }) {
            const auto payload = qpsk(500, sps);
            const auto signal = stream(payload, sps, cfo, 2.0);
            const sample_view view{ signal.data(), 0, int64_t(signal.size()) };
            auto sync = make(sps);
            // The detection may be half a symbol off.
            for (const int64_t off : { 0, 1, -1 }) {
                auto found = near(sps, cfo);
                found.half_symbol += off;
                const auto fields = sync.read_header(view, found);
                BOOST_REQUIRE(fields);
                BOOST_CHECK_EQUAL(fields->sequence, 123456u);
                BOOST_CHECK_EQUAL(fields->symbols, 500u);
                BOOST_CHECK(fields->last());
                BOOST_CHECK_LT(error_db(sync.read_payload(view), payload), -40.0);
                const auto& about = sync.about();
                const double offset = lead + pulse_half(sps);
                BOOST_CHECK_SMALL(about.offset - offset, 0.01 * sps);
                BOOST_CHECK_SMALL(about.cfo - cfo, 2e-6);
                BOOST_CHECK_CLOSE(about.level, 0.25, 0.5);
                BOOST_CHECK_GT(about.snr_db, 38.0);
                BOOST_CHECK_CLOSE(
                    about.snr_db, -10.0 * std::log10(about.noise_variance), 1e-6);
                BOOST_CHECK_SMALL(about.clock_ppm, 6.0);
                const double turn =
                    about.phase - 2.0 - 2.0 * std::acos(-1.0) * cfo * offset;
                BOOST_CHECK_SMALL(std::remainder(turn, 2.0 * std::acos(-1.0)), 0.05);
                BOOST_CHECK(sync.ended_well());
            }
        }
}

// At 10 dB the symbols' error is that of the noise and some 2 % more; 60 bursts of 500
// symbols give it within 2.5 % (4 standard deviations).
BOOST_AUTO_TEST_CASE(noise_is_hardly_more_than_what_was_added)
{
    const int sps = 4;
    const double variance = 0.0625 * sps * 0.1;
    double error = 0.0, stated = 0.0;
    for (unsigned seed = 0; seed < 60; ++seed) {
        const auto payload = qpsk(500, seed);
        auto signal = stream(payload, sps, 1e-3, seed);
        signal = plus(signal, noise(signal.size(), variance, 1000 + seed));
        const sample_view view{ signal.data(), 0, int64_t(signal.size()) };
        auto sync = make(sps);
        BOOST_REQUIRE(sync.read_header(view, near(sps, 1e-3)));
        error += std::pow(10.0, error_db(sync.read_payload(view), payload) / 10.0) / 60.0;
        stated += sync.about().noise_variance / 60.0;
        BOOST_CHECK(sync.ended_well());
    }
    BOOST_CHECK_GT(error, 0.1 * 0.98);
    BOOST_CHECK_LT(error, 0.1 * 1.045);
    BOOST_CHECK_CLOSE(stated, error, 5.0);
}

BOOST_AUTO_TEST_CASE(what_is_no_burst_has_no_header)
{
    const auto signal = noise(20000, 1.0, 5);
    const sample_view view{ signal.data(), 0, int64_t(signal.size()) };
    auto sync = make(4);
    // CRC-16: 300 tries, 0.005 headers on average.
    for (int64_t half = 100; half < 700; half += 2)
        BOOST_CHECK(!sync.read_header(view, { half, 0.0, 0.5 }));
    const samples silence(20000), huge(20000, 1e15f);
    BOOST_CHECK(!sync.read_header({ silence.data(), 0, 20000 }, { 100, 0.0, 0.5 }));
    BOOST_CHECK(!sync.read_header({ huge.data(), 0, 20000 }, { 100, 0.0, 0.5 }));
}

BOOST_AUTO_TEST_CASE(a_burst_that_breaks_off_is_told)
{
    for (const double variance : { 0.0, 0.0625 * 4.0 * 0.3 }) {
        const auto payload = qpsk(1000, 1);
        auto signal = stream(payload, 4, 1e-3, 0.0);
        std::fill(signal.begin() + 3000, signal.end(), 0.0f);
        signal = plus(signal, noise(signal.size(), variance, 3));
        const sample_view view{ signal.data(), 0, int64_t(signal.size()) };
        auto sync = make(4);
        BOOST_REQUIRE(sync.read_header(view, near(4, 1e-3)));
        sync.read_payload(view);
        BOOST_CHECK(!sync.ended_well());
    }
}
