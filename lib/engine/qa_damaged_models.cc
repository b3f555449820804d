/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Thousands of damaged files through the whole engine; the sanitizer build of this test
 * watches every access that the reader and the fast executor make meanwhile. */

#include "engine/decoder.h"
#include "engine/encoder_table.h"
#include "engine/qa_window_models.h"
#include "engine/session_window_executor.h"
#include "engine/window_executor.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <random>

using namespace gr::dlcomm::engine;
using floats = std::vector<float>;

namespace {

constexpr int n = 16, k = 5, m = 32;

std::string damaged(std::string bytes, std::mt19937& engine)
{
    const auto position = [&] { return engine() % bytes.size(); };
    for (unsigned i = 0; i <= engine() % 4 && bytes.size() > 64; ++i) {
        switch (engine() % 5) {
        case 0:
            bytes[position()] ^= static_cast<char>(1 + engine() % 255);
            break;
        case 1: // the small numbers that lengths, tags, types and dimensions are
            bytes[position()] = static_cast<char>(engine() % 32);
            break;
        case 2:
            bytes.insert(position(), 1 + engine() % 4, static_cast<char>(engine()));
            break;
        case 3:
            bytes.erase(position(), 1 + engine() % 32);
            break;
        case 4:
            bytes.resize(position());
            break;
        }
    }
    return bytes;
}

// Every file either serves or throws a model_error of one line; returns how many served.
size_t
served(const std::string& good, unsigned seed, std::function<void(std::string)> use)
{
    const qa::scratch_folder folder;
    std::mt19937 engine(seed);
    size_t count = 0;
    for (int i = 0; i < 1500; ++i) {
        // A new name each time: some file systems wait for the disk on a rewrite.
        const auto path =
            folder.write(std::to_string(i) + ".onnx", damaged(good, engine));
        const std::string error = qa::error_of([&] { use(path); });
        std::filesystem::remove(path);
        BOOST_REQUIRE(error.find("more than one line") == std::string::npos);
        count += error == "no error";
    }
    return count;
}

void use_decoder(const std::string& path)
{
    const auto d = decoder::load(path);
    // Buffers of exactly the size that the contract names.
    const size_t batch = 37;
    const floats symbols(batch * d->about().n, 0.3f), csi(batch * 2, 1.0f);
    std::vector<uint8_t> messages(batch);
    floats llrs(batch * d->about().k);
    const float* gains = d->about().uses_csi ? csi.data() : nullptr;
    d->decide(symbols.data(), gains, batch, messages.data());
    d->llrs(symbols.data(), gains, batch, llrs.data());
    for (const uint8_t message : messages)
        BOOST_REQUIRE_LT(message, 1 << d->about().k);
}

void use_encoder(const std::string& path)
{
    const auto table = encoder_table::load(path);
    const std::vector<uint8_t> messages(37, 0xff);
    floats symbols(messages.size() * table->about().n);
    table->encode(messages.data(), messages.size(), symbols.data());
}

// What still serves after the damage is another network, but the same for every executor.
// Not so where a bias counts in other steps than the sums that it is added to: the runtime
// then looks at the steps of the sums alone, so quantized networks are not compared.
void use_classifier(const std::string& path, bool compare)
{
    const onnx_file file = read_onnx_file(path);
    const contract about = check_contract(file, "classifier");
    const auto executor = make_window_executor(file);
    const size_t batch = 19;
    floats iq(batch * about.window * 2);
    for (size_t i = 0; i < iq.size(); ++i)
        iq[i] = static_cast<float>(static_cast<int>(i * i * 7919 % 65) - 32) / 16.0f;
    floats logits(batch * about.labels.size()), want(logits.size());
    executor->logits(iq.data(), batch, logits.data());
    if (!compare)
        return;
    session_window_executor(file).logits(iq.data(), batch, want.data());
    for (size_t i = 0; i < want.size(); ++i)
        if (std::fabs(want[i]) < 100.0f) // weights may have become huge
            BOOST_REQUIRE_SMALL(logits[i] - want[i], 1e-3f);
}

} // namespace

