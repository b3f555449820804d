/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "engine/decoder.h"
#include "engine/qa_model_writer.h"

#include <boost/test/unit_test.hpp>
#include <limits>
#include <random>

using namespace gr::dlcomm::engine;
using floats = std::vector<float>;

namespace {

constexpr int n = 4, k = 3, m = 8;
constexpr float nan_value = std::numeric_limits<float>::quiet_NaN();
constexpr float infinity = std::numeric_limits<float>::infinity();

floats random_floats(size_t count, unsigned seed)
{
    std::mt19937 engine(seed);
    std::normal_distribution<float> normal;
    floats x(count);
    for (auto& v : x)
        v = normal(engine);
    return x;
}

struct fixture {
    qa::scratch_folder folder;
    qa::model linear =
        qa::linear_decoder(n, k, random_floats(m* n, 1), random_floats(m, 2));

    std::unique_ptr<decoder> load(const qa::model& model)
    {
        return decoder::load(folder.write("decoder.onnx", model.bytes()));
    }

    // The same function as a graph that only the runtime can run.
    qa::model general() const
    {
        qa::model model = linear;
        model.nodes[0] = qa::node("Gemm",
                                  { "symbols", "w", "b" },
                                  { "sum" },
                                  { qa::int_attribute("transB", 1) });
        model.nodes.push_back(qa::node("Identity", { "sum" }, { "logits" }));
        return model;
    }

