/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "vector_network.h"

#include <vector>

namespace gr {
namespace dlcomm {
namespace engine {
namespace {

const onnx_file& checked(const onnx_file& file)
{
    if (file.inputs.size() != 1)
        throw model_error(file.path,
                          "the number of inputs is " +
                              std::to_string(file.inputs.size()) + ", expected 1");
    const onnx_value& input = file.inputs[0];
    if (input.type != onnx_float)
        throw model_error(file.path,
                          "input '" + input.name + "' is " + onnx_type_name(input.type) +
                              ", expected float32");
    if (!input.shape.empty() && input.shape[0] >= 0)
        throw model_error(file.path,
                          "input '" + input.name + "' has a batch axis of " +
                              std::to_string(input.shape[0]) + ", expected a free one");
    return file;
}

} // namespace

vector_network::vector_network(const std::string& path)
    : vector_network(read_onnx_file(path))
{
}

vector_network::vector_network(const onnx_file& file)
    : d_path(file.path), d_session(checked(file)), d_output_row(d_session.output_row())
{
    d_input_row = 1;
    for (size_t i = 1; i < file.inputs[0].shape.size(); ++i)
        d_input_row *= file.inputs[0].shape[i];
    // A graph whose shapes only work for one batch size fails here, not on the air.
    for (const size_t batch : { size_t(1), size_t(3) }) {
        const std::vector<float> in(batch * d_input_row, 0.0f);
        std::vector<float> out(batch * d_output_row);
        run(in.data(), out.data(), batch);
    }
}

void vector_network::run(const float* in, float* out, size_t rows)
{
    const void* input = in;
    d_session.run(&input, out, rows);
}

} // namespace engine
} // namespace dlcomm
} // namespace gr
