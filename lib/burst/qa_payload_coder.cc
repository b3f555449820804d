/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "burst/payload_decoder.h"
#include "burst/payload_encoder.h"
#include "engine/qa_model_writer.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <random>

using namespace gr::dlcomm;
using namespace gr::dlcomm::burst;
using bytes = std::vector<uint8_t>;
using floats = std::vector<float>;
using samples = std::vector<std::complex<float>>;

namespace {

struct fixture {
    engine::qa::scratch_folder folder;
    std::mt19937 generator{ 6 };
    std::normal_distribution<float> normal;
    payload_encoder encoder;
    payload_decoder decoder;
    std::shared_ptr<const engine::encoder_table> table;
    std::unique_ptr<engine::decoder> network;

    // A random codebook and its exact decoder for a noise variance per complex sample.
    void make_link(int n, int k, double n0 = 0.25)
    {
        floats book(size_t(n) << k);
        double energy = 0.0;
        for (auto& x : book) {
            x = normal(generator);
            energy += static_cast<double>(x) * x;
        }
        for (auto& x : book)
            x = static_cast<float>(x * std::sqrt(0.5 * book.size() / energy));
        const auto inverse = static_cast<float>(1.0 / n0);
        floats weights(book), bias(size_t(1) << k, 0.0f);
        for (size_t i = 0; i < book.size(); ++i) {
            weights[i] *= 2.0f * inverse;
            bias[i / n] -= book[i] * book[i] * inverse;
        }
        table = engine::encoder_table::load(
            folder.write("encoder.onnx", engine::qa::table_encoder(n, k, book).bytes()));
        network = engine::decoder::load(folder.write(
            "decoder.onnx", engine::qa::linear_decoder(n, k, weights, bias).bytes()));
    }

    bytes random_payload(size_t count)
    {
        bytes payload(count);
        for (auto& byte : payload)
            byte = static_cast<uint8_t>(generator());
        return payload;
    }

    // Through a channel with that noise variance per complex sample.
    samples noisy(const samples& sent, double n0)
    {
        samples received;
        const auto sigma = static_cast<float>(std::sqrt(n0 / 2.0));
        for (const auto& s : sent)
            received.emplace_back(s.real() + sigma * normal(generator),
                                  s.imag() + sigma * normal(generator));
        return received;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(payload_coders, fixture)

BOOST_AUTO_TEST_CASE(payloads_come_back)
{
    for (const auto& [n, k] :
         { std::pair<int, int>{ 8, 8 }, { 7, 4 }, { 5, 3 }, { 8, 1 } }) {
        make_link(n, k);
        for (const code outer : { code::none, code::cc })
            for (const bool soft : { false, true })
                for (const size_t count : { 1, 2, 3, 40, 1000 }) {
                    const bytes payload = random_payload(count);
                    const samples sent =
                        encoder.encode(outer, *table, payload.data(), count);
                    const payload_plan plan(count, outer, n, k);
                    BOOST_REQUIRE_EQUAL(sent.size(), plan.symbols);
                    bytes received;
                    const auto result = decoder.decode(
                        *network, outer, soft, sent.data(), count, received);
                    BOOST_CHECK(result.intact);
                    BOOST_CHECK(received == payload);
                    BOOST_CHECK_EQUAL(result.bits, plan.bits);
                    BOOST_CHECK_EQUAL(result.bit_errors, 0);
                    BOOST_CHECK_EQUAL(result.nonfinite, 0);
                }
    }
}

BOOST_AUTO_TEST_CASE(the_outer_code_corrects_and_errors_are_counted)
{
    make_link(8, 4, 0.8);
    const bytes payload = random_payload(500);
    const samples sent = encoder.encode(code::cc, *table, payload.data(), 500);
    const samples received = noisy(sent, 0.8);
    bytes decoded;
    const auto soft =
        decoder.decode(*network, code::cc, true, received.data(), 500, decoded);
    BOOST_CHECK(soft.intact);
    BOOST_CHECK(decoded == payload);
    // Some percent wrong in front of the outer decoder: counted against what was sent.
    channel_coder coder;
    const bytes right = coder.bits(code::cc, payload.data(), 500);
    const payload_plan plan(500, code::cc, 8, 4);
    floats llrs(plan.messages * 4);
    network->llrs(reinterpret_cast<const float*>(received.data()),
                  nullptr,
                  plan.messages,
                  llrs.data());
    size_t wrong = 0;
    for (size_t i = 0; i < right.size(); ++i)
        wrong += (llrs[i] > 0.0f) != (right[i] == 1);
    BOOST_CHECK_EQUAL(soft.bit_errors, wrong);
    BOOST_CHECK_GT(wrong, right.size() / 100);
    BOOST_CHECK_LT(wrong, right.size() / 8);
}

BOOST_AUTO_TEST_CASE(soft_decisions_save_what_hard_ones_lose)
{
    make_link(8, 4, 0.65);
    int hard = 0, soft = 0;
    bytes decoded;
    for (int burst = 0; burst < 40; ++burst) {
        const bytes payload = random_payload(100);
        const samples received =
            noisy(encoder.encode(code::cc, *table, payload.data(), 100), 0.65);
        hard += decoder.decode(*network, code::cc, false, received.data(), 100, decoded)
                    .intact;
        soft += decoder.decode(*network, code::cc, true, received.data(), 100, decoded)
                    .intact;
    }
    BOOST_TEST_MESSAGE("of 40 bursts: hard " << hard << ", soft " << soft);
    BOOST_CHECK_GE(soft, 36);
    BOOST_CHECK_LE(hard, 20);
}

BOOST_AUTO_TEST_CASE(spoilt_payloads_are_noticed)
{
    make_link(7, 4);
    for (const code outer : { code::none, code::cc })
        for (const bool soft : { false, true }) {
            const bytes payload = random_payload(60);
            samples sent = encoder.encode(outer, *table, payload.data(), 60);
            for (size_t i = 0; i < sent.size() / 2; ++i)
                sent[i] = -sent[i];
            bytes decoded;
            const auto result =
                decoder.decode(*network, outer, soft, sent.data(), 60, decoded);
            BOOST_CHECK(!result.intact);
            BOOST_CHECK_EQUAL(decoded.size(), 60);
            BOOST_CHECK_EQUAL(result.bit_errors, 0);
        }
}

BOOST_AUTO_TEST_CASE(nonfinite_symbols_are_erasures)
{
    make_link(8, 8);
    const bytes payload = random_payload(200);
    samples sent = encoder.encode(code::cc, *table, payload.data(), 200);
    sent[40] = { std::numeric_limits<float>::quiet_NaN(), 0.0f };
    sent[80] = { 0.0f, std::numeric_limits<float>::infinity() };
    bytes decoded;
    const auto result =
        decoder.decode(*network, code::cc, true, sent.data(), 200, decoded);
    BOOST_CHECK_EQUAL(result.nonfinite, 2);
    BOOST_CHECK(result.intact);
    BOOST_CHECK(decoded == payload);
}

BOOST_AUTO_TEST_SUITE_END()
