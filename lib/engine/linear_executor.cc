/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "linear_executor.h"

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

size_t round_up(size_t x, size_t multiple)
{
    return (x + multiple - 1) / multiple * multiple;
}

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

} // namespace

std::unique_ptr<linear_executor> linear_executor::recognise(const onnx_file& file)
{
    if (file.inputs.size() != 1 || file.outputs.size() != 1 || file.has_functions)
        return nullptr;
    const auto& nodes = file.nodes;
    const onnx_tensor* weights = nullptr;
    const onnx_tensor* bias = nullptr;
    bool rows_are_outputs = false;
    if (nodes.size() == 1 && is_default(nodes[0], "Gemm") &&
        nodes[0].inputs.size() == 3 && nodes[0].outputs.size() == 1) {
        const onnx_node& gemm = nodes[0];
        if (gemm.inputs[0] != file.inputs[0].name ||
            gemm.outputs[0] != file.outputs[0].name || flag(gemm, "transA") ||
            number_or(gemm.floats, "alpha", 1.0f) != 1.0f ||
            number_or(gemm.floats, "beta", 1.0f) != 1.0f)
            return nullptr;
        weights = find_weights(file, gemm.inputs[1]);
        bias = find_weights(file, gemm.inputs[2]);
        rows_are_outputs = flag(gemm, "transB");
    } else if (nodes.size() == 2 && is_default(nodes[0], "MatMul") &&
               is_default(nodes[1], "Add") && nodes[0].inputs.size() == 2 &&
               nodes[0].outputs.size() == 1 && nodes[1].inputs.size() == 2 &&
               nodes[1].outputs.size() == 1) {
        const onnx_node& product = nodes[0];
        const onnx_node& sum = nodes[1];
        const bool product_first = sum.inputs[0] == product.outputs[0];
        if (product.inputs[0] != file.inputs[0].name ||
            sum.outputs[0] != file.outputs[0].name ||
            sum.inputs[product_first ? 0 : 1] != product.outputs[0])
            return nullptr;
        weights = find_weights(file, product.inputs[1]);
        bias = find_weights(file, sum.inputs[product_first ? 1 : 0]);
    }
    if (!weights || !bias || weights->dims.size() != 2 || bias->dims.empty() ||
        bias->dims.size() > 2 || bias->dims.back() != bias->elements())
        return nullptr;

    const size_t n = weights->dims[rows_are_outputs ? 1 : 0];
    const size_t m = weights->dims[rows_are_outputs ? 0 : 1];
    if (n < 1 || n > widest_linear_layer || m < 2 || m > 256 || bias->data.size() != m ||
        n != row_length(file.inputs[0]) || m != row_length(file.outputs[0]) ||
        !kernels().all_finite(weights->data.data(), weights->data.size()) ||
        !kernels().all_finite(bias->data.data(), bias->data.size()))
        return nullptr;
    std::vector<float> rows(m * n);
    for (size_t r = 0; r < m; ++r)
        for (size_t i = 0; i < n; ++i)
            rows[r * n + i] = weights->data[rows_are_outputs ? r * n + i : i * m + r];
    return std::unique_ptr<linear_executor>(new linear_executor(rows, bias->data, n));
}

linear_executor::linear_executor(const std::vector<float>& weights,
                                 const std::vector<float>& bias,
                                 size_t n)
    : d_m(bias.size())
{
    const size_t rows = round_up(d_m, 4), stride = round_up(d_m, 16);
    d_packed.assign(rows * n, 0.0f);
    d_bias.assign(rows, -std::numeric_limits<float>::infinity());
    d_columns.assign(n * stride, 0.0f);
    d_padded_bias.assign(stride, 0.0f);
    for (size_t m = 0; m < d_m; ++m) {
        d_bias[m] = d_padded_bias[m] = bias[m];
        for (size_t i = 0; i < n; ++i) {
            d_packed[(m / 4 * n + i) * 4 + m % 4] = weights[m * n + i];
            d_columns[i * stride + m] = weights[m * n + i];
        }
    }
    d_view = { n,
               rows,
               d_packed.data(),
               d_bias.data(),
               d_columns.data(),
               stride,
               d_padded_bias.data() };
}

void linear_executor::logits(const float* symbols,
                             const float* csi,
                             size_t batch,
                             float* logits)
{
    (void)csi;
    kernels().linear_logits(d_view, symbols, batch, d_m, logits);
}

void linear_executor::decide(const float* symbols,
                             const float* csi,
                             size_t batch,
                             uint8_t* messages)
{
    (void)csi;
    kernels().linear_decide(d_view, symbols, batch, messages);
}

} // namespace engine
} // namespace dlcomm
} // namespace gr
