/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "engine/classifier.h"
#include "engine/qa_model_writer.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <random>

using namespace gr::dlcomm::engine;
using floats = std::vector<float>;

namespace {

constexpr size_t window = 8, classes = 3;
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

std::string labels_text(size_t count)
{
    std::string text;
    for (size_t i = 0; i < count; ++i)
        text += (i ? ", \"c" : "[\"c") + std::to_string(i) + "\"";
    return text + "]";
}

// logits = W iq, with iq flattened.
qa::model linear(size_t labels = classes, size_t samples = window)
{
    const auto c = static_cast<int64_t>(labels), w = static_cast<int64_t>(samples);
    qa::model made;
    made.inputs = { qa::value("iq", onnx_float, { -1, w, 2 }) };
    made.outputs = { qa::value("logits", onnx_float, { -1, c }) };
    made.nodes = {
        qa::node("Flatten", { "iq" }, { "flat" }),
        qa::node("Gemm", { "flat", "w" }, { "logits" }, { qa::int_attribute("transB", 1) })
    };
    made.initializers = { qa::float_tensor(
        "w", { c, 2 * w }, random_floats(labels * 2 * samples, 1)) };
    made.metadata = { { "dlcomm.contract", "1" },
                      { "dlcomm.role", "classifier" },
                      { "dlcomm.labels", labels_text(labels) },
                      { "dlcomm.window", std::to_string(samples) },
                      { "dlcomm.recipe", "{}" },
                      { "dlcomm.measured", "[]" } };
    return made;
}

struct fixture {
    qa::scratch_folder folder;

