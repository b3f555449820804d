/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "constant_weights.h"
#include "dense_executor.h"
#include "node_reading.h"

#include <algorithm>
#include <optional>

namespace gr {
namespace dlcomm {
namespace engine {
namespace {

// Length of a [batch, length] tensor; 0 when it has another shape.
size_t row_length(const onnx_value& value)
{
    return value.shape.size() == 2 && value.shape[1] > 0 ? value.shape[1] : 0;
}

constexpr size_t most_layers = 8;

bool is_default(const onnx_node& node, const char* op_type)
{
    return node.op_type == op_type && (node.domain.empty() || node.domain == "ai.onnx");
}

using weights_tensor = std::optional<constant_weights::tensor>;

// A dense layer as it stands in a file.
struct dense_nodes {
    weights_tensor weights, bias;
    bool rows_are_outputs = false;
    std::string output;
    size_t nodes = 0; // how many nodes it takes up; 0: there is none
};

// The dense layer that begins at the node `at` of those that read no constants only, and
// reads the tensor `input`.
dense_nodes dense_at(const constant_weights& file, size_t at, const std::string& input)
{
    dense_nodes found;
    const auto& nodes = file.other_nodes();
    if (at >= nodes.size() || nodes[at]->outputs.size() != 1 ||
        nodes[at]->inputs.empty() || nodes[at]->inputs[0] != input)
        return found;
    const onnx_node& first = *nodes[at];
    if (is_default(first, "Gemm") && first.inputs.size() == 3) {
        if (integer_or(first, "transA", 0) != 0 ||
            float_or(first, "alpha", 1.0f) != 1.0f ||
            float_or(first, "beta", 1.0f) != 1.0f)
            return found;
        found.weights = file.find(first.inputs[1]);
        found.bias = file.find(first.inputs[2]);
        found.rows_are_outputs = integer_or(first, "transB", 0) != 0;
        found.output = first.outputs[0];
        found.nodes = 1;
    } else if (is_default(first, "MatMul") && first.inputs.size() == 2 &&
               at + 1 < nodes.size()) {
        const onnx_node& sum = *nodes[at + 1];
        if (!is_default(sum, "Add") || sum.inputs.size() != 2 || sum.outputs.size() != 1)
            return found;
        const bool product_first = sum.inputs[0] == first.outputs[0];
        if (sum.inputs[product_first ? 0 : 1] != first.outputs[0])
            return found;
        found.weights = file.find(first.inputs[1]);
        found.bias = file.find(sum.inputs[product_first ? 1 : 0]);
        found.output = sum.outputs[0];
        found.nodes = 2;
    }
    return found;
}

// The layer takes `inputs` values, gives no more than the kernels take, and all its
// numbers are finite.
bool fits(const dense_nodes& dense, size_t inputs)
{
    const weights_tensor &weights = dense.weights, &bias = dense.bias;
    if (!weights || !bias || weights->dims.size() != 2 || bias->dims.empty() ||
        bias->dims.size() > 2 ||
        bias->dims.back() != static_cast<int64_t>(bias->data.size()))
        return false;
    const size_t n = weights->dims[dense.rows_are_outputs ? 1 : 0];
    const size_t m = weights->dims[dense.rows_are_outputs ? 0 : 1];
    return n == inputs && m >= 1 && m <= widest_dense_layer && bias->data.size() == m &&
           kernels().all_finite(weights->data.data(), weights->data.size()) &&
           kernels().all_finite(bias->data.data(), bias->data.size());
}

packed_layer packed(const dense_nodes& dense, size_t inputs, bool relu)
{
    const size_t m = dense.bias->data.size();
    std::vector<float> rows = dense.weights->data;
    if (!dense.rows_are_outputs)
        for (size_t r = 0; r < m; ++r)
            for (size_t i = 0; i < inputs; ++i)
                rows[r * inputs + i] = dense.weights->data[i * m + r];
    return packed_layer(rows.data(), dense.bias->data.data(), inputs, m, relu);
}

} // namespace

std::unique_ptr<dense_executor> dense_executor::recognise(const onnx_file& file)
{
    if (file.inputs.size() != 1 || file.outputs.size() != 1 || file.has_functions)
        return nullptr;
    std::unique_ptr<dense_executor> made(new dense_executor);
    const constant_weights constants(file);
    const auto& nodes = constants.other_nodes();
    std::string tensor = file.inputs[0].name;
    size_t width = row_length(file.inputs[0]);
    if (width < 1 || width > widest_dense_layer)
        return nullptr;
    size_t at = 0;
    while (at < nodes.size() && made->d_layers.size() < most_layers) {
        const dense_nodes dense = dense_at(constants, at, tensor);
        if (dense.nodes == 0 || !fits(dense, width))
            return nullptr;
        at += dense.nodes;
        tensor = dense.output;
        const bool relu = at < nodes.size() && is_default(*nodes[at], "Relu");
        if (relu) {
            if (nodes[at]->inputs.size() != 1 || nodes[at]->inputs[0] != tensor ||
                nodes[at]->outputs.size() != 1 || at + 1 == nodes.size())
                return nullptr; // fed from elsewhere, or behind the last layer
            tensor = nodes[at++]->outputs[0];
        }
        made->d_layers.push_back(packed(dense, width, relu));
        width = dense.bias->data.size();
    }
    if (at != nodes.size() || made->d_layers.empty() || tensor != file.outputs[0].name ||
        width != row_length(file.outputs[0]))
        return nullptr;

    for (const auto& layer : made->d_layers)
        made->d_views.push_back(layer.view());
    made->d_network = { made->d_views.data(), made->d_views.size() };
    made->d_m = width;
    return made;
}

const char* dense_executor::name() const
{
    return std::any_of(d_layers.begin(),
                       d_layers.end(),
                       [](const packed_layer& layer) { return layer.sparse(); })
               ? "sparse"
               : "dense";
}

void dense_executor::logits(const float* symbols,
                            const float* /*csi*/,
                            size_t batch,
                            float* logits)
{
    kernels().dense_logits(d_network, symbols, batch, d_m, logits);
}

void dense_executor::decide(const float* symbols,
                            const float* /*csi*/,
                            size_t batch,
                            uint8_t* messages)
{
    kernels().dense_decide(d_network, symbols, batch, messages);
}

} // namespace engine
} // namespace dlcomm
} // namespace gr
