/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "burst/pulse.h"
#include "burst/shaper.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>
#include <vector>

using namespace gr::dlcomm::burst;
using samples = std::vector<std::complex<float>>;

namespace {

samples qpsk(size_t count, unsigned seed)
{
    std::mt19937 random(seed);
    samples symbols;
    while (symbols.size() < count)
        symbols.emplace_back(random() & 1 ? M_SQRT1_2 : -M_SQRT1_2,
                             random() & 1 ? M_SQRT1_2 : -M_SQRT1_2);
    return symbols;
}

header some_fields()
{
    header fields;
    fields.model = 0x1234;
    fields.sequence = 77;
    return fields;
}

samples burst(shaper& maker, const samples& payload, double amplitude, size_t piece)
{
    maker.begin(some_fields(), payload.data(), payload.size(), amplitude);
    samples out;
    while (maker.left()) {
        samples part(piece);
        part.resize(maker.read(part.data(), piece));
        BOOST_REQUIRE(!part.empty());
        out.insert(out.end(), part.begin(), part.end());
    }
    return out;
}

} // namespace

// The matched filter on the symbols' instants gives them back, in the places of the
// format.
BOOST_AUTO_TEST_CASE(the_matched_filter_finds_the_symbols)
{
    for (const int sps : { 2, 4, 10, 16 }) {
        const auto payload = qpsk(57, sps);
        shaper maker(sps);
        samples out = burst(maker, payload, 0.5, 1000);
        BOOST_REQUIRE_EQUAL(out.size(), shaper::burst_samples(57, sps));
        BOOST_REQUIRE_EQUAL(out.size(), (burst_symbols(57) + 10) * sps + 1);

        const pulse_bank bank(sps);
        const size_t margin = bank.before() + bank.after();
        out.insert(out.begin(), margin, 0.0f);
        out.insert(out.end(), margin, 0.0f);
        header fields = some_fields();
        fields.symbols = 57;
        const auto head = header_to_symbols(fields);
        double error = 0.0;
        const auto check = [&](size_t place, std::complex<float> expected) {
            const auto found =
                bank.at(out.data(), margin + pulse_half(sps) + double(place * sps));
            error +=
                std::norm(found / static_cast<float>(0.5 * std::sqrt(sps)) - expected);
        };
        for (size_t i = 0; i < preamble_symbols; ++i)
            check(i, preamble()[i]);
        for (size_t i = 0; i < header_symbols; ++i)
            check(data_place(i), head[i]);
        for (size_t i = 0; i < payload.size(); ++i)
            check(data_place(header_symbols + i), payload[i]);
        for (size_t n = 0; n < 17; ++n)
            check(pilot_place(n), pilot(n));
        check(burst_symbols(57) - 1, pilot(17));
        BOOST_CHECK_LT(10.0 * std::log10(error / burst_symbols(57)), -44.0);
    }
}

BOOST_AUTO_TEST_CASE(amplitude_is_the_root_mean_square)
{
    for (const int sps : { 2, 4, 8 })
        for (const double amplitude : { 0.25, 1.0 }) {
            shaper maker(sps);
            double energy = 0.0;
            for (const auto& x : burst(maker, qpsk(2000, 5), amplitude, 512))
                energy += std::norm(x);
            // The sum over all samples is that of the symbols' energies, but for the
            // pulses' cut.
            const double power = energy / (burst_symbols(2000) * sps);
            BOOST_CHECK_CLOSE(std::sqrt(power), amplitude, 1.0);
        }
}

BOOST_AUTO_TEST_CASE(pieces_change_nothing)
{
    shaper maker(4);
    const auto payload = qpsk(100, 9);
    const auto whole = burst(maker, payload, 0.25, 100000);
    for (const size_t piece : { 1, 3, 64, 1000 })
        BOOST_CHECK(burst(maker, payload, 0.25, piece) == whole);
    // A new burst leaves nothing of the one before.
    maker.begin(some_fields(), payload.data(), 50, 0.25);
    samples some(100);
    maker.read(some.data(), some.size());
    BOOST_CHECK(burst(maker, payload, 0.25, 77) == whole);
    BOOST_CHECK_EQUAL(maker.left(), 0u);
    BOOST_CHECK_EQUAL(maker.read(some.data(), 10), 0u);
}
