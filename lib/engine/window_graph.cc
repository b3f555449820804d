/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "node_reading.h"
#include "window_graph.h"

#include <cmath>

namespace gr {
namespace dlcomm {
namespace engine {
namespace {

constexpr size_t largest_window = 1 << 16;
constexpr size_t most_tensors = 256;
constexpr size_t most_power_steps = 8;

} // namespace

const window_signal* window_graph::find(const onnx_node& node, size_t input) const
{
    if (input >= node.inputs.size())
        return nullptr;
    const auto found = d_signals.find(node.inputs[input]);
    return found == d_signals.end() ? nullptr : &found->second;
}

// A tensor of real numbers, channels first.
const window_signal* window_graph::find_tensor(const onnx_node& node, size_t input) const
{
    const window_signal* found = find(node, input);
    return found && found->what == window_signal::tensor && !found->codes && !found->time_first
               ? found
               : nullptr;
}

// `chained`: the new window_signal is the old one's tensor still, and so read where that is.
bool window_graph::name(const onnx_node& node, window_signal made, bool chained)
{
    const auto readers = d_readers.find(node.outputs[0]);
    made.sole =
        (made.sole || !chained) && readers != d_readers.end() && readers->second == 1;
    return d_signals.emplace(node.outputs[0], made).second;
}

std::optional<float> window_graph::number(const onnx_node& node, size_t input) const
{
    if (input >= node.inputs.size())
        return std::nullopt;
    const auto found = d_constants.find(node.inputs[input]);
    if (!found || found->data.size() != 1 || !std::isfinite(found->data[0]))
        return std::nullopt;
    return found->data[0];
}

size_t window_graph::add_tensor(size_t channels, size_t length)
{
    d_network.tensors.push_back({ channels, length, std::nullopt });
    return d_network.tensors.size() - 1;
}

// Tensor 0 is made of the samples as they are or of normalised ones, not of both.
bool window_graph::use_samples(bool normalised)
{
    if (!d_network.tensors.empty())
        return false;
    d_network.normalises = normalised;
    add_tensor(2, d_network.window);
    return true;
}

bool window_graph::multiply(const onnx_node& node)
{
    const window_signal *left = find(node, 0), *right = find(node, 1);
    if (!left || !right || left->what != window_signal::samples ||
        right->what != window_signal::samples)
        return combine_power(node, power_step::times);
    window_signal made;
    made.what = window_signal::squares;
    return name(node, made);
}

bool window_graph::combine_power(const onnx_node& node, power_step::operation kind)
{
    if (node.inputs.size() != 2)
        return false;
    const bool power_first = find(node, 0) != nullptr;
    const window_signal* power = find(node, power_first ? 0 : 1);
    const auto other = number(node, power_first ? 1 : 0);
    if (!power || power->what != window_signal::power || !other)
        return false;
    window_signal made = *power;
    if (made.steps.size() == most_power_steps)
        return false;
    made.steps.push_back({ kind, *other });
    return name(node, made);
}

bool window_graph::take_root(const onnx_node& node)
{
    const window_signal* power = find(node, 0);
    if (!power || power->what != window_signal::power)
        return false;
    window_signal made = *power;
    made.what = window_signal::root;
    return name(node, made);
}

bool window_graph::divide(const onnx_node& node)
{
    const window_signal *samples = find(node, 0), *root = find(node, 1);
    if (!samples || !root || samples->what != window_signal::samples ||
        root->what != window_signal::root || !use_samples(true))
        return false;
    d_network.power = root->steps;
    window_signal made;
    made.time_first = true;
    return name(node, made, false);
}

bool window_graph::transpose(const onnx_node& node)
{
    const window_signal* from = find(node, 0);
    const std::vector<int64_t> swapped = { 0, 2, 1 };
    if (!from || list_or(node, "perm", {}) != swapped)
        return false;
    window_signal made = *from;
    if (from->what == window_signal::samples) {
        if (!use_samples(false))
            return false;
        made = window_signal();
    } else if (from->what != window_signal::tensor || !from->time_first) {
        return false;
    }
    made.time_first = false;
    return name(node, made, from->what == window_signal::tensor);
}

bool window_graph::take(const onnx_node& node)
{
    if (node.outputs.size() != 1 || node.inputs.empty() ||
        !(node.domain.empty() || node.domain == "ai.onnx") ||
        d_network.tensors.size() + node.inputs.size() > most_tensors)
        return false;
    const std::string& kind = node.op_type;
    const window_signal* first = find_tensor(node, 0);
    if (kind == "Mul")
        return multiply(node);
    if (kind == "Add")
        return combine_power(node, power_step::plus);
    if (kind == "Max")
        return combine_power(node, power_step::at_least);
    if (kind == "Sqrt")
        return take_root(node);
    if (kind == "Div")
        return divide(node);
    if (kind == "Transpose")
        return transpose(node);
    if (kind == "QuantizeLinear")
        return quantize(node);
    if (kind == "DequantizeLinear")
        return dequantize(node);
    if (kind == "Conv")
        return convolve(node);
    if (kind == "Gemm")
        return gemm(node);
    if (kind == "Relu")
        return first &&
               clamp(node, *first, 0.0f, std::numeric_limits<float>::infinity());
    if (kind == "Clip")
        return clip(node);
    if (kind == "ReduceMean")
        return reduce(node);
    if (kind == "GlobalAveragePool")
        return first && !first->flat && pool(node, *first, false);
    if (kind == "Concat")
        return concatenate(node);
    return kind == "Flatten" && flatten(node);
}

std::optional<window_network> window_graph::read()
{
    if (d_file.inputs.size() != 1 || d_file.outputs.size() != 1 || d_file.has_functions)
        return std::nullopt;
    const onnx_value &input = d_file.inputs[0], &output = d_file.outputs[0];
    if (input.type != onnx_float || input.shape.size() != 3 || input.shape[1] < 1 ||
        input.shape[1] > static_cast<int64_t>(largest_window) || input.shape[2] != 2 ||
        output.shape.size() != 2)
        return std::nullopt;
    d_network.window = input.shape[1];
    for (const onnx_node* node : d_constants.other_nodes())
        for (const auto& name : node->inputs)
            ++d_readers[name];
    ++d_readers[output.name];
    window_signal samples;
    samples.what = window_signal::samples;
    d_signals.emplace(input.name, samples);
    for (const onnx_node* node : d_constants.other_nodes())
        if (!take(*node))
            return std::nullopt;
    const auto last = d_signals.find(output.name);
    if (last == d_signals.end() || last->second.what != window_signal::tensor ||
        last->second.codes || !last->second.flat)
        return std::nullopt;
    window_signal logits = last->second;
    if (d_network.tensors[logits.number].grid)
        logits = as_reals(logits);
    const window_tensor& made = d_network.tensors[logits.number];
    if (made.length != 1 || static_cast<int64_t>(made.channels) != output.shape[1])
        return std::nullopt;
    d_network.logits = logits.number;
    return std::move(d_network);
}

std::optional<window_network> read_window_network(const onnx_file& file)
{
    return window_graph(file).read();
}

} // namespace engine
} // namespace dlcomm
} // namespace gr
