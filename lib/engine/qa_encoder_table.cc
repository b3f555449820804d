/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "engine/encoder_table.h"
#include "engine/qa_model_writer.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <random>

using namespace gr::dlcomm::engine;
using floats = std::vector<float>;

namespace {

struct fixture {
    qa::scratch_folder folder;

    std::shared_ptr<const encoder_table> load(const qa::model& model)
    {
        return encoder_table::load(folder.write("encoder.onnx", model.bytes()));
    }

    void refused(const qa::model& model, const std::string& part)
    {
        const std::string text = qa::error_of([&] { load(model); });
        BOOST_TEST_INFO(text);
        BOOST_CHECK(text.find(part) != std::string::npos);
    }

    // A random codebook of unit mean power per complex sample, times `scale`.
    static floats codebook(int n, int k, double scale = 1.0)
    {
        std::mt19937 engine(1);
        std::normal_distribution<float> normal;
        floats book(size_t(n) << k);
        double energy = 0.0;
        for (auto& x : book) {
            x = normal(engine);
            energy += static_cast<double>(x) * x;
        }
        for (auto& x : book)
            x = static_cast<float>(x * scale * std::sqrt(0.5 * book.size() / energy));
        return book;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(encoders, fixture)

BOOST_AUTO_TEST_CASE(table_is_the_network)
{
    for (const int n : { 1, 2, 3, 4, 7, 8, 9, 64 }) {
        for (const int k : { 1, 4, 8 }) {
            const floats book = codebook(n, k);
            const auto table = load(qa::table_encoder(n, k, book));
            BOOST_CHECK(table->codebook() == book);
            BOOST_CHECK_EQUAL(table->about().n, n);
            std::vector<uint8_t> messages(600);
            for (size_t i = 0; i < messages.size(); ++i)
                messages[i] = static_cast<uint8_t>(37 * i);
            floats symbols(messages.size() * n + 1, 42.0f);
            const uint64_t above =
                table->encode(messages.data(), messages.size(), symbols.data());
            uint64_t want_above = 0;
            for (size_t i = 0; i < messages.size(); ++i) {
                want_above += messages[i] >= 1 << k;
                const size_t row = messages[i] & ((1 << k) - 1);
                for (int j = 0; j < n; ++j)
                    BOOST_REQUIRE_EQUAL(symbols[i * n + j], book[row * n + j]);
            }
            BOOST_CHECK_EQUAL(above, want_above);
            BOOST_CHECK_EQUAL(symbols.back(), 42.0f);
        }
    }
}

BOOST_AUTO_TEST_CASE(power_has_to_be_one)
{
    BOOST_CHECK(load(qa::table_encoder(4, 4, codebook(4, 4, 1.004))));
    BOOST_CHECK(load(qa::table_encoder(4, 4, codebook(4, 4, 0.996))));
    for (const double scale : { 0.0, 0.7, 0.99, 1.01, 1.4142, 1e15 })
        refused(qa::table_encoder(4, 4, codebook(4, 4, scale)),
                "mean power per complex sample is ");
}

BOOST_AUTO_TEST_CASE(codebook_has_to_be_finite)
{
    for (const float bad : { std::numeric_limits<float>::quiet_NaN(),
                             std::numeric_limits<float>::infinity() }) {
        floats book = codebook(4, 2);
        book[5] = bad;
        refused(qa::table_encoder(4, 2, book), "the codebook holds a NaN or an infinity");
    }
}

BOOST_AUTO_TEST_CASE(codebooks_without_every_message_are_refused)
{
    qa::model model = qa::table_encoder(4, 2, codebook(4, 2));
    model.initializers[0] = qa::float_tensor("codebook", { 3, 4 }, floats(12, 0.5f));
    refused(model, "ONNX Runtime fails to run it");
    refused(qa::linear_decoder(4, 2, floats(16), floats(4)),
            "dlcomm.role is 'decoder', expected 'encoder'");
}

BOOST_AUTO_TEST_SUITE_END()
