/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "engine/dense_executor.h"
#include "engine/qa_model_writer.h"

#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <limits>
#include <random>

using namespace gr::dlcomm::engine;
using floats = std::vector<float>;

namespace {

constexpr int n = 3, k = 2, m = 4;

struct fixture {
    qa::scratch_folder folder;
    floats weights = { 1, 2, 3, -1, 0, 2, 4, 4, -4, 0, 1, 0 }; // m rows of n
    floats bias = { 0.5f, -0.5f, 1, 0 };
    floats columns = { 1, -1, 4, 0, 2, 0, 4, 1, 3, 2, -4, 0 }; // the same, transposed
    qa::model model = qa::linear_decoder(n, k, weights, bias);

    std::unique_ptr<dense_executor> recognise()
    {
        return dense_executor::recognise(
            read_onnx_file(folder.write("model.onnx", model.bytes())));
    }

    void check_recognised()
    {
        const auto executor = recognise();
        BOOST_REQUIRE(executor);
        BOOST_CHECK_EQUAL(executor->name(), std::string("dense"));
        const floats x = { 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1, -2, 0, 1 };
        const size_t batch = x.size() / n;
        floats logits(batch * m);
        std::vector<uint8_t> messages(batch);
        executor->logits(x.data(), nullptr, batch, logits.data());
        executor->decide(x.data(), nullptr, batch, messages.data());
        for (size_t b = 0; b < batch; ++b) {
            size_t best = 0;
            for (size_t r = 0; r < m; ++r) {
                float want = bias[r];
                for (size_t i = 0; i < n; ++i)
                    want += weights[r * n + i] * x[b * n + i];
                BOOST_CHECK_EQUAL(logits[b * m + r], want);
                best = logits[b * m + r] > logits[b * m + best] ? r : best;
            }
            BOOST_CHECK_EQUAL(messages[b], best);
        }
    }

