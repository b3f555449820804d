/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "engine/onnx_file.h"
#include "engine/qa_model_writer.h"

#include <boost/test/unit_test.hpp>
#include <limits>

using namespace gr::dlcomm::engine;
using qa::wire_writer;

namespace {

struct fixture {
    qa::scratch_folder folder;
    qa::model model = qa::linear_decoder(2, 1, { 1, 2, 3, 4 }, { 5, 6 });

    onnx_file read() { return read_onnx_file(folder.write("model.onnx", model.bytes())); }

    std::string error()
    {
        return qa::error_of([&] { read(); });
    }

    void check_error(const std::string& part)
    {
        BOOST_TEST_INFO(error());
        BOOST_CHECK(error().find(part) != std::string::npos);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(onnx_files, fixture)

BOOST_AUTO_TEST_CASE(everything_the_engine_needs_is_read)
{
    model.nodes[0] =
        qa::node("Gemm",
                 { "symbols", "w", "b" },
                 { "logits" },
                 { qa::int_attribute("transB", 1),
                   qa::float_attribute("alpha", 0.5f),
                   qa::list_attribute("pads", { 3, -1 }),
                   qa::text_attribute("auto_pad", "NOTSET") });
    const onnx_file file = read();
    BOOST_CHECK_EQUAL(file.path, folder.path() / "model.onnx");
    BOOST_CHECK(file.bytes == model.bytes());
    BOOST_CHECK_EQUAL(file.opset, 17);
    BOOST_CHECK_EQUAL(file.ir_version, 8);
    BOOST_CHECK(file.metadata == model.metadata);
    BOOST_CHECK(!file.has_functions);
    BOOST_REQUIRE_EQUAL(file.inputs.size(), 1u);
    BOOST_CHECK_EQUAL(file.inputs[0].name, "symbols");
    BOOST_CHECK_EQUAL(file.inputs[0].type, onnx_float);
    BOOST_CHECK(file.inputs[0].shape == (std::vector<int64_t>{ -1, 2 }));
    BOOST_REQUIRE_EQUAL(file.outputs.size(), 1u);
    BOOST_CHECK_EQUAL(file.outputs[0].name, "logits");
    BOOST_REQUIRE_EQUAL(file.nodes.size(), 1u);
    BOOST_CHECK_EQUAL(file.nodes[0].op_type, "Gemm");
    BOOST_CHECK_EQUAL(file.nodes[0].inputs.size(), 3u);
    BOOST_CHECK_EQUAL(file.nodes[0].ints.at("transB"), 1);
    BOOST_CHECK_EQUAL(file.nodes[0].floats.at("alpha"), 0.5f);
    BOOST_CHECK(file.nodes[0].int_lists.at("pads") == (std::vector<int64_t>{ 3, -1 }));
    BOOST_CHECK_EQUAL(file.nodes[0].texts.at("auto_pad"), "NOTSET");
    BOOST_REQUIRE_EQUAL(file.initializers.size(), 2u);
    BOOST_CHECK(file.initializers[0].dims == (std::vector<int64_t>{ 2, 2 }));
    BOOST_CHECK(file.initializers[0].data == (std::vector<float>{ 1, 2, 3, 4 }));
    BOOST_CHECK_EQUAL(file.initializers[0].elements(), 4);
}

BOOST_AUTO_TEST_CASE(other_encodings_of_the_same_say_the_same)
{
    // Packed dimensions, float_data in both forms, an attribute whose value comes first.
    wire_writer dims, floats, list;
    dims.varint(2);
    dims.varint(2);
    list.varint(4);
    list.varint(5);
    const float values[] = { 1, 2 };
    model.initializers[0] =
        wire_writer()
            .message(1, dims)
            .integer(2, onnx_float)
            .bytes(4, std::string(reinterpret_cast<const char*>(values), sizeof(values)))
            .real(4, 3)
            .real(4, 4)
            .bytes(8, "w");
    model.nodes[0] = qa::node("Gemm",
                              { "symbols", "w", "b" },
                              { "logits" },
                              { wire_writer().real(2, 2.5f).bytes(1, "alpha"),
                                wire_writer().integer(3, 1).bytes(1, "transB"),
                                wire_writer().message(8, list).bytes(1, "pads") });
    // An initializer that is listed as an input, too, is none of the inputs.
    model.inputs.push_back(qa::value("w", onnx_float, { 2, 2 }));
    const onnx_file file = read();
    BOOST_CHECK(file.initializers[0].dims == (std::vector<int64_t>{ 2, 2 }));
    BOOST_CHECK(file.initializers[0].data == (std::vector<float>{ 1, 2, 3, 4 }));
    BOOST_CHECK_EQUAL(file.nodes[0].floats.at("alpha"), 2.5f);
    BOOST_CHECK_EQUAL(file.nodes[0].ints.at("transB"), 1);
    BOOST_CHECK(file.nodes[0].int_lists.at("pads") == (std::vector<int64_t>{ 4, 5 }));
    BOOST_CHECK_EQUAL(file.inputs.size(), 1u);
}

BOOST_AUTO_TEST_CASE(what_is_no_model_is_refused)
{
    const auto refused = [&](const std::string& path, const std::string& part) {
        const std::string text = qa::error_of([&] { read_onnx_file(path); });
        BOOST_TEST_INFO(text);
        BOOST_CHECK(text.find("model '" + path + "': " + part) == 0);
    };
    refused((folder.path() / "nothing.onnx").string(), "no such file");
    refused(folder.path().string(), "not a regular file");
    refused("/dev/zero", "not a regular file");
    refused(folder.write("empty.onnx", ""), "the file is empty");
    refused(folder.write("text.onnx", "Not a model."), "not a valid ONNX file: ");
    refused(folder.write("no_graph.onnx", wire_writer().integer(1, 8).str()),
            "not a valid ONNX file: no graph");
    const std::string huge = folder.write("huge.onnx", "x");
    std::filesystem::resize_file(huge, (uintmax_t(512) << 20) + 1); // sparse
    refused(huge, "the file is larger than 512 MiB");
}

BOOST_AUTO_TEST_CASE(every_truncation_is_read_or_refused)
{
    const std::string bytes = model.bytes();
    size_t refused = 0;
    for (size_t length = 0; length < bytes.size(); ++length) {
        const auto path = folder.write("cut.onnx", bytes.substr(0, length));
        refused += qa::error_of([&] { read_onnx_file(path); }) != "no error";
    }
    // Only a cut between two fields of the model leaves a model.
    BOOST_CHECK_GT(refused, bytes.size() - 12);
}

BOOST_AUTO_TEST_CASE(nested_graphs_have_a_limit)
{
    const auto nested = [&](int depth) {
        wire_writer graph;
        for (int i = 0; i < depth; ++i)
            graph = wire_writer().message(
                1, wire_writer().message(5, wire_writer().message(6, graph)));
        model.more = wire_writer().message(7, graph);
    };
    nested(32);
    BOOST_CHECK_EQUAL(error(), "no error");
    nested(33);
    check_error("graphs are nested too deeply");
    nested(2000);
    check_error("graphs are nested too deeply");
}

BOOST_AUTO_TEST_CASE(number_of_parts_has_a_limit)
{
    // Two bytes in the file, a node in memory.
    std::string nodes;
    for (int i = 0; i < 1000001; ++i)
        nodes += std::string("\x0a\x00", 2);
    model.more = wire_writer().bytes(7, nodes);
    check_error("more than 1000000 nodes, tensors, names and dimensions");
    wire_writer dims;
    for (int i = 0; i < 1000001; ++i)
        dims.varint(1);
    model.more = wire_writer();
    model.initializers[0] = wire_writer().message(1, dims);
    check_error("more than 1000000 nodes, tensors, names and dimensions");
}

BOOST_AUTO_TEST_CASE(number_of_elements_does_not_overflow)
{
    onnx_tensor tensor;
    BOOST_CHECK_EQUAL(tensor.elements(), 1); // a scalar
    const int64_t huge = std::numeric_limits<int64_t>::max();
    const std::vector<std::pair<std::vector<int64_t>, int64_t>> cases = {
        { { 3, 4, 5 }, 60 },
        { { 3, 0, 5 }, 0 },
        { { huge, 0 }, -1 },
        { { 0, huge }, 0 },
        { { huge, huge }, -1 },
        { { -1, -1 }, -1 },
        { { 1 << 20, 1 << 20 }, int64_t(1) << 40 },
        { { 1 << 21, 1 << 20 }, -1 },
    };
    for (const auto& entry : cases) {
        tensor.dims = entry.first;
        BOOST_CHECK_EQUAL(tensor.elements(), entry.second);
    }
}

BOOST_AUTO_TEST_CASE(odd_lengths_of_float_data_are_refused)
{
    model.initializers[0] = wire_writer().integer(2, onnx_float).bytes(9, "12345");
    check_error("not a multiple of four bytes");
    model.initializers[0] = wire_writer().integer(2, onnx_float).bytes(4, "123");
    check_error("not a multiple of four bytes");
}

BOOST_AUTO_TEST_CASE(external_data_stays_in_the_models_folder)
{
    const auto external = [&](const std::string& location) {
        model.initializers[0] = qa::external_tensor("w", { 2, 2 }, location);
        return qa::error_of([&] {
            const auto file =
                read_onnx_file(folder.write("inner/model.onnx", model.bytes()));
            BOOST_CHECK(file.initializers[0].data.empty());
            BOOST_CHECK(file.external_data == std::vector<std::string>{ location });
        });
    };
    folder.write("inner/w.bin", std::string(16, '\0'));
    folder.write("inner/deeper/w.bin", std::string(16, '\0'));
    const std::string outside = folder.write("outside.bin", std::string(16, '\0'));
    folder.write("inner_not/w.bin", std::string(16, '\0'));
    namespace fs = std::filesystem;
    fs::create_symlink(outside, folder.path() / "inner/link.bin");
    fs::create_directory_symlink(folder.path() / "inner_not",
                                 folder.path() / "inner/way");
    fs::create_symlink("w.bin", folder.path() / "inner/good_link.bin");

    for (const std::string good :
         { "w.bin", "./w.bin", "deeper/w.bin", "deeper/../w.bin", "good_link.bin" })
        BOOST_CHECK_EQUAL(external(good), "no error");
    for (const std::string& bad : { std::string("../outside.bin"),
                                    std::string("deeper/../../outside.bin"),
                                    std::string("../inner_not/w.bin"),
                                    std::string("link.bin"),
                                    std::string("way/w.bin"),
                                    std::string(""),
                                    outside,
                                    (folder.path() / "inner/w.bin").string(),
                                    std::string("/etc/passwd") }) {
        BOOST_TEST_INFO(bad);
        BOOST_CHECK(external(bad).find("'" + bad + "' lies outside the model's folder") !=
                    std::string::npos);
    }
    BOOST_CHECK(external("absent.bin").find("'absent.bin' is missing") !=
                std::string::npos);
    BOOST_CHECK(external("deeper").find("'deeper' is missing") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(external_data_is_found_wherever_it_hides)
{
    const wire_writer tensor = qa::external_tensor("t", { 1 }, "../secret");
    const wire_writer attribute = wire_writer().bytes(1, "value").message(5, tensor);
    const wire_writer many = wire_writer().message(10, tensor);
    const wire_writer inner_graph =
        wire_writer().message(6, wire_writer().message(5, tensor));
    const wire_writer sparse = wire_writer().message(2, tensor);
    for (const auto& a : { attribute,
                           many,
                           inner_graph,
                           wire_writer().message(11, wire_writer().message(5, tensor)),
                           wire_writer().message(22, sparse),
                           wire_writer().message(23, sparse) }) {
        model.more = wire_writer().message(
            7, wire_writer().message(1, wire_writer().message(5, a)));
        check_error("'../secret' lies outside");
        // In a function of the model: in a node, and as an attribute's default.
        model.more = wire_writer().message(
            25, wire_writer().message(7, wire_writer().message(5, a)));
        check_error("'../secret' lies outside");
        model.more = wire_writer().message(25, wire_writer().message(11, a));
        check_error("'../secret' lies outside");
    }
    model.more = wire_writer().message(7, wire_writer().message(15, sparse));
    check_error("'../secret' lies outside");
}

BOOST_AUTO_TEST_CASE(sparse_initializers_are_read)
{
    model.initializers.erase(model.initializers.begin());
    model.inputs.push_back(qa::value("w", onnx_float, { 2, 2 })); // no input of the graph
    model.sparse = { qa::sparse_tensor(qa::float_tensor("w", { 1 }, { 3 }),
                                       qa::raw_tensor("", onnx_int8, { 1 }, "\2"),
                                       { 2, 2 }) };
    const onnx_file file = read();
    BOOST_CHECK_EQUAL(file.initializers.size(), 1u);
    BOOST_CHECK_EQUAL(file.inputs.size(), 1u);
    BOOST_REQUIRE_EQUAL(file.sparse_initializers.size(), 1u);
    const auto& sparse = file.sparse_initializers[0];
    BOOST_CHECK_EQUAL(sparse.values.name, "w");
    BOOST_CHECK(sparse.values.data == std::vector<float>{ 3 });
    BOOST_CHECK_EQUAL(sparse.indices.type, onnx_int8);
    BOOST_CHECK(sparse.dims == (std::vector<int64_t>{ 2, 2 }));
}

// ONNX Runtime makes them dense: a few bytes could ask it for any amount of memory.
BOOST_AUTO_TEST_CASE(huge_sparse_tensors_are_refused)
{
    const auto sparse = [&](const std::vector<int64_t>& dims) {
        return qa::sparse_tensor(qa::float_tensor("big", { 1 }, { 3 }),
                                 qa::raw_tensor("", onnx_int8, { 1 }, "\2"),
                                 dims);
    };
    for (const std::vector<int64_t>& dims :
         { std::vector<int64_t>{ (1 << 27) + 1 },
           std::vector<int64_t>{ 1 << 14, 1 << 14 },
           std::vector<int64_t>{ int64_t(1) << 62, int64_t(1) << 62 },
           std::vector<int64_t>{ -4 } }) {
        model.sparse = { sparse(dims) };
        check_error("sparse tensor 'big' has more than 2^27 elements");
        model.sparse.clear();
        model.nodes[0] = qa::node(
            "Gemm",
            { "symbols", "w", "b" },
            { "logits" },
            { wire_writer().bytes(1, "sparse_value").message(22, sparse(dims)) });
        check_error("sparse tensor 'big' has more than 2^27 elements");
    }
    model.nodes.clear();
    model.sparse = { sparse({ 1 << 27 }) };
    BOOST_CHECK_EQUAL(error(), "no error");
}

BOOST_AUTO_TEST_CASE(types_have_names)
{
    BOOST_CHECK_EQUAL(onnx_type_name(1), "float32");
    BOOST_CHECK_EQUAL(onnx_type_name(7), "int64");
    BOOST_CHECK_EQUAL(onnx_type_name(13), "uint64");
    BOOST_CHECK_EQUAL(onnx_type_name(14), "type 14");
    BOOST_CHECK_EQUAL(onnx_type_name(-1), "type -1");
}

BOOST_AUTO_TEST_SUITE_END()