    // logits = W symbols + V csi.
    qa::model with_csi() const
    {
        qa::model model = linear;
        model.inputs.push_back(qa::value("csi", onnx_float, { -1, 2 }));
        model.initializers = { qa::float_tensor("w", { n, m }, random_floats(m * n, 3)),
                               qa::float_tensor("v", { 2, m }, random_floats(2 * m, 4)) };
        model.nodes = { qa::node("MatMul", { "symbols", "w" }, { "p" }),
                        qa::node("MatMul", { "csi", "v" }, { "q" }),
                        qa::node("Add", { "p", "q" }, { "logits" }) };
        return model;
    }
};

std::vector<uint8_t> decide(decoder& d,
                            const floats& symbols,
                            const floats* csi = nullptr,
                            uint64_t* bad = nullptr)
{
    const size_t count = symbols.size() / n;
    std::vector<uint8_t> messages(count);
    const uint64_t not_finite =
        d.decide(symbols.data(), csi ? csi->data() : nullptr, count, messages.data());
    if (bad)
        *bad = not_finite;
    return messages;
}

floats llrs(decoder& d,
            const floats& symbols,
            const floats* csi = nullptr,
            uint64_t* bad = nullptr)
{
    const size_t count = symbols.size() / n;
    floats out(count * k);
    const uint64_t not_finite =
        d.llrs(symbols.data(), csi ? csi->data() : nullptr, count, out.data());
    if (bad)
        *bad = not_finite;
    return out;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(decoders, fixture)

BOOST_AUTO_TEST_CASE(fast_path_and_runtime_agree)
{
    const auto fast = load(linear), slow = load(general());
    BOOST_CHECK_EQUAL(fast->executor_name(), std::string("dense"));
    BOOST_CHECK_EQUAL(slow->executor_name(), std::string("onnxruntime"));
    BOOST_CHECK_EQUAL(fast->about().n, n);
    const floats symbols = random_floats(5000 * n, 5);
    const auto a = decide(*fast, symbols), b = decide(*slow, symbols);
    // Rounding decides where two logits agree to within 1e-6 or so: rare.
    size_t differ = 0;
    for (size_t i = 0; i < a.size(); ++i)
        differ += a[i] != b[i];
    BOOST_CHECK_LE(differ, 2u);
    const floats c = llrs(*fast, symbols), d = llrs(*slow, symbols);
    for (size_t i = 0; i < c.size(); ++i)
        BOOST_REQUIRE_SMALL(c[i] - d[i], 1e-4f);
}

BOOST_AUTO_TEST_CASE(hard_decision_is_the_likeliest_message)
{
    // With one message far likelier than the rest each bit's sign says the same.
    const auto d = load(linear);
    floats symbols = random_floats(1000 * n, 6);
    for (auto& v : symbols)
        v *= 1000.0f;
    const auto messages = decide(*d, symbols);
    const floats soft = llrs(*d, symbols);
    for (size_t i = 0; i < messages.size(); ++i)
        for (int bit = 0; bit < k; ++bit)
            BOOST_REQUIRE_EQUAL(soft[i * k + bit] > 0.0f,
                                (messages[i] >> (k - 1 - bit)) & 1);
}

BOOST_AUTO_TEST_CASE(batches_of_any_size_give_the_same)
{
    for (const auto& model : { linear, general() }) {
        const auto d = load(model);
        const floats symbols = random_floats(3000 * n, 7);
        const auto whole = decide(*d, symbols);
        const floats whole_llrs = llrs(*d, symbols);
        for (const size_t part : { 1, 3, 1023, 1024, 1025 }) {
            for (size_t done = 0; done + part <= 3000; done += 997) {
                const floats piece(symbols.begin() + done * n,
                                   symbols.begin() + (done + part) * n);
                const auto messages = decide(*d, piece);
                BOOST_REQUIRE(
                    std::equal(messages.begin(), messages.end(), whole.begin() + done));
                const floats soft = llrs(*d, piece);
                for (size_t i = 0; i < soft.size(); ++i)
                    BOOST_REQUIRE_SMALL(soft[i] - whole_llrs[done * k + i], 1e-4f);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_not_finite_is_counted_and_touches_nothing_else)
{
    for (const auto& model : { linear, general() }) {
        const auto d = load(model);
        const floats clean = random_floats(2100 * n, 8);
        const auto want = decide(*d, clean);
        const floats want_llrs = llrs(*d, clean);
        floats spoilt = clean;
        const std::vector<size_t> bad = { 0, 7, 1023, 1024, 2099 };
        const float values[] = { nan_value, infinity, -infinity, nan_value, infinity };
        for (size_t i = 0; i < bad.size(); ++i)
            spoilt[bad[i] * n + i % n] = values[i];
        uint64_t counted = 0;
        const auto messages = decide(*d, spoilt, nullptr, &counted);
        BOOST_CHECK_EQUAL(counted, bad.size());
        const floats soft = llrs(*d, spoilt, nullptr, &counted);
        BOOST_CHECK_EQUAL(counted, bad.size());
        for (size_t i = 0; i < messages.size(); ++i) {
            const bool is_bad = std::find(bad.begin(), bad.end(), i) != bad.end();
            BOOST_REQUIRE_EQUAL(messages[i], is_bad ? 0 : want[i]);
            for (int bit = 0; bit < k; ++bit)
                BOOST_REQUIRE_EQUAL(soft[i * k + bit],
                                    is_bad ? 0.0f : want_llrs[i * k + bit]);
        }
        // The next call begins afresh.
        decide(*d, clean, nullptr, &counted);
        BOOST_CHECK_EQUAL(counted, 0u);
    }
}

BOOST_AUTO_TEST_CASE(channel_knowledge_reaches_the_network)
{
    const auto d = load(with_csi());
    BOOST_CHECK(d->about().uses_csi);
    const floats symbols = random_floats(1500 * n, 9);
    const floats w = random_floats(m * n, 3), v = random_floats(2 * m, 4);
    floats csi = random_floats(1500 * 2, 10);
    const auto messages = decide(*d, symbols, &csi);
    for (size_t b = 0; b < messages.size(); ++b) {
        std::vector<double> logits(m);
        for (size_t r = 0; r < m; ++r) {
            for (size_t i = 0; i < n; ++i)
                logits[r] += double(symbols[b * n + i]) * w[i * m + r];
            for (size_t i = 0; i < 2; ++i)
                logits[r] += double(csi[b * 2 + i]) * v[i * m + r];
        }
        BOOST_REQUIRE_GT(logits[messages[b]],
                         *std::max_element(logits.begin(), logits.end()) - 1e-4);
    }
    csi[2 * 1100 + 1] = nan_value;
    uint64_t counted = 0;
    auto spoilt = decide(*d, symbols, &csi, &counted);
    BOOST_CHECK_EQUAL(counted, 1u);
    BOOST_CHECK_EQUAL(spoilt[1100], 0);
    spoilt[1100] = messages[1100];
    BOOST_CHECK(spoilt == messages);
}

BOOST_AUTO_TEST_CASE(models_that_cannot_run_are_refused_at_load)
{
    const auto refused = [&](const qa::model& model, const std::string& part) {
        const std::string text = qa::error_of([&] { load(model); });
        BOOST_TEST_INFO(text);
        BOOST_CHECK(text.find(part) != std::string::npos);
    };
    qa::model model = linear;
    model.nodes[0] = qa::node("NoSuchOperator", { "symbols" }, { "logits" });
    refused(model, "refuses it");
    model = linear;
    model.nodes[0] = qa::node("Relu", { "nothing" }, { "logits" });
    refused(model, "refuses it");
    model = linear;
    model.initializers[0] = qa::float_tensor("w", { m, n }, floats(3));
    refused(model, "refuses it");
    model = linear;
    model.opset = 99;
    refused(model, "the opset is 99");
    model = linear;
    model.ir_version = 99;
    refused(model, "refuses it: Unsupported model IR version: 99");
    // One row more than the contract says: the runtime is the first to see it.
    model = linear;
    model.initializers = { qa::float_tensor("w", { m + 1, n }, floats((m + 1) * n)),
                           qa::float_tensor("b", { m + 1 }, floats(m + 1)) };
    refused(model, "ONNX Runtime");
    // A batch axis in the interface, one fixed batch inside: wrong from the second on.
    model = general();
    model.nodes[1] = qa::node("Reshape", { "sum", "shape" }, { "logits" });
    const int64_t shape[] = { 1, m };
    model.initializers.push_back(
        qa::wire_writer()
            .integer(1, 2)
            .integer(2, onnx_int64)
            .bytes(8, "shape")
            .bytes(9, std::string(reinterpret_cast<const char*>(shape), sizeof(shape))));
    refused(model, "ONNX Runtime");
    refused(qa::table_encoder(n, k, floats(m * n, 0.5f)),
            "dlcomm.role is 'encoder', expected 'decoder'");
}

BOOST_AUTO_TEST_CASE(external_weights_are_found_beside_the_model)
{
    const floats weights = random_floats(m * n, 1);
    qa::model model = linear;
    model.initializers[0] = qa::external_tensor("w", { m, n }, "w.bin");
    folder.write("w.bin",
                 std::string(reinterpret_cast<const char*>(weights.data()), 4 * m * n));
    const auto d = load(model);
    BOOST_CHECK_EQUAL(d->executor_name(), std::string("onnxruntime"));
    const floats symbols = random_floats(200 * n, 11);
    BOOST_CHECK(decide(*d, symbols) == decide(*load(general()), symbols));

    // Through a link to the model, too: the data lies beside the file itself.
    const auto link = folder.path() / "elsewhere" / "link.onnx";
    std::filesystem::create_directories(link.parent_path());
    std::filesystem::create_symlink(folder.write("decoder.onnx", model.bytes()), link);
    BOOST_CHECK(decide(*decoder::load(link), symbols) == decide(*d, symbols));
}

BOOST_AUTO_TEST_SUITE_END()
