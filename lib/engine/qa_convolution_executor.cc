/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "engine/convolution_executor.h"
#include "engine/qa_window_models.h"
#include "engine/session.h"

#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

using namespace gr::dlcomm::engine;
using floats = std::vector<float>;
using qa::int_attribute;
using qa::list_attribute;
using qa::storage;
using qa::window_model;

namespace {

constexpr size_t window = window_model::window, classes = window_model::classes;

onnx_file written(const qa::scratch_folder& folder, const window_model& made)
{
    return read_onnx_file(folder.write("model.onnx", made.model.bytes()));
}

bool recognised(const window_model& made)
{
    const qa::scratch_folder folder;
    return convolution_executor::recognise(written(folder, made)) != nullptr;
}

floats noise(size_t windows, unsigned seed = 5)
{
    std::mt19937 engine(seed);
    std::normal_distribution<float> normal;
    floats iq(windows * window * 2);
    for (auto& x : iq)
        x = normal(engine);
    return iq;
}

// Noise in steps of 1/16: its power has few enough bits that it is the same number in
// whatever order it is summed up.
floats coarse_noise(size_t windows)
{
    floats iq = noise(windows);
    for (auto& x : iq)
        x = std::nearbyint(16.0f * x) / 16.0f;
    return iq;
}

// The model in the runtime and with the kernels of every instruction set that this
// machine has, for groups of windows that are full or not.
void check_same(const window_model& made, const floats& iq, float tolerance = 2e-6f)
{
    const qa::scratch_folder folder;
    const onnx_file file = written(folder, made);
    session runtime(file);
    const size_t windows = iq.size() / (2 * window);
    floats want(windows * classes);
    const void* inputs[] = { iq.data() };
    runtime.run(inputs, want.data(), windows);
    size_t count = 0;
    const kernel_set* const* sets = runnable_kernels(count);
    for (size_t s = 0; s < count; ++s) {
        const auto executor = convolution_executor::recognise(file, *sets[s]);
        BOOST_REQUIRE(executor);
        BOOST_CHECK_EQUAL(executor->name(), std::string("convolution"));
        for (const size_t batch : { windows, size_t(1), size_t(7), size_t(16) }) {
            floats got(windows * classes, -1.0f);
            for (size_t b = 0; b < windows; b += batch)
                executor->logits(&iq[b * 2 * window],
                                 std::min(batch, windows - b),
                                 &got[b * classes]);
            float worst = 0.0f;
            for (size_t i = 0; i < got.size(); ++i)
                worst = std::isfinite(got[i])
                            ? std::max(worst, std::fabs(got[i] - want[i]))
                            : std::numeric_limits<float>::infinity();
            BOOST_CHECK_MESSAGE(worst <= tolerance,
                                sets[s]->instruction_set << ", batch " << batch
                                                         << ": off by " << worst);
        }
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(convolutions)

BOOST_AUTO_TEST_CASE(the_usual_network_is_the_runtimes)
{
    window_model made;
    made.usual();
    check_same(made, noise(53));
}

// Silence, windows whose power over- or underflows, and one sample among zeros.
BOOST_AUTO_TEST_CASE(extreme_powers_are_the_runtimes)
{
    window_model made;
    made.usual();
    const float gains[] = { 0.0f, 1e-38f, 1e-25f, 1e-10f, 1e10f, 1e18f, 3e25f, 1e37f };
    floats iq = noise(std::size(gains) + 1);
    for (size_t b = 0; b < std::size(gains); ++b)
        for (size_t i = 0; i < 2 * window; ++i)
            iq[b * 2 * window + i] *= gains[b];
    std::fill(iq.end() - 2 * window, iq.end() - 1, 0.0f);
    check_same(made, iq);
}

// Other lengths of filters, steps and padding; a tensor that is pooled as it is.
BOOST_AUTO_TEST_CASE(geometries_are_the_runtimes)
{
    struct geometry {
        int64_t taps, step, before, behind;
    };
    for (const auto& g : { geometry{ 1, 1, 0, 0 },
                           geometry{ 2, 1, 0, 1 },
                           geometry{ 4, 3, 3, 0 },
                           geometry{ 5, 2, 0, 0 },
                           geometry{ 3, 5, 2, 7 },
                           geometry{ 32, 1, 0, 0 },
                           geometry{ 9, 4, 8, 8 } }) {
        for (const bool depthwise : { false, true }) {
            window_model made;
            auto at = made.channels_first("iq");
            at = made.convolution(at, 3, 1);
            at = made.convolution(
                at, 3, g.taps, g.step, depthwise ? 3 : 1, { g.before, g.behind });
            BOOST_TEST_CONTEXT(g.taps << " taps, step " << g.step)
            {
                made.logits(made.mean(at), 3);
                check_same(made, noise(17));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(other_forms_of_the_operators_are_recognised)
{
    {
        window_model made; // pooled with the axis kept, flattened behind it; 0 to 6
        made.constant("zero", { 0.0f });
        made.constant("six", { 0.6f });
        auto at = made.convolution(made.channels_first("iq"), 7, 3);
        at = made.add("Clip", { at, "zero", "six" });
        const auto pooled = made.add("GlobalAveragePool", { at });
        const auto mean = made.add("ReduceMean", { at }, { list_attribute("axes", { -1 }) });
        const auto both =
            made.add("Concat", { pooled, mean }, { int_attribute("axis", -2) });
        made.logits(made.add("Flatten", { both }), 14);
        check_same(made, noise(20));
    }
    {
        window_model made; // a dense layer over time, and one behind it
        auto at = made.convolution(made.channels_first(made.normalised()), 4, 4, 4);
        at = made.add("Flatten", { at }, { int_attribute("axis", 1) });
        made.constant("w", noise(1), { 8, 8 });
        made.constant("b", floats(8, 0.5f), { 1, 8 });
        BOOST_REQUIRE_EQUAL(made.channels * made.length, 4 * 9);
        floats wide(36 * 8);
        for (size_t i = 0; i < wide.size(); ++i)
            wide[i] = 0.01f * static_cast<float>(i % 23) - 0.1f;
        made.constant("wide", wide, { 36, 8 });
        at = made.add("Gemm", { at, "wide" }); // neither transposed nor with a bias
        at = made.add("Relu", { at });
        made.logits(made.add("Gemm", { at, "w", "b" }), 8);
        check_same(made, noise(20), 1e-5f);
    }
    {
        window_model made; // what a node reads twice is not changed in place
        const auto at = made.convolution(made.channels_first("iq"), 4, 3);
        const auto cut = made.add("Relu", { at });
        const auto both = made.add("Concat",
                                   { made.mean(at), made.mean(cut), made.mean(at) },
                                   { int_attribute("axis", 1) });
        made.logits(both, 12);
        check_same(made, noise(20));
    }
}

BOOST_AUTO_TEST_CASE(axes_may_be_an_input)
{
    window_model made;
    made.model.opset = 18;
    const auto axes = [&](const std::string& name, const std::vector<int64_t>& values) {
        made.model.initializers.push_back(
            qa::raw_tensor(name,
                           onnx_int64,
                           { static_cast<int64_t>(values.size()) },
                           std::string(reinterpret_cast<const char*>(values.data()),
                                       values.size() * sizeof(int64_t))));
    };
    axes("all", { -1, 1 });
    axes("time", { 2 });
    made.constant("little", { 1e-3f }, { 1 });
    const auto mean = made.add("ReduceMean", { made.add("Mul", { "iq", "iq" }), "all" });
    const auto root = made.add("Sqrt", { made.add("Add", { "little", mean }) });
    auto at = made.channels_first(made.add("Div", { "iq", root }));
    at = made.add("Relu", { made.convolution(at, 6, 3) });
    at = made.add("ReduceMean", { at, "time" }, { int_attribute("keepdims", 0) });
    made.logits(at, 6);
    check_same(made, noise(20));
}

BOOST_AUTO_TEST_CASE(other_graphs_are_left_to_the_runtime)
{
    const auto of = [](const std::string& kind,
                       const std::vector<qa::wire_writer>& attributes) {
        window_model made;
        auto at = made.convolution(made.channels_first(made.normalised()), 4, 3);
        at = made.add(kind, { at }, attributes);
        made.logits(made.mean(at), 4);
        return recognised(made);
    };
    BOOST_CHECK(of("Relu", {}));
    BOOST_CHECK(!of("Sigmoid", {}));
    BOOST_CHECK(!of("MaxPool", { list_attribute("kernel_shape", { 1 }) }));
    BOOST_CHECK(!of("Transpose", { list_attribute("perm", { 0, 2, 1 }) }));
    BOOST_CHECK(!of("Sqrt", {}));

    const auto with = [](const qa::wire_writer& attribute, int64_t group) {
        window_model made;
        made.convolution(made.channels_first("iq"), 4, 3);
        made.constant("w", floats(4 * 4 / group * 3, 0.5f), { 4, 4 / group, 3 });
        const auto at = made.add("Conv",
                                 { "t3", "w" },
                                 { int_attribute("group", group), attribute });
        made.logits(made.mean(at), 4);
        return recognised(made);
    };
    const auto plain = list_attribute("dilations", { 1 });
    BOOST_CHECK(with(plain, 1));
    BOOST_CHECK(with(plain, 4));
    BOOST_CHECK(!with(plain, 2));
    BOOST_CHECK(!with(list_attribute("dilations", { 2 }), 1));
    BOOST_CHECK(!with(list_attribute("strides", { 0 }), 1));
    BOOST_CHECK(!with(list_attribute("pads", { 2000, 0 }), 1));
    BOOST_CHECK(!with(list_attribute("pads", { -1, 1 }), 1));
    BOOST_CHECK(with(qa::text_attribute("auto_pad", "NOTSET"), 1));
    BOOST_CHECK(!with(qa::text_attribute("auto_pad", "SAME_UPPER"), 1));

    window_model made;
    made.usual();
    BOOST_CHECK(recognised(made));
    made.model.outputs = { qa::value("logits", onnx_float, { -1, classes + 1 }) };
    BOOST_CHECK(!recognised(made));
    made = window_model();
    made.usual();
    made.model.inputs = { qa::value("iq", onnx_float, { -1, window, 3 }) };
    BOOST_CHECK(!recognised(made));
    made = window_model();
    made.usual();
    made.model.nodes.push_back(qa::node("Relu", { "logits" }, { "logits" }));
    BOOST_CHECK(!recognised(made));
    made = window_model();
    made.usual();
    made.model.nodes.back().bytes(7, "com.example");
    BOOST_CHECK(!recognised(made));
    made = window_model();
    made.usual();
    made.model.more = qa::wire_writer().message(25, qa::wire_writer().bytes(1, "Conv"));
    BOOST_CHECK(!recognised(made));
}

// A window of 65,536 samples in 64 channels would take 16 MiB for 16 windows.
BOOST_AUTO_TEST_CASE(networks_beyond_the_cache_are_left_to_the_runtime)
{
    const auto of = [](int64_t samples) {
        window_model made;
        made.model.inputs = { qa::value("iq", onnx_float, { -1, samples, 2 }) };
        made.length = samples;
        made.logits(made.mean(made.convolution(made.channels_first("iq"), 64, 3)), 64);
        return recognised(made);
    };
    BOOST_CHECK(of(512));
    BOOST_CHECK(!of(1024));
    BOOST_CHECK(!of(65536));
    BOOST_CHECK(!of(int64_t(1) << 40));
}

BOOST_AUTO_TEST_CASE(quantized_networks_are_the_runtimes_to_the_last_bit)
{
    for (const storage values : { storage::uint8, storage::int8_even }) {
        for (const unsigned seed : { 1u, 2u, 3u }) {
            window_model made(values, seed);
            made.usual();
            check_same(made, coarse_noise(200), 0.0f);
        }
    }
}

BOOST_AUTO_TEST_CASE(quantized_logits_are_the_runtimes)
{
    window_model made(storage::uint8);
    auto at = made.relu(made.convolution(made.channels_first(made.normalised()), 6, 7));
    at = made.rounded(made.mean(at), 3.3717f, 0);
    made.logits(at, 6, "codes");
    made.add("Relu", { made.rounded("codes", 2.5f, 93) }, {}, "logits");
    check_same(made, coarse_noise(100), 0.0f);
}

// Values that several nodes read, in codes or not; samples that are filtered one by one.
BOOST_AUTO_TEST_CASE(branches_of_quantized_networks_are_the_runtimes)
{
    {
        window_model made(storage::uint8);
        const auto at =
            made.rounded(made.convolution(made.channels_first("iq"), 4, 3), 4.0f, 100);
        const auto cut = made.add("Relu", { at });
        const auto again = made.rounded(at, 2.9f, 7);
        const auto both = made.add("Concat",
                                   { made.mean(at), made.mean(cut), made.mean(again) },
                                   { int_attribute("axis", 1) });
        made.logits(made.rounded(both, 3.3717f, 31), 12);
        check_same(made, coarse_noise(100), 1e-6f);
    }
    {
        window_model made(storage::uint8);
        auto at = made.channels_first(made.normalised());
        at = made.rounded(made.convolution(at, 2, 5, 1, 2));
        at = made.relu(made.convolution(at, 6, 4, 3));
        made.logits(made.rounded(made.mean(at), 3.3717f, 0), 6);
        check_same(made, coarse_noise(100), 0.0f);
    }
}

// What the sums are made of, beyond what bytes and 24 bits hold.
BOOST_AUTO_TEST_CASE(integers_of_any_size_are_followed)
{
    const auto of = [](int32_t type, const std::string& codes, int32_t bias) {
        window_model made(storage::uint8);
        const auto at = made.channels_first("iq");
        made.model.initializers.push_back(qa::raw_tensor("w", type, { 3, 2, 1 }, codes));
        made.constant("s", { 0.01f });
        made.constant("t", { 4.0f * 1.01f / 127.0f * 0.01f });
        made.model.initializers.push_back(qa::raw_tensor(
            "c",
            onnx_int32,
            { 3 },
            std::string(reinterpret_cast<const char*>(&bias), 4) + std::string(8, '\0')));
        const auto weights = made.add("DequantizeLinear", { "w", "s" });
        const auto offsets = made.add("DequantizeLinear", { "c", "t" });
        auto result = made.add("Conv", { at, weights, offsets });
        made.channels = 3;
        made.logits(made.rounded(made.mean(made.rounded(result)), 3.3717f), 3);
        check_same(made, coarse_noise(50), 1e-6f);
    };
    of(onnx_int8, "\x3f\xc1\x20\x10\x05\xff", 1000);
    of(onnx_uint8, "\x3f\x3c\x20\x10\x05\x3f", -2000);
    of(onnx_int8, "\x3f\xc1\x20\x10\x05\xff", 1 << 30);
    of(onnx_int8, "\x3f\xc1\x20\x10\x05\xff", -(1 << 30));
}

BOOST_AUTO_TEST_SUITE_END()