    std::unique_ptr<classifier> load(const qa::model& model, size_t largest_batch = 64)
    {
        return classifier::load(folder.write("classifier.onnx", model.bytes()),
                                largest_batch);
    }
};

// What linear() should give for the window that begins on a sample, in double precision.
std::vector<double> expected(const floats& iq, size_t sample)
{
    const floats w = random_floats(classes * 2 * window, 1);
    std::vector<double> logits(classes);
    double sum = 0.0;
    for (size_t c = 0; c < classes; ++c) {
        for (size_t i = 0; i < 2 * window; ++i)
            logits[c] += double(w[c * 2 * window + i]) * iq[2 * sample + i];
        sum += std::exp(logits[c]);
    }
    for (auto& value : logits)
        value -= std::log(sum);
    return logits;
}

void check_window(const classifier& c, size_t w, const floats& iq, size_t sample)
{
    BOOST_REQUIRE(c.state(w) == window_state::good);
    const auto want = expected(iq, sample);
    for (size_t i = 0; i < classes; ++i)
        BOOST_REQUIRE_SMALL(c.log_probabilities(w)[i] - want[i], 1e-4);
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(classifiers, fixture)

BOOST_AUTO_TEST_CASE(the_file_says_what_it_is)
{
    const auto c = load(linear());
    BOOST_CHECK_EQUAL(c->window(), window);
    BOOST_CHECK_EQUAL(c->classes(), classes);
    BOOST_CHECK_EQUAL(c->largest_batch(), 64u);
    BOOST_CHECK_EQUAL(c->about().labels[2], "c2");
    BOOST_CHECK_EQUAL(c->executor_name(), std::string("onnxruntime"));
}

BOOST_AUTO_TEST_CASE(every_hop_and_batch_gives_the_networks_probabilities)
{
    const auto c = load(linear());
    const floats iq = random_floats(2 * 700, 2);
    for (const size_t hop : { 1, 3, 8, 9, 20 }) {
        for (const size_t count : { 1, 2, 31 }) {
            c->classify(iq.data() + 2 * 5, hop, count);
            for (size_t w = 0; w < count; ++w)
                check_window(*c, w, iq, 5 + w * hop);
        }
    }
}

BOOST_AUTO_TEST_CASE(windows_that_say_nothing_touch_no_other)
{
    const auto c = load(linear());
    floats iq = random_floats(2 * 10 * window, 3);
    const floats clean = iq;
    iq[2 * window * 1 + 3] = nan_value;
    iq[2 * window * 4] = -infinity;
    iq[2 * window * 5 + 15] = 1e20f; // its square is beyond float32
    for (size_t i = 0; i < 2 * window; ++i) {
        iq[2 * window * 7 + i] = 0.0f;
        iq[2 * window * 9 + i] = i % 2 ? 1e-30f : -0.0f;
    }
    const std::map<size_t, window_state> bad = { { 1, window_state::not_finite },
                                                 { 4, window_state::not_finite },
                                                 { 5, window_state::not_finite },
                                                 { 7, window_state::silent },
                                                 { 9, window_state::silent } };
    c->classify(iq.data(), window, 10);
    for (size_t w = 0; w < 10; ++w) {
        if (bad.count(w))
            BOOST_CHECK(c->state(w) == bad.at(w));
        else
            check_window(*c, w, clean, w * window);
    }
    // A batch of nothing else does not reach the network; the next begins afresh.
    const floats silence(2 * 3 * window);
    c->classify(silence.data(), window, 3);
    for (size_t w = 0; w < 3; ++w)
        BOOST_CHECK(c->state(w) == window_state::silent);
    c->classify(clean.data(), window, 10);
    for (size_t w = 0; w < 10; ++w)
        check_window(*c, w, clean, w * window);
}

BOOST_AUTO_TEST_CASE(logits_that_are_not_finite_are_said_so)
{
    // 0 / 0 where the first sample's I is zero.
    qa::model model = linear();
    model.nodes[1] = qa::node(
        "Gemm", { "flat", "w" }, { "sum" }, { qa::int_attribute("transB", 1) });
    model.nodes.push_back(qa::node("Sub", { "sum", "sum" }, { "zero" }));
    model.nodes.push_back(qa::node("Div", { "zero", "sum" }, { "logits" }));
    model.initializers = { qa::float_tensor("w", { classes, 2 * window }, [] {
        floats w(classes * 2 * window);
        for (size_t c = 0; c < classes; ++c)
            w[c * 2 * window] = 1.0f;
        return w;
    }()) };
    const auto c = load(model);
    floats iq(2 * 2 * window, 1.0f);
    iq[2 * window] = 0.0f;
    c->classify(iq.data(), window, 2);
    BOOST_CHECK(c->state(0) == window_state::good);
    BOOST_CHECK(c->state(1) == window_state::not_finite);
}

BOOST_AUTO_TEST_CASE(batches_of_long_windows_are_kept_small)
{
    BOOST_CHECK_EQUAL(load(linear(2, 1 << 20), 64)->largest_batch(), 4u);
    BOOST_CHECK_EQUAL(load(linear(), 1)->largest_batch(), 1u);
}

BOOST_AUTO_TEST_CASE(files_that_cannot_serve_are_refused)
{
    const auto refused = [&](const qa::model& model, const std::string& part) {
        const std::string text = qa::error_of([&] { load(model); });
        BOOST_TEST_INFO(text);
        BOOST_CHECK(text.find(part) != std::string::npos);
    };
    BOOST_CHECK_EQUAL(load(linear(255))->classes(), 255u);
    refused(linear(256), "dlcomm.labels is a list of 256, expected at most 255");
    qa::model model = linear();
    model.metadata.erase("dlcomm.labels");
    refused(model, "metadata key dlcomm.labels is missing");
    model = linear();
    model.metadata["dlcomm.window"] = "9";
    refused(model, "input 'iq' is [batch, 8, 2], expected [batch, 9, 2]");
    model = linear();
    model.nodes[0] = qa::node("NoSuchOperator", { "iq" }, { "flat" });
    refused(model, "refuses it");
    refused(qa::table_encoder(4, 2, floats(16, 0.5f)),
            "dlcomm.role is 'encoder', expected 'classifier'");
    // One fixed batch inside: wrong from the second window on.
    model = linear();
    model.nodes[0] = qa::node("Reshape", { "iq", "shape" }, { "flat" });
    const int64_t shape[] = { 1, 2 * window };
    model.initializers.push_back(qa::raw_tensor(
        "shape",
        onnx_int64,
        { 2 },
        std::string(reinterpret_cast<const char*>(shape), sizeof(shape))));
    refused(model, "ONNX Runtime");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_CASE(log_softmax_of_any_finite_logits)
{
    double p[3];
    BOOST_REQUIRE(log_softmax(floats{ 0.0f, 0.0f, 0.0f }.data(), 3, p));
    for (const double value : p)
        BOOST_CHECK_CLOSE(value, -std::log(3.0), 1e-12);
    // Closer than float32 could tell beside the logarithm of three.
    BOOST_REQUIRE(log_softmax(floats{ 0.0f, 1e-9f, 0.0f }.data(), 3, p));
    BOOST_CHECK_GT(p[1], p[0]);
    BOOST_REQUIRE(log_softmax(floats{ 1000.0f, 0.0f, -1000.0f }.data(), 3, p));
    BOOST_CHECK_EQUAL(p[0], 0.0);
    BOOST_CHECK_EQUAL(p[1], -1000.0);
    BOOST_CHECK_EQUAL(p[2], -2000.0);
    BOOST_REQUIRE(log_softmax(floats{ 3e38f, 0.0f, -3e38f }.data(), 3, p));
    BOOST_CHECK_EQUAL(p[2], -1e30);
    for (const float bad : { nan_value, infinity, -infinity })
        BOOST_CHECK(!log_softmax(floats{ 0.0f, bad, 1.0f }.data(), 3, p));
}