BOOST_AUTO_TEST_CASE(damaged_decoders_serve_or_are_refused)
{
    const auto model = qa::linear_decoder(n, k, floats(m * n, 0.5f), floats(m, 0.1f));
    const size_t count = served(model.bytes(), 1, use_decoder);
    BOOST_CHECK_GT(count, 100u);
    BOOST_CHECK_LT(count, 1400u);
}

// Two layers: packed codes with scales, zero points and offsets; and a sparse tensor of
// codes of a table.
BOOST_AUTO_TEST_CASE(damaged_compressed_decoders_serve_or_are_refused)
{
    constexpr int hidden = 64;
    auto model = qa::linear_decoder(n, k, {}, {});
    model.opset = 21;
    model.ir_version = 10;
    const auto codes = std::string(n * hidden / 2, '\x5a');
    const auto zeros = std::string(hidden / 2, '\x11');
    model.initializers = { qa::raw_tensor("codes", onnx_uint4, { hidden, n }, codes),
                           qa::float_tensor("scale", { hidden }, floats(hidden, 0.1f)),
                           qa::raw_tensor("zero", onnx_uint4, { hidden }, zeros),
                           qa::float_tensor("off", { hidden, 1 }, floats(hidden, 0.2f)),
                           qa::float_tensor("b0", { hidden }, floats(hidden, 0.1f)),
                           qa::float_tensor("table", { 4 }, { 0.0f, 1.0f, -1.0f, 0.5f }),
                           qa::float_tensor("b", { m }, floats(m, 0.1f)) };
    model.sparse = { qa::sparse_tensor(
        qa::raw_tensor("code", onnx_int8, { 3 }, "\x01\x02\x03"),
        qa::raw_tensor("", onnx_int8, { 3 }, "\x05\x11\x7f"),
        { m, hidden }) };
    const std::vector<qa::wire_writer> axis = { qa::int_attribute("axis", 0) },
                                       turned = { qa::int_attribute("transB", 1) },
                                       to = { qa::int_attribute("to", onnx_int32) };
    model.nodes = { qa::node(
                        "DequantizeLinear", { "codes", "scale", "zero" }, { "w0" }, axis),
                    qa::node("Add", { "w0", "off" }, { "w1" }),
                    qa::node("Gemm", { "symbols", "w1", "b0" }, { "h" }, turned),
                    qa::node("Relu", { "h" }, { "r" }),
                    qa::node("Cast", { "code" }, { "index" }, to),
                    qa::node("Gather", { "table", "index" }, { "w" }),
                    qa::node("Gemm", { "r", "w", "b" }, { "logits" }, turned) };
    const qa::scratch_folder folder;
    const auto whole = decoder::load(folder.write("whole.onnx", model.bytes()));
    BOOST_CHECK_EQUAL(whole->executor_name(), std::string("sparse"));
    const size_t count = served(model.bytes(), 3, use_decoder);
    BOOST_CHECK_GT(count, 100u);
    BOOST_CHECK_LT(count, 1400u);
}

BOOST_AUTO_TEST_CASE(damaged_encoders_serve_or_are_refused)
{
    const auto model = qa::table_encoder(n, k, floats(m * n, std::sqrt(0.5f)));
    const size_t count = served(model.bytes(), 2, use_encoder);
    BOOST_CHECK_GT(count, 100u);
    BOOST_CHECK_LT(count, 1400u);
}

BOOST_AUTO_TEST_CASE(damaged_classifiers_serve_or_are_refused)
{
    for (const qa::storage values : { qa::storage::float32, qa::storage::uint8 }) {
        qa::window_model made(values);
        made.usual();
        made.model.metadata = { { "dlcomm.contract", "1" },
                                { "dlcomm.role", "classifier" },
                                { "dlcomm.labels", R"(["a","b","c","d","e"])" },
                                { "dlcomm.window", "32" },
                                { "dlcomm.recipe", "{}" },
                                { "dlcomm.measured", "[]" } };
        const auto use = [&](const std::string& path) {
            use_classifier(path, values == qa::storage::float32);
        };
        const qa::scratch_folder folder;
        const auto whole = folder.write("whole.onnx", made.model.bytes());
        BOOST_REQUIRE_EQUAL(qa::error_of([&] { use(whole); }), "no error");
        const size_t count = served(made.model.bytes(), 4, use);
        BOOST_CHECK_GT(count, 25u);
        BOOST_CHECK_LT(count, 1400u);
    }
}