    void gemm(const std::vector<qa::wire_writer>& attributes)
    {
        model.nodes = { qa::node(
            "Gemm", { "symbols", "w", "b" }, { "logits" }, attributes) };
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(dense, fixture)

BOOST_AUTO_TEST_CASE(gemm_in_both_orders_is_recognised)
{
    check_recognised();
    gemm({ qa::int_attribute("transB", 1),
           qa::int_attribute("transA", 0),
           qa::float_attribute("alpha", 1.0f),
           qa::float_attribute("beta", 1.0f) });
    check_recognised();
    gemm({});
    model.initializers[0] = qa::float_tensor("w", { n, m }, columns);
    check_recognised();
    model.initializers[1] = qa::float_tensor("b", { 1, m }, bias);
    check_recognised();
}

BOOST_AUTO_TEST_CASE(product_and_sum_are_recognised)
{
    model.initializers[0] = qa::float_tensor("w", { n, m }, columns);
    for (const std::vector<std::string>& sum :
         { std::vector<std::string>{ "p", "b" }, std::vector<std::string>{ "b", "p" } }) {
        model.nodes = { qa::node("MatMul", { "symbols", "w" }, { "p" }),
                        qa::node("Add", sum, { "logits" }) };
        check_recognised();
    }
    model.nodes[1] = qa::node("Add", { "p", "p" }, { "logits" });
    BOOST_CHECK(!recognise());
    model.nodes[1] = qa::node("Sub", { "p", "b" }, { "logits" });
    BOOST_CHECK(!recognise());
}

BOOST_AUTO_TEST_CASE(other_gemms_are_left_to_the_runtime)
{
    for (const auto& attribute : { qa::int_attribute("transA", 1),
                                   qa::float_attribute("alpha", 2.0f),
                                   qa::float_attribute("beta", 0.5f),
                                   // the value before its name
                                   qa::wire_writer().real(2, 2.0f).bytes(1, "alpha") }) {
        gemm({ qa::int_attribute("transB", 1), attribute });
        BOOST_CHECK(!recognise());
    }
    gemm({}); // weights the wrong way round
    BOOST_CHECK(!recognise());
    model.nodes = { qa::node(
        "Gemm", { "symbols", "w" }, { "logits" }, { qa::int_attribute("transB", 1) }) };
    BOOST_CHECK(!recognise());
    gemm({ qa::int_attribute("transB", 1) });
    model.nodes[0].bytes(7, "com.example");
    BOOST_CHECK(!recognise());
    gemm({ qa::int_attribute("transB", 1) });
    model.nodes.push_back(qa::node("Relu", { "logits" }, { "more" }));
    BOOST_CHECK(!recognise());
    model.nodes.clear();
    BOOST_CHECK(!recognise());
}

BOOST_AUTO_TEST_CASE(weights_must_be_plain_single_and_finite)
{
    const auto spoilt = [&](size_t which, const qa::wire_writer& tensor) {
        model = qa::linear_decoder(n, k, weights, bias);
        model.initializers[which] = tensor;
        return !recognise();
    };
    floats bad = bias;
    bad[2] = std::numeric_limits<float>::quiet_NaN();
    BOOST_CHECK(spoilt(1, qa::float_tensor("b", { m }, bad)));
    BOOST_CHECK(spoilt(1, qa::float_tensor("b", { m }, floats(3))));
    BOOST_CHECK(spoilt(1, qa::float_tensor("b", { m, 1 }, bias)));
    BOOST_CHECK(spoilt(1, qa::float_tensor("b", { 1, 1, m }, bias)));
    BOOST_CHECK(spoilt(1, qa::float_tensor("b", {}, { 1.0f })));
    BOOST_CHECK(spoilt(1, qa::float_tensor("other", { m }, bias)));
    BOOST_CHECK(spoilt(0, qa::float_tensor("w", { m * n }, weights)));
    BOOST_CHECK(spoilt(0, qa::float_tensor("w", { -m, -n }, weights)));
    BOOST_CHECK(spoilt(
        0, qa::float_tensor("w", { int64_t(1) << 62, int64_t(1) << 62 }, weights)));
    BOOST_CHECK(spoilt(
        0,
        qa::wire_writer().integer(1, m).integer(1, n).integer(2, 10).bytes(8, "w").bytes(
            9, std::string(2 * m * n, '\0'))));
    folder.write("w.bin", std::string(4 * m * n, '\0'));
    BOOST_CHECK(spoilt(0, qa::external_tensor("w", { m, n }, "w.bin")));
}

// What the runtime makes of two initializers of one name, or of an operator that the file
// redefines, is not for this class to guess; nor may sizes differ from the contract's.
BOOST_AUTO_TEST_CASE(ambiguous_or_contradicting_files_are_left_to_the_runtime)
{
    model.initializers.push_back(model.initializers[0]);
    BOOST_CHECK(!recognise());
    model = qa::linear_decoder(n, k, weights, bias);
    model.more = qa::wire_writer().message(25, qa::wire_writer().bytes(1, "Gemm"));
    BOOST_CHECK(!recognise());
    for (const int64_t width : { n - 1, n + 1, -1 }) {
        model = qa::linear_decoder(n, k, weights, bias);
        model.inputs[0] = qa::value("symbols", onnx_float, { -1, width });
        BOOST_CHECK(!recognise());
    }
    model = qa::linear_decoder(n, k, weights, bias);
    model.outputs[0] = qa::value("logits", onnx_float, { -1, m / 2 });
    BOOST_CHECK(!recognise());
    model = qa::linear_decoder(n, k, weights, bias);
    model.inputs.push_back(qa::value("csi", onnx_float, { -1, 2 }));
    BOOST_CHECK(!recognise());
}

// symbols -> 2 hidden units -> logits, against a plain evaluation.
BOOST_AUTO_TEST_CASE(layers_with_relu_between_are_recognised)
{
    const floats w0 = { 1, -1, 0.5f, -2, 0.25f, 1 }, b0 = { 0.5f, -0.25f };
    const floats w1 = { 1, 2, -1, 0.5f, 3, -2, 0, 1 };
    model.initializers = { qa::float_tensor("w0", { 2, n }, w0),
                           qa::float_tensor("b0", { 2 }, b0),
                           qa::float_tensor("w", { m, 2 }, w1),
                           qa::float_tensor("b", { m }, bias) };
    const auto gemm_node =
        [](const char* in, const char* w, const char* b, const char* out) {
            return qa::node(
                "Gemm", { in, w, b }, { out }, { qa::int_attribute("transB", 1) });
        };
    const auto hidden = gemm_node("symbols", "w0", "b0", "h");
    const auto relu = qa::node("Relu", { "h" }, { "r" });
    const auto output = gemm_node("r", "w", "b", "logits");
    model.nodes = { hidden, relu, output };
    const auto executor = recognise();
    BOOST_REQUIRE(executor);
    std::mt19937 engine(7);
    std::normal_distribution<float> normal;
    const size_t batch = 75;
    floats x(batch * n), logits(batch * m);
    for (auto& v : x)
        v = normal(engine);
    executor->logits(x.data(), nullptr, batch, logits.data());
    std::vector<uint8_t> messages(batch);
    executor->decide(x.data(), nullptr, batch, messages.data());
    for (size_t b = 0; b < batch; ++b) {
        double h[2];
        for (size_t u = 0; u < 2; ++u) {
            h[u] = b0[u];
            for (size_t i = 0; i < n; ++i)
                h[u] += static_cast<double>(w0[u * n + i]) * x[b * n + i];
            h[u] = std::max(h[u], 0.0);
        }
        const float* row = &logits[b * m];
        for (size_t r = 0; r < m; ++r)
            BOOST_CHECK_SMALL(
                row[r] - (bias[r] + w1[2 * r] * h[0] + w1[2 * r + 1] * h[1]), 1e-5);
        BOOST_CHECK_EQUAL(messages[b], std::max_element(row, row + m) - row);
    }

    // Two layers without a ReLU between them, as factorization makes them.
    model.nodes = { hidden, gemm_node("h", "w", "b", "logits") };
    const auto linear = recognise();
    BOOST_REQUIRE(linear);
    linear->logits(x.data(), nullptr, batch, logits.data());
    for (size_t b = 0; b < batch; ++b) {
        for (size_t r = 0; r < m; ++r) {
            double want = bias[r];
            for (size_t u = 0; u < 2; ++u) {
                want += static_cast<double>(w1[2 * r + u]) * b0[u];
                for (size_t i = 0; i < n; ++i)
                    want += static_cast<double>(w1[2 * r + u]) * w0[u * n + i] *
                            x[b * n + i];
            }
            BOOST_CHECK_SMALL(logits[b * m + r] - want, 1e-5);
        }
    }

    // The ReLU skipped, doubled, last, or fed from elsewhere.
    model.nodes = { hidden, relu, gemm_node("h", "w", "b", "logits") };
    BOOST_CHECK(!recognise());
    model.nodes = { hidden,
                    relu,
                    qa::node("Relu", { "r" }, { "s" }),
                    gemm_node("s", "w", "b", "logits") };
    BOOST_CHECK(!recognise());
    model.nodes = { hidden,
                    relu,
                    gemm_node("r", "w", "b", "l"),
                    qa::node("Relu", { "l" }, { "logits" }) };
    BOOST_CHECK(!recognise());
    model.nodes = { hidden, qa::node("Relu", { "symbols" }, { "r" }), output };
    BOOST_CHECK(!recognise());
}

BOOST_AUTO_TEST_CASE(layers_beyond_the_kernels_are_left_to_the_runtime)
{
    const auto wide = [&](int width) {
        model = qa::linear_decoder(width, 1, floats(2 * width, 1.0f), { 0, 0 });
        return recognise() != nullptr;
    };
    BOOST_CHECK(wide(256));
    BOOST_CHECK(!wide(257));
    const auto deep = [&](int layers) {
        model = qa::linear_decoder(2, 1, { 1, 2, 3, 4 }, { 5, 6 });
        model.nodes.clear();
        for (int i = 0; i < layers; ++i)
            model.nodes.push_back(
                qa::node("Gemm",
                         { i ? "h" + std::to_string(i) : "symbols", "w", "b" },
                         { i + 1 < layers ? "h" + std::to_string(i + 1) : "logits" }));
        return recognise() != nullptr;
    };
    BOOST_CHECK(!deep(0));
    BOOST_CHECK(deep(1));
    BOOST_CHECK(deep(8));
    BOOST_CHECK(!deep(9));
}

// Zeros are left out where there are many; the layer stays what it was.
BOOST_AUTO_TEST_CASE(mostly_zero_weights_are_left_out)
{
    constexpr int wide = 32;
    floats pruned(m * wide);
    for (int r = 0; r < m; ++r)
        pruned[r * wide + 7 * r] = r - 1.5f;
    model = qa::linear_decoder(wide, k, pruned, bias);
    const auto executor = recognise();
    BOOST_REQUIRE(executor);
    BOOST_CHECK_EQUAL(executor->name(), std::string("sparse"));
    floats x(wide), logits(m);
    for (int i = 0; i < wide; ++i)
        x[i] = 0.25f * i;
    executor->logits(x.data(), nullptr, 1, logits.data());
    for (int r = 0; r < m; ++r)
        BOOST_CHECK_EQUAL(logits[r], bias[r] + (r - 1.5f) * 0.25f * 7 * r);
}

BOOST_AUTO_TEST_SUITE_END()
