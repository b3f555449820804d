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

std::vector<window_finish*> window_graph::finishes(size_t tensor)
{
    std::vector<window_finish*> found;
    if (tensor == 0)
        found.push_back(&d_network.samples);
    for (auto& stage : d_network.stages)
        if (stage.output == tensor)
            found.push_back(&stage.finish);
    return found;
}

// The same values in a tensor of their own, without a grid.
window_signal window_graph::as_reals(const window_signal& from)
{
    const window_tensor source = d_network.tensors[from.number];
    window_stage stage;
    stage.kind = stage_kind::mean;
    stage.input = from.number;
    stage.output = add_tensor(source.channels, source.length);
    stage.channels = source.channels;
    stage.scale = source.grid ? source.grid->step : 1.0f;
    d_network.stages.push_back(stage);
    window_signal made = from;
    made.number = stage.output;
    made.sole = true;
    return made;
}

// The grid of a QuantizeLinear or DequantizeLinear of eight bits with one scale.
std::optional<number_grid> window_graph::grid(const onnx_node& node) const
{
    const auto step = number(node, 1);
    if (node.inputs.size() < 2 || node.inputs.size() > 3 || !step || *step <= 0.0f ||
        integer_or(node, "block_size", 0) != 0)
        return std::nullopt;
    int32_t zero = 0, type = onnx_uint8;
    if (node.inputs.size() == 3 && !node.inputs[2].empty()) {
        const auto given = d_constants.find_integers(node.inputs[2]);
        if (!given || given->data.size() != 1)
            return std::nullopt;
        zero = given->data[0];
        type = given->type;
    }
    if ((type != onnx_uint8 && type != onnx_int8) ||
        integer_or(node, "output_dtype", type) != type)
        return std::nullopt;
    const int32_t low = (type == onnx_int8 ? -128 : 0) - zero;
    return number_grid{ *step, static_cast<float>(low), static_cast<float>(low + 255) };
}

// Round what makes a tensor of real numbers to a grid.
bool window_graph::put_on_grid(size_t tensor, const number_grid& grid)
{
    const auto code = [&](float real) {
        return std::clamp(std::nearbyint(real / grid.step), grid.low, grid.high);
    };
    for (window_finish* finish : finishes(tensor)) {
        finish->low = code(finish->low);
        finish->high = code(finish->high);
        finish->rounds = true;
        finish->divisor = grid.step;
    }
    // The runtime's integer kernels multiply a sum by one factor, rounded as here.
    for (auto& stage : d_network.stages) {
        if (stage.output != tensor || stage.factors.empty())
            continue;
        stage.finish.divisor = 0.0f;
        for (auto& factor : stage.factors)
            factor /= grid.step;
        if (!kernels().all_finite(stage.factors.data(), stage.factors.size()))
            return false;
    }
    d_network.tensors[tensor].grid = grid;
    return true;
}

bool window_graph::quantize(const onnx_node& node)
{
    const window_signal* from = find(node, 0);
    const auto to = grid(node);
    if (!from || from->what != window_signal::tensor || from->codes || !to)
        return false;
    window_signal made = *from;
    if (d_network.tensors[made.number].grid != to) {
        if (d_network.tensors[made.number].grid || !made.sole)
            made = as_reals(made);
        if (!put_on_grid(made.number, *to))
            return false;
    }
    made.codes = true;
    return name(node, made);
}

bool window_graph::dequantize(const onnx_node& node)
{
    const window_signal* from = find(node, 0);
    if (!from || !from->codes || grid(node) != d_network.tensors[from->number].grid ||
        integer_or(node, "output_dtype", onnx_float) != onnx_float)
        return false;
    window_signal made = *from;
    made.codes = false;
    return name(node, made);
}

bool window_graph::clamp(const onnx_node& node, window_signal from, float low, float high)
{
    const auto grid = d_network.tensors[from.number].grid;
    if (grid) {
        low /= grid->step;
        high /= grid->step;
        // Ends between two integers of the grid lead off it.
        const bool stays = (low <= grid->low || low == std::nearbyint(low)) &&
                           (high >= grid->high || high == std::nearbyint(high));
        if (!stays)
            return false;
    }
    if (!from.sole) {
        from = as_reals(from);
        if (grid && !put_on_grid(from.number, *grid))
            return false;
    }
    for (window_finish* finish : finishes(from.number)) {
        finish->low = std::clamp(finish->low, low, high);
        finish->high = std::clamp(finish->high, low, high);
    }
    return name(node, from);
}

bool window_graph::clip(const onnx_node& node)
{
    const window_signal* from = find_tensor(node, 0);
    float ends[2] = { -std::numeric_limits<float>::infinity(),
                      std::numeric_limits<float>::infinity() };
    for (size_t i = 0; i < 2; ++i) {
        if (node.inputs.size() <= i + 1 || node.inputs[i + 1].empty())
            continue;
        const auto end = number(node, i + 1);
        if (!end)
            return false;
        ends[i] = *end;
    }
    return from && ends[0] <= ends[1] && clamp(node, *from, ends[0], ends[1]);
}

} // namespace engine
} // namespace dlcomm
} // namespace gr
