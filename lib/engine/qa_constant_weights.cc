/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "engine/constant_weights.h"
#include "engine/dense_executor.h"
#include "engine/qa_model_writer.h"
#include "engine/session_executor.h"

#include <boost/test/unit_test.hpp>
#include <functional>
#include <random>

using namespace gr::dlcomm::engine;
using floats = std::vector<float>;
using dims = std::vector<int64_t>;

namespace {

constexpr int n = 8, k = 3, m = 8;

std::string random_bytes(size_t count, unsigned seed)
{
    std::mt19937 engine(seed);
    std::string bytes(count, '\0');
    for (auto& byte : bytes)
        byte = static_cast<char>(engine());
    return bytes;
}

floats random_floats(size_t count, unsigned seed)
{
    std::mt19937 engine(seed);
    std::normal_distribution<float> normal;
    floats values(count);
    for (auto& v : values)
        v = normal(engine);
    return values;
}

// The tensor `w` [m, n] of a decoder, stored in other ways than as float32.
struct fixture {
    qa::scratch_folder folder;
    qa::model model;
    int files = 0;

    fixture() { reset(); }

    void reset()
    {
        model = qa::linear_decoder(n, k, floats(m * n), floats(m));
        model.initializers.erase(model.initializers.begin());
        model.opset = 25;
        model.ir_version = 13;
    }

    onnx_file read()
    {
        // A new name each time: some file systems wait for the disk on a rewrite.
        return read_onnx_file(
            folder.write(std::to_string(++files) + ".onnx", model.bytes()));
    }

    void constant(const qa::wire_writer& tensor) { model.initializers.push_back(tensor); }

    void before(const qa::wire_writer& node)
    {
        model.nodes.insert(model.nodes.end() - 1, node);
    }

    // Codes `type` of `shape` in their own file order, as the tensor `codes`.
    void codes(int32_t type, int bits, const dims& shape = { m, n })
    {
        constant(qa::raw_tensor("codes", type, shape, random_bytes(m * n * bits / 8, 1)));
    }

    void dequantize(const std::vector<std::string>& inputs, int64_t axis = 0)
    {
        before(qa::node(
            "DequantizeLinear", inputs, { "w" }, { qa::int_attribute("axis", axis) }));
    }

    bool found() { return constant_weights(read()).find("w").has_value(); }

