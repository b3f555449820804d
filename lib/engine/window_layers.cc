/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "kernels.h"
#include "node_reading.h"
#include "window_graph.h"

#include <algorithm>
#include <cmath>

namespace gr {
namespace dlcomm {
namespace engine {
namespace {

constexpr int64_t longest_reach = 1024; // taps, steps and padding of a convolution
// Sums of integers up to here are exact in float32.
constexpr double largest_sum = 1 << 24;

// The axes that a reduction goes over, with those from the end made positive.
std::vector<int64_t>
reduced_axes(const onnx_node& node, const constant_weights& constants, int64_t rank)
{
    std::vector<int64_t> axes = list_or(node, "axes", {});
    if (node.inputs.size() == 2) {
        const auto given = constants.find_integers(node.inputs[1]);
        if (given)
            axes.assign(given->data.begin(), given->data.end());
    }
    for (auto& axis : axes)
        axis += axis < 0 ? rank : 0;
    std::sort(axes.begin(), axes.end());
    return axes;
}

// Weights with one row per output.
std::vector<float>
in_rows(const std::vector<float>& weights, size_t outputs, bool rows_are_outputs)
{
    if (rows_are_outputs)
        return weights;
    const size_t inputs = weights.size() / outputs;
    std::vector<float> rows(weights.size());
    for (size_t r = 0; r < outputs; ++r)
        for (size_t i = 0; i < inputs; ++i)
            rows[r * inputs + i] = weights[i * outputs + r];
    return rows;
}

} // namespace

// Weights and bias, inputs 1 and 2 of the node, for a stage whose other parts are set.
bool window_graph::weigh(const onnx_node& node, window_stage& stage, bool rows_are_outputs)
{
    const auto weights = d_constants.find(node.inputs[1]);
    const bool has_bias = node.inputs.size() == 3 && !node.inputs[2].empty();
    const auto bias =
        has_bias ? d_constants.find(node.inputs[2])
                 : constant_weights::tensor{ {}, std::vector<float>(stage.channels) };
    if (!weights || !bias || bias->data.size() != stage.channels ||
        (has_bias && (bias->dims.empty() ||
                      bias->dims.back() != static_cast<int64_t>(stage.channels))))
        return false;
    stage.weights = in_rows(weights->data, stage.channels, rows_are_outputs);
    stage.bias = bias->data;
    if (d_network.tensors[stage.input].grid &&
        !weigh_integers(node, stage, rows_are_outputs)) {
        stage.factors.clear();
        for (auto& weight : stage.weights)
            weight *= d_network.tensors[stage.input].grid->step;
    }
    for (const auto* numbers : { &stage.weights, &stage.bias, &stage.factors })
        if (!kernels().all_finite(numbers->data(), numbers->size()))
            return false;
    return true;
}

// The same as integers, where the file has them and their sums are exact in float32.
bool window_graph::weigh_integers(const onnx_node& node,
                                  window_stage& stage,
                                  bool rows_are_outputs)
{
    const number_grid grid = *d_network.tensors[stage.input].grid;
    const bool has_bias = node.inputs.size() == 3 && !node.inputs[2].empty();
    const auto codes = d_constants.find_scaled(node.inputs[1]);
    const auto bias = has_bias ? d_constants.find_scaled(node.inputs[2])
                               : constant_weights::scaled_integers{};
    const size_t axis = rows_are_outputs ? 0 : 1;
    if (!codes || (codes->scales.size() > 1 && codes->axis != axis) || !bias ||
        (has_bias && bias->type != onnx_int32))
        return false;
    const size_t m = stage.channels, n = codes->data.size() / m;
    const auto of = [](const std::vector<float>& scales, size_t r) {
        return scales[scales.size() == 1 ? 0 : r];
    };
    std::vector<float> integers(codes->data.begin(), codes->data.end());
    integers = in_rows(integers, m, rows_are_outputs);
    for (size_t r = 0; r < m; ++r) {
        const float factor = grid.step * of(codes->scales, r);
        // A bias counts in the steps of the sums.
        if (has_bias &&
            std::fabs(of(bias->scales, r) - factor) > 1e-4f * std::fabs(factor))
            return false;
        double sum = 0.0;
        for (size_t i = 0; i < n; ++i)
            sum += std::fabs(integers[r * n + i]);
        if (sum * std::max(-grid.low, grid.high) > largest_sum)
            return false;
        stage.factors.push_back(factor);
    }
    stage.weights = std::move(integers);
    if (has_bias)
        stage.bias.assign(bias->data.begin(), bias->data.end());
    return true;
}

bool window_graph::convolve(const onnx_node& node)
{
    const window_signal* from = find_tensor(node, 0);
    if (!from || from->flat || node.inputs.size() < 2 || node.inputs.size() > 3)
        return false;
    const auto weights = d_constants.find(node.inputs[1]);
    const window_tensor& source = d_network.tensors[from->number];
    const auto auto_pad = node.texts.find("auto_pad");
    if (!weights || weights->dims.size() != 3 ||
        (auto_pad != node.texts.end() && auto_pad->second != "NOTSET"))
        return false;
    const int64_t channels = weights->dims[0], inputs = weights->dims[1],
                  taps = weights->dims[2], before = source.channels,
                  group = integer_or(node, "group", 1);
    const auto steps = list_or(node, "strides", { 1 });
    const auto pads = list_or(node, "pads", { 0, 0 });
    const bool depthwise = group > 1;
    const auto within = [](int64_t x, int64_t low) {
        return x >= low && x <= longest_reach;
    };
    if (channels < 1 || channels > static_cast<int64_t>(most_window_channels) ||
        !within(taps, 1) || steps.size() != 1 || !within(steps[0], 1) ||
        pads.size() != 2 || !within(pads[0], 0) || !within(pads[1], 0) ||
        list_or(node, "dilations", { 1 }) != std::vector<int64_t>{ 1 } ||
        list_or(node, "kernel_shape", { taps }) != std::vector<int64_t>{ taps } ||
        (depthwise ? group != before || channels != before || inputs != 1
                   : group != 1 || inputs != before))
        return false;
    const int64_t span = static_cast<int64_t>(source.length) + pads[0] + pads[1] - taps;
    if (span < 0)
        return false;
    window_stage stage;
    stage.kind = depthwise ? stage_kind::depthwise : stage_kind::convolution;
    stage.input = from->number;
    stage.channels = channels;
    stage.taps = taps;
    stage.step = steps[0];
    stage.pad = pads[0];
    if (!weigh(node, stage, true))
        return false;
    stage.output = add_tensor(channels, span / steps[0] + 1);
    d_network.stages.push_back(stage);
    window_signal made;
    made.number = stage.output;
    return name(node, made, false);
}

// A dense layer is a convolution that is as long as its input.
bool window_graph::gemm(const onnx_node& node)
{
    const window_signal* from = find_tensor(node, 0);
    if (!from || !from->flat || node.inputs.size() < 2 || node.inputs.size() > 3 ||
        integer_or(node, "transA", 0) != 0 || float_or(node, "alpha", 1.0f) != 1.0f ||
        float_or(node, "beta", 1.0f) != 1.0f)
        return false;
    const auto weights = d_constants.find(node.inputs[1]);
    const window_tensor& source = d_network.tensors[from->number];
    const bool rows_are_outputs = integer_or(node, "transB", 0) != 0;
    if (!weights || weights->dims.size() != 2)
        return false;
    const int64_t channels = weights->dims[rows_are_outputs ? 0 : 1],
                  inputs = weights->dims[rows_are_outputs ? 1 : 0];
    if (channels < 1 || channels > static_cast<int64_t>(most_window_channels) ||
        inputs != static_cast<int64_t>(source.channels * source.length))
        return false;
    window_stage stage;
    stage.kind = stage_kind::convolution;
    stage.input = from->number;
    stage.channels = channels;
    stage.taps = source.length;
    if (!weigh(node, stage, rows_are_outputs))
        return false;
    stage.output = add_tensor(channels, 1);
    d_network.stages.push_back(stage);
    window_signal made;
    made.number = stage.output;
    made.flat = true;
    return name(node, made, false);
}

bool window_graph::reduce(const onnx_node& node)
{
    const window_signal* from = find(node, 0);
    const auto axes = reduced_axes(node, d_constants, 3);
    const bool keeps = integer_or(node, "keepdims", 1) != 0;
    if (!from)
        return false;
    if (from->what == window_signal::squares) {
        window_signal made;
        made.what = window_signal::power;
        return keeps && axes == std::vector<int64_t>{ 1, 2 } && name(node, made);
    }
    from = find_tensor(node, 0);
    return from && !from->flat && axes == std::vector<int64_t>{ 2 } &&
           pool(node, *from, !keeps);
}

bool window_graph::pool(const onnx_node& node, const window_signal& from, bool flat)
{
    const window_tensor source = d_network.tensors[from.number];
    window_stage stage;
    stage.kind = stage_kind::mean;
    stage.input = from.number;
    stage.channels = source.channels;
    stage.taps = source.length;
    stage.scale = source.grid ? source.grid->step : 1.0f;
    stage.output = add_tensor(source.channels, 1);
    d_network.stages.push_back(stage);
    window_signal made;
    made.number = stage.output;
    made.flat = flat;
    return name(node, made, false);
}

bool window_graph::concatenate(const onnx_node& node)
{
    size_t channels = 0;
    std::vector<window_signal> parts;
    for (size_t i = 0; i < node.inputs.size(); ++i) {
        const window_signal* part = find_tensor(node, i);
        if (!part || d_network.tensors[part->number].length != 1 ||
            part->flat != find(node, 0)->flat)
            return false;
        channels += d_network.tensors[part->number].channels;
        parts.push_back(*part);
    }
    const int64_t axis = integer_or(node, "axis", 0);
    if (parts.empty() || channels > most_window_channels)
        return false;
    const int64_t rank = parts[0].flat ? 2 : 3;
    if (axis != 1 && axis + rank != 1)
        return false;
    window_signal made;
    made.flat = parts[0].flat;
    made.number = add_tensor(channels, 1);
    size_t first = 0;
    for (const auto& part : parts) {
        const window_tensor& source = d_network.tensors[part.number];
        window_stage stage;
        stage.kind = stage_kind::mean;
        stage.input = part.number;
        stage.output = made.number;
        stage.first_channel = first;
        stage.channels = source.channels;
        stage.scale = source.grid ? source.grid->step : 1.0f;
        d_network.stages.push_back(stage);
        first += source.channels;
    }
    return name(node, made, false);
}

bool window_graph::flatten(const onnx_node& node)
{
    const window_signal* from = find_tensor(node, 0);
    if (!from || integer_or(node, "axis", 1) != 1)
        return false;
    window_signal made = *from;
    made.flat = true;
    return name(node, made);
}

} // namespace engine
} // namespace dlcomm
} // namespace gr
