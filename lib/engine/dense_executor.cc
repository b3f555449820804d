/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "dense_executor.h"

#include <limits>

namespace gr {
namespace dlcomm {
namespace engine {
namespace {

// The float32 initializer of this name, if its values are in the file and there is one
// only: which of several the runtime would take is not ours to guess.
const onnx_tensor* find_weights(const onnx_file& file, const std::string& name)
{
    const onnx_tensor* found = nullptr;
    for (const auto& tensor : file.initializers) {
        if (tensor.name != name)
            continue;
        if (found || tensor.type != onnx_float ||
            tensor.elements() != static_cast<int64_t>(tensor.data.size()))
            return nullptr;
        found = &tensor;
    }
    return found;
}

// Length of a [batch, length] tensor; 0 when it has another shape.
size_t row_length(const onnx_value& value)
{
    return value.shape.size() == 2 && value.shape[1] > 0 ? value.shape[1] : 0;
}

constexpr size_t most_layers = 4;
constexpr size_t most_outputs = 256;

float number_or(const std::map<std::string, float>& numbers,
                const char* name,
                float other)
{
    const auto found = numbers.find(name);
    return found == numbers.end() ? other : found->second;
}

bool flag(const onnx_node& node, const char* name)
{
    const auto found = node.ints.find(name);
    return found != node.ints.end() && found->second != 0;
}

bool is_default(const onnx_node& node, const char* op_type)
{
    return node.op_type == op_type && (node.domain.empty() || node.domain == "ai.onnx");
}

// A dense layer as it stands in a file.
struct dense_nodes {
    const onnx_tensor* weights = nullptr;
    const onnx_tensor* bias = nullptr;
    bool rows_are_outputs = false;
    std::string output;
    size_t nodes = 0; // how many nodes it takes up; 0: there is none
};

// The dense layer that begins at nodes[at] and reads the tensor `input`.
dense_nodes dense_at(const onnx_file& file, size_t at, const std::string& input)
{
    dense_nodes found;
    const auto& nodes = file.nodes;
    if (at >= nodes.size() || nodes[at].outputs.size() != 1 || nodes[at].inputs.empty() ||
        nodes[at].inputs[0] != input)
        return found;
    const onnx_node& first = nodes[at];
    if (is_default(first, "Gemm") && first.inputs.size() == 3) {
        if (flag(first, "transA") || number_or(first.floats, "alpha", 1.0f) != 1.0f ||
            number_or(first.floats, "beta", 1.0f) != 1.0f)
            return found;
        found.weights = find_weights(file, first.inputs[1]);
        found.bias = find_weights(file, first.inputs[2]);
        found.rows_are_outputs = flag(first, "transB");
        found.output = first.outputs[0];
        found.nodes = 1;
    } else if (is_default(first, "MatMul") && first.inputs.size() == 2 &&
               at + 1 < nodes.size()) {
        const onnx_node& sum = nodes[at + 1];
        if (!is_default(sum, "Add") || sum.inputs.size() != 2 || sum.outputs.size() != 1)
            return found;
        const bool product_first = sum.inputs[0] == first.outputs[0];
        if (sum.inputs[product_first ? 0 : 1] != first.outputs[0])
            return found;
        found.weights = find_weights(file, first.inputs[1]);
        found.bias = find_weights(file, sum.inputs[product_first ? 1 : 0]);
        found.output = sum.outputs[0];
        found.nodes = 2;
    }
    return found;
}

// The layer takes `inputs` values and gives at most `widest`, all numbers finite.
bool fits(const dense_nodes& dense, size_t inputs, size_t widest)
{
    const onnx_tensor *weights = dense.weights, *bias = dense.bias;
    if (!weights || !bias || weights->dims.size() != 2 || bias->dims.empty() ||
        bias->dims.size() > 2 || bias->dims.back() != bias->elements())
        return false;
    const size_t n = weights->dims[dense.rows_are_outputs ? 1 : 0];
    const size_t m = weights->dims[dense.rows_are_outputs ? 0 : 1];
    return n == inputs && m >= 1 && m <= widest && bias->data.size() == m &&
           kernels().all_finite(weights->data.data(), weights->data.size()) &&
           kernels().all_finite(bias->data.data(), bias->data.size());
}

} // namespace

std::unique_ptr<dense_executor> dense_executor::recognise(const onnx_file& file)
{
    if (file.inputs.size() != 1 || file.outputs.size() != 1 || file.has_functions)
        return nullptr;
    std::unique_ptr<dense_executor> made(new dense_executor);
    std::string tensor = file.inputs[0].name;
    size_t width = row_length(file.inputs[0]);
    if (width < 1 || width > widest_dense_layer)
        return nullptr;
    for (size_t at = 0; made->d_layers.size() < most_layers;) {
        const dense_nodes dense = dense_at(file, at, tensor);
        at += dense.nodes;
        const bool last = at == file.nodes.size();
        if (dense.nodes == 0 ||
            !fits(dense, width, last ? most_outputs : widest_dense_layer))
            return nullptr;

        const size_t m = dense.bias->data.size(), rows = (m + 3) / 4 * 4;
        layer packed;
        packed.inputs = width;
        packed.packed.assign(rows * width, 0.0f);
        packed.bias.assign(rows, -std::numeric_limits<float>::infinity());
        for (size_t r = 0; r < m; ++r) {
            packed.bias[r] = dense.bias->data[r];
            for (size_t i = 0; i < width; ++i)
                packed.packed[(r / 4 * width + i) * 4 + r % 4] =
                    dense.weights
                        ->data[dense.rows_are_outputs ? r * width + i : i * m + r];
        }
        made->d_layers.push_back(std::move(packed));
        tensor = dense.output;
        width = m;
        if (last)
            break;

        const onnx_node& relu = file.nodes[at++];
        if (!is_default(relu, "Relu") || relu.inputs.size() != 1 ||
            relu.inputs[0] != tensor || relu.outputs.size() != 1)
            return nullptr;
        tensor = relu.outputs[0];
        if (at == file.nodes.size())
            return nullptr; // a ReLU behind the last layer
    }
    if (tensor != file.outputs[0].name || width != row_length(file.outputs[0]))
        return nullptr;

    for (const auto& layer : made->d_layers)
        made->d_views.push_back(
            { layer.inputs, layer.bias.size(), layer.packed.data(), layer.bias.data() });
    made->d_network = { made->d_views.data(), made->d_views.size() };
    made->d_m = width;
    return made;
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