    // The very floats that ONNX Runtime makes: the response to a single one is a column.
    void check_same_as_runtime()
    {
        const onnx_file file = read();
        const auto weights = constant_weights(file).find("w");
        BOOST_REQUIRE(weights);
        BOOST_CHECK(weights->dims == (dims{ m, n }));
        const auto dense = dense_executor::recognise(file);
        BOOST_REQUIRE(dense);
        floats ones(n * n), want(n * m), logits(n * m);
        for (int i = 0; i < n; ++i)
            ones[i * n + i] = 1.0f;
        session_executor(file).logits(ones.data(), nullptr, n, want.data());
        dense->logits(ones.data(), nullptr, n, logits.data());
        for (int i = 0; i < n; ++i) {
            for (int r = 0; r < m; ++r) {
                BOOST_REQUIRE_EQUAL(weights->data[r * n + i], want[i * m + r]);
                BOOST_REQUIRE_EQUAL(logits[i * m + r], want[i * m + r]);
            }
        }
    }
};

const std::vector<std::pair<int32_t, int>> code_types = {
    { onnx_uint8, 8 }, { onnx_int8, 8 },  { onnx_uint4, 4 },
    { onnx_int4, 4 },  { onnx_uint2, 2 }, { onnx_int2, 2 },
};

std::string bytes_of(const std::vector<int32_t>& values)
{
    return { reinterpret_cast<const char*>(values.data()),
             values.size() * sizeof(int32_t) };
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(constants, fixture)

BOOST_AUTO_TEST_CASE(dequantized_weights_are_those_of_the_runtime)
{
    for (const auto& type : code_types) {
        for (const int64_t outputs : { 0, 1, m }) { // 0: a scalar
            for (const bool with_zero : { false, true }) {
                reset();
                codes(type.first, type.second);
                const dims shape = outputs ? dims{ outputs } : dims{};
                const size_t count = outputs ? outputs : 1;
                constant(qa::float_tensor("scale", shape, random_floats(count, 2)));
                std::vector<std::string> inputs = { "codes", "scale" };
                if (with_zero) {
                    const auto raw = random_bytes((count * type.second + 7) / 8, 3);
                    constant(qa::raw_tensor("zero", type.first, shape, raw));
                    inputs.push_back("zero");
                }
                dequantize(inputs);
                BOOST_TEST_CONTEXT("type " << type.first << ", scales " << outputs)
                {
                    check_same_as_runtime();
                }
            }
        }
    }
}

// Biases of quantized layers: up to 2^31, rounded to float32 before they are scaled.
BOOST_AUTO_TEST_CASE(integers_of_32_bits_are_dequantized)
{
    const auto store = [&](int32_t zero) {
        reset();
        constant(qa::raw_tensor("codes", onnx_int32, { m, n }, random_bytes(m * n * 4, 1)));
        constant(qa::float_tensor("scale", { m }, random_floats(m, 2)));
        constant(qa::raw_tensor(
            "zero", onnx_int32, { m }, bytes_of(std::vector<int32_t>(m, zero))));
        dequantize({ "codes", "scale", "zero" });
    };
    store(0);
    check_same_as_runtime();
    store(1);
    BOOST_CHECK(!found());
}

BOOST_AUTO_TEST_CASE(integers_are_found_with_their_scales)
{
    constant(qa::raw_tensor("codes", onnx_uint8, { 2, 3 }, "\x01\x02\x03\x04\x05\xff"));
    constant(qa::float_tensor("scale", { 2 }, { 0.5f, 0.25f }));
    constant(qa::raw_tensor("zero", onnx_uint8, { 2 }, "\x01\x02"));
    dequantize({ "codes", "scale", "zero" });
    const onnx_file file = read();
    const constant_weights constants(file);
    const auto scaled = constants.find_scaled("w");
    BOOST_REQUIRE(scaled);
    BOOST_CHECK(scaled->dims == (dims{ 2, 3 }));
    BOOST_CHECK_EQUAL(scaled->type, onnx_uint8);
    BOOST_CHECK(scaled->data == (std::vector<int32_t>{ 0, 1, 2, 2, 3, 253 }));
    BOOST_CHECK_EQUAL(scaled->axis, 0u);
    BOOST_CHECK(scaled->scales == (floats{ 0.5f, 0.25f }));
    BOOST_CHECK(!constants.find_scaled("codes"));
    BOOST_CHECK(!constants.find_scaled("b"));
    const auto codes = constants.find_integers("codes");
    BOOST_REQUIRE(codes);
    BOOST_CHECK_EQUAL(codes->type, onnx_uint8);
    BOOST_CHECK(codes->data == (std::vector<int32_t>{ 1, 2, 3, 4, 5, 255 }));
    BOOST_CHECK(!constants.find_integers("scale"));
    BOOST_CHECK(!constants.find_integers("w"));
}

BOOST_AUTO_TEST_CASE(one_scale_per_column_is_followed)
{
    for (const int64_t axis : { 1, -1 }) {
        reset();
        codes(onnx_uint4, 4);
        constant(qa::float_tensor("scale", { n }, random_floats(n, 2)));
        dequantize({ "codes", "scale" }, axis);
        check_same_as_runtime();
    }
}

BOOST_AUTO_TEST_CASE(offsets_are_added_as_the_runtime_adds_them)
{
    for (const dims& shape :
         { dims{}, dims{ 1 }, dims{ m, 1 }, dims{ n }, dims{ m, n } }) {
        for (const bool offset_first : { false, true }) {
            reset();
            size_t count = 1;
            for (const int64_t dim : shape)
                count *= dim;
            codes(onnx_uint2, 2);
            constant(qa::float_tensor("scale", {}, { 0.3f }));
            constant(qa::float_tensor("offset", shape, random_floats(count, 4)));
            before(qa::node("DequantizeLinear", { "codes", "scale" }, { "scaled" }));
            before(offset_first ? qa::node("Add", { "offset", "scaled" }, { "w" })
                                : qa::node("Add", { "scaled", "offset" }, { "w" }));
            check_same_as_runtime();
        }
    }
}

BOOST_AUTO_TEST_CASE(weights_from_a_table_are_looked_up)
{
    for (const int64_t to : { onnx_int32, onnx_int64 }) {
        for (const auto& type : code_types) {
            reset();
            codes(type.first, type.second);
            constant(qa::float_tensor("table", { 256 }, random_floats(256, 5)));
            before(qa::node(
                "Cast", { "codes" }, { "index" }, { qa::int_attribute("to", to) }));
            before(qa::node("Gather", { "table", "index" }, { "w" }));
            check_same_as_runtime();
        }
    }
}

BOOST_AUTO_TEST_CASE(sparse_weights_are_unpacked)
{
    const std::vector<std::pair<int32_t, size_t>> index_types = {
        { onnx_int8, 1 }, { onnx_int16, 2 }, { onnx_int32, 4 }, { onnx_int64, 8 }
    };
    const std::vector<int> places = { 0, 3, 17, 40, m * n - 1 };
    const int64_t count = places.size();
    for (const auto& type : index_types) {
        std::string raw;
        for (const int place : places)
            raw += static_cast<char>(place) + std::string(type.second - 1, '\0');
        const auto indices = qa::raw_tensor("", type.first, { count }, raw);
        reset();
        model.sparse = { qa::sparse_tensor(
            qa::float_tensor("w", { count }, random_floats(count, 6)),
            indices,
            { m, n }) };
        check_same_as_runtime();
        // Small integers at those places, scaled per output.
        reset();
        model.sparse = { qa::sparse_tensor(
            qa::raw_tensor("codes", onnx_int8, { count }, random_bytes(count, 7)),
            indices,
            { m, n }) };
        constant(qa::float_tensor("scale", { m }, random_floats(m, 2)));
        dequantize({ "codes", "scale" });
        check_same_as_runtime();
        // Values of a table at those places, that of zero elsewhere.
        model.sparse = { qa::sparse_tensor(
            qa::raw_tensor("codes", onnx_uint8, { count }, random_bytes(count, 7)),
            indices,
            { m, n }) };
        model.nodes.erase(model.nodes.begin());
        constant(qa::float_tensor("table", { 256 }, random_floats(256, 5)));
        before(qa::node(
            "Cast", { "codes" }, { "index" }, { qa::int_attribute("to", onnx_int32) }));
        before(qa::node("Gather", { "table", "index" }, { "w" }));
        check_same_as_runtime();
    }
}

// Whatever is not understood is not found, and the decoder is left to the runtime.
BOOST_AUTO_TEST_CASE(other_constants_are_not_found)
{
    const auto good = [&] {
        reset();
        codes(onnx_uint4, 4);
        constant(qa::float_tensor("scale", { m }, floats(m, 1.0f)));
        constant(qa::raw_tensor("zero", onnx_uint4, { m }, std::string(m / 2, '\1')));
    };
    const std::vector<std::string> inputs = { "codes", "scale", "zero" };
    good();
    dequantize(inputs);
    BOOST_CHECK(found());
    BOOST_CHECK(!constant_weights(read()).find("logits"));
    BOOST_CHECK(!constant_weights(read()).find("symbols"));
    BOOST_CHECK(!constant_weights(read()).find("codes")); // not float32
    BOOST_CHECK(!constant_weights(read()).find("nothing"));

    const auto spoilt = [&](const std::function<void()>& spoil) {
        good();
        spoil();
        return !found();
    };
    const auto node = [&](const char* type,
                          const std::vector<std::string>& from,
                          const std::vector<qa::wire_writer>& attributes = {}) {
        return [&, type, from, attributes] {
            before(qa::node(type, from, { "w" }, attributes));
        };
    };
    using qa::int_attribute;
    const auto per_row = int_attribute("axis", 0);
    BOOST_CHECK(!spoilt(node("DequantizeLinear", inputs, { per_row })));
    BOOST_CHECK(!spoilt(
        node("DequantizeLinear", inputs, { per_row, int_attribute("block_size", 0) })));
    for (const auto& attribute : { int_attribute("axis", 2),
                                   int_attribute("axis", -3),
                                   int_attribute("block_size", 2),
                                   int_attribute("output_dtype", 10) })
        BOOST_CHECK(spoilt(node("DequantizeLinear", inputs, { attribute })));
    BOOST_CHECK(spoilt(node("DequantizeLinear", { "codes" })));
    BOOST_CHECK(spoilt(node("DequantizeLinear", { "scale", "scale" }, { per_row })));
    BOOST_CHECK(spoilt(node("DequantizeLinear", { "codes", "codes" }, { per_row })));
    BOOST_CHECK(
        spoilt(node("DequantizeLinear", { "codes", "scale", "scale" }, { per_row })));
    BOOST_CHECK(
        spoilt(node("DequantizeLinear", { "codes", "scale", "none" }, { per_row })));
    BOOST_CHECK(spoilt(node("Add", { "codes", "scale" })));
    BOOST_CHECK(spoilt(node("Add", { "scale" })));
    BOOST_CHECK(spoilt(node("Cast", { "codes" }, { int_attribute("to", onnx_int32) })));
    BOOST_CHECK(spoilt(node("Cast", { "codes" }, { int_attribute("to", onnx_float) })));
    BOOST_CHECK(spoilt(node("Mul", { "scale", "scale" })));
    BOOST_CHECK(spoilt(node("Gather", { "scale", "codes" }))); // places are no code
    BOOST_CHECK(spoilt(node("RandomNormal", {})));
    BOOST_CHECK(spoilt([&] {
        before(qa::node("DequantizeLinear", inputs, { "w", "x" }, { per_row }));
    }));
    BOOST_CHECK(spoilt([&] {
        auto other = qa::node("DequantizeLinear", inputs, { "w" }, { per_row });
        before(other.bytes(7, "com.example"));
    }));
    BOOST_CHECK(spoilt([&] { // two of one name
        dequantize(inputs);
        dequantize(inputs);
    }));
    BOOST_CHECK(spoilt([&] {
        dequantize(inputs);
        codes(onnx_uint4, 4);
    }));
    BOOST_CHECK(spoilt([&] {
        dequantize(inputs);
        model.sparse = { qa::sparse_tensor(
            qa::float_tensor("scale", { 1 }, { 1 }),
            qa::raw_tensor("", onnx_int8, { 1 }, std::string(1, '\0')),
            { m }) };
    }));
    // Sums that broadcast neither way.
    reset();
    constant(qa::float_tensor("a", { 2, 3 }, floats(6)));
    constant(qa::float_tensor("b", { 3, 2 }, floats(6)));
    before(qa::node("Add", { "a", "b" }, { "w" }));
    BOOST_CHECK(!found());
}

BOOST_AUTO_TEST_CASE(places_outside_a_table_are_refused)
{
    const auto look_up = [&](const std::string& places, const dims& table) {
        reset();
        constant(qa::raw_tensor("codes", onnx_int8, { 2 }, places));
        constant(qa::float_tensor("table", table, floats(3, 1.0f)));
        before(qa::node(
            "Cast", { "codes" }, { "index" }, { qa::int_attribute("to", onnx_int32) }));
        before(qa::node("Gather", { "table", "index" }, { "w" }));
        return found();
    };
    BOOST_CHECK(look_up("\x02\xfd", { 3 })); // -3 is the first
    BOOST_CHECK(!look_up("\x01\x03", { 3 }));
    BOOST_CHECK(!look_up("\x01\xfc", { 3 }));
    BOOST_CHECK(!look_up("\x01\x02", { 3, 1 }));
}

BOOST_AUTO_TEST_CASE(bad_sparse_tensors_are_refused)
{
    const auto unpack = [&](const std::string& places, int64_t count, const dims& shape) {
        reset();
        model.sparse = { qa::sparse_tensor(
            qa::float_tensor("w", { 2 }, { 1, 2 }),
            qa::raw_tensor("", onnx_int8, { count }, places),
            shape) };
        return found();
    };
    BOOST_CHECK(unpack("\x01\x05", 2, { 2, 3 }));
    BOOST_CHECK(!unpack("\x01\x06", 2, { 2, 3 }));
    BOOST_CHECK(!unpack("\xff\x05", 2, { 2, 3 }));
    BOOST_CHECK(!unpack("\x05\x01", 2, { 2, 3 })); // out of order
    BOOST_CHECK(!unpack("\x05\x05", 2, { 2, 3 }));
    BOOST_CHECK(!unpack("\x01\x05\x05", 3, { 2, 3 }));
    BOOST_CHECK(!unpack("\x05", 1, { 2, 3 }));
    BOOST_CHECK(!unpack("\x01\x05", 2, { 2, 0 }));
    BOOST_CHECK(unpack("\x01\x05", 2, { 256, 256 }));
    BOOST_CHECK(!unpack("\x01\x05", 2, { 256, 257 })); // larger than any layer
    // Two coordinates per value: a form that the toolchain does not write.
    reset();
    model.sparse = { qa::sparse_tensor(
        qa::float_tensor("w", { 1 }, { 1 }),
        qa::raw_tensor("", onnx_int8, { 1, 2 }, "\x01\x01"),
        { 2, 3 }) };
    BOOST_CHECK(!found());
}

// Nodes that double their input: without a limit, 2^60 sums.
BOOST_AUTO_TEST_CASE(long_expressions_are_left_to_the_runtime)
{
    constant(qa::float_tensor("t0", { m, n }, floats(m * n, 1.0f)));
    for (int i = 0; i < 60; ++i) {
        const std::string from = "t" + std::to_string(i);
        before(qa::node("Add", { from, from }, { "t" + std::to_string(i + 1) }));
    }
    const onnx_file file = read();
    const constant_weights constants(file);
    BOOST_CHECK(constants.find("t3"));
    BOOST_CHECK_EQUAL(constants.find("t3")->data[0], 8.0f);
    BOOST_CHECK(!constants.find("t60"));
}

BOOST_AUTO_TEST_CASE(nodes_that_read_constants_only_are_set_aside)
{
    codes(onnx_uint4, 4);
    constant(qa::float_tensor("scale", {}, { 1.0f }));
    dequantize({ "codes", "scale" });
    before(qa::node("Mul", { "scale", "scale" }, { "unused" }));
    const onnx_file file = read();
    const constant_weights constants(file);
    BOOST_REQUIRE_EQUAL(constants.other_nodes().size(), 1u);
    BOOST_CHECK_EQUAL(constants.other_nodes()[0]->op_type, "Gemm");
    BOOST_CHECK(dense_executor::recognise(file));
}

BOOST_AUTO_TEST_SUITE_END()
