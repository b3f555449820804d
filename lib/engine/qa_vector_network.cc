/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "engine/qa_model_writer.h"
#include "engine/vector_network.h"

#include <boost/test/unit_test.hpp>

using namespace gr::dlcomm::engine;
using floats = std::vector<float>;

namespace {

struct fixture {
    fixture()
    {
        model.inputs = { qa::value("x", onnx_float, { -1, 2, 3 }) };
        model.outputs = { qa::value("y", onnx_float, { -1, 6 }) };
        model.nodes = { qa::node("Flatten", { "x" }, { "flat" }),
                        qa::node("Relu", { "flat" }, { "y" }) };
    }

    std::string write() { return folder.write("net.onnx", model.bytes()); }

    void refused(const std::string& part)
    {
        const std::string path = write();
        const std::string text = qa::error_of([&] { vector_network network(path); });
        BOOST_TEST_INFO(text);
        BOOST_CHECK(text.find("model '" + path + "': " + part) == 0);
    }

    qa::scratch_folder folder;
    qa::model model;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(vector_networks, fixture)

BOOST_AUTO_TEST_CASE(rows_go_through_the_network)
{
    vector_network network(write());
    BOOST_CHECK_EQUAL(network.input_row(), 6u);
    BOOST_CHECK_EQUAL(network.output_row(), 6u);
    for (const size_t rows : { 1, 2, 50 }) {
        floats in(rows * 6), out(rows * 6 + 1, 42.0f);
        for (size_t i = 0; i < in.size(); ++i)
            in[i] = i % 2 ? -1.0f * i : 1.0f * i;
        network.run(in.data(), out.data(), rows);
        for (size_t i = 0; i < in.size(); ++i)
            BOOST_CHECK_EQUAL(out[i], std::max(0.0f, in[i]));
        BOOST_CHECK_EQUAL(out.back(), 42.0f);
    }
}

BOOST_AUTO_TEST_CASE(other_interfaces_are_refused)
{
    const auto good_input = model.inputs[0], good_output = model.outputs[0];
    model.inputs.push_back(qa::value("z", onnx_float, { -1, 2 }));
    refused("the number of inputs is 2, expected 1");
    model.inputs = { qa::value("x", 10, { -1, 6 }) };
    refused("input 'x' is float16, expected float32");
    model.inputs = { qa::value("x", onnx_float, { 4, 2, 3 }) };
    refused("input 'x' has a batch axis of 4, expected a free one");
    model.inputs = { good_input };
    model.outputs.push_back(qa::value("flat", onnx_float, { -1, 6 }));
    refused("the number of outputs is 2, expected 1");
    model.outputs = { qa::value("y", onnx_float, { -1, -1 }) };
    refused("tensor 'y': dimension 1 is free, empty or too large");
    model.outputs = { qa::value("y", onnx_float, { -1, int64_t(1) << 40 }) };
    refused("");
    model.outputs = { good_output };
    model.inputs = { qa::value("x", onnx_float, { -1, -1, 3 }) };
    refused("tensor 'x': dimension 1 is free, empty or too large");
}

BOOST_AUTO_TEST_CASE(complaints_of_the_runtime_fit_on_a_line)
{
    model.nodes[1] = qa::node("NoSuch\nOperator", { "flat" }, { "y" });
    refused("ONNX Runtime ");
}

BOOST_AUTO_TEST_SUITE_END()
