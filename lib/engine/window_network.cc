/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "constant_weights.h"
#include "kernels.h"
#include "node_reading.h"
#include "window_network.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace gr {
namespace dlcomm {
namespace engine {
namespace {

constexpr size_t largest_window = 1 << 16;
constexpr size_t most_channels = 1024;
constexpr int64_t longest_reach = 1024; // taps, steps and padding of a convolution
constexpr size_t most_tensors = 256;
// Sums of integers up to here are exact in float32.
constexpr double largest_sum = 1 << 24;

// What a name of the graph stands for while its nodes are gone through.
struct signal {
    enum : uint8_t { samples, squares, power, root, tensor } what = tensor;
    size_t number = 0;       // of the tensor
    bool time_first = false; // [batch, time, channels]
    bool flat = false;       // [batch, values]
    bool codes = false;      // between QuantizeLinear and DequantizeLinear
    bool sole = false;       // no other node reads this or what it was made from
    std::vector<power_step> steps; // of a power or root
};

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

class graph_reader
{
public:
    explicit graph_reader(const onnx_file& file) : d_file(file), d_constants(file) {}

    std::optional<window_network> read();

private:
    bool take(const onnx_node& node);
    bool multiply(const onnx_node& node);
    bool combine_power(const onnx_node& node, power_step::operation kind);
    bool divide(const onnx_node& node);
    bool transpose(const onnx_node& node);
    bool quantize(const onnx_node& node);
    bool dequantize(const onnx_node& node);
    bool convolve(const onnx_node& node);
    bool gemm(const onnx_node& node);
    bool clamp(const onnx_node& node, signal from, float low, float high);
    bool clip(const onnx_node& node);
    bool reduce(const onnx_node& node);
    bool pool(const onnx_node& node, const signal& from, bool flat);
    bool concatenate(const onnx_node& node);
    bool flatten(const onnx_node& node);

    const signal* find(const onnx_node& node, size_t input) const;
    const signal* find_tensor(const onnx_node& node, size_t input) const;
    bool name(const onnx_node& node, signal made, bool chained = true);
    std::optional<float> number(const onnx_node& node, size_t input) const;
    std::optional<number_grid> grid(const onnx_node& node) const;
    size_t add_tensor(size_t channels, size_t length);
    bool use_samples(bool normalised);
    signal as_reals(const signal& from);
    bool weigh(const onnx_node& node, window_stage& stage, bool rows_are_outputs);
    bool put_on_grid(size_t tensor, const number_grid& grid);
    std::vector<window_finish*> finishes(size_t tensor);

    const onnx_file& d_file;
    const constant_weights d_constants;
    std::map<std::string, size_t> d_readers;
    std::map<std::string, signal> d_signals;
    window_network d_network;
};

const signal* graph_reader::find(const onnx_node& node, size_t input) const
{
    if (input >= node.inputs.size())
        return nullptr;
    const auto found = d_signals.find(node.inputs[input]);
    return found == d_signals.end() ? nullptr : &found->second;
}

// A tensor of real numbers, channels first.
const signal* graph_reader::find_tensor(const onnx_node& node, size_t input) const
{
    const signal* found = find(node, input);
    return found && found->what == signal::tensor && !found->codes && !found->time_first
               ? found
               : nullptr;
}

// `chained`: the new signal is the old one's tensor still, and so read where that is.
bool graph_reader::name(const onnx_node& node, signal made, bool chained)
{
    const auto readers = d_readers.find(node.outputs[0]);
    made.sole =
        (made.sole || !chained) && readers != d_readers.end() && readers->second == 1;
    return d_signals.emplace(node.outputs[0], made).second;
}

std::optional<float> graph_reader::number(const onnx_node& node, size_t input) const
{
    if (input >= node.inputs.size())
        return std::nullopt;
    const auto found = d_constants.find(node.inputs[input]);
    if (!found || found->data.size() != 1 || !std::isfinite(found->data[0]))
        return std::nullopt;
    return found->data[0];
}

size_t graph_reader::add_tensor(size_t channels, size_t length)
{
    d_network.tensors.push_back({ channels, length, std::nullopt });
    return d_network.tensors.size() - 1;
}

// Tensor 0 is made of the samples as they are or of normalised ones, not of both.
bool graph_reader::use_samples(bool normalised)
{
    if (!d_network.tensors.empty())
        return false;
    d_network.normalises = normalised;
    add_tensor(2, d_network.window);
    return true;
}

std::vector<window_finish*> graph_reader::finishes(size_t tensor)
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
signal graph_reader::as_reals(const signal& from)
{
    const window_tensor source = d_network.tensors[from.number];
    window_stage stage;
    stage.kind = stage_kind::mean;
    stage.input = from.number;
    stage.output = add_tensor(source.channels, source.length);
    stage.channels = source.channels;
    stage.scale = source.grid ? source.grid->step : 1.0f;
    d_network.stages.push_back(stage);
    signal made = from;
    made.number = stage.output;
    made.sole = true;
    return made;
}

bool graph_reader::multiply(const onnx_node& node)
{
    const signal *left = find(node, 0), *right = find(node, 1);
    if (!left || !right || left->what != signal::samples ||
        right->what != signal::samples)
        return combine_power(node, power_step::times);
    signal made;
    made.what = signal::squares;
    return name(node, made);
}

bool graph_reader::combine_power(const onnx_node& node, power_step::operation kind)
{
    if (node.inputs.size() != 2)
        return false;
    const bool power_first = find(node, 0) != nullptr;
    const signal* power = find(node, power_first ? 0 : 1);
    const auto other = number(node, power_first ? 1 : 0);
    if (!power || power->what != signal::power || !other)
        return false;
    signal made = *power;
    made.steps.push_back({ kind, *other });
    return name(node, made);
}

bool graph_reader::divide(const onnx_node& node)
{
    const signal *samples = find(node, 0), *root = find(node, 1);
    if (!samples || !root || samples->what != signal::samples ||
        root->what != signal::root || !use_samples(true))
        return false;
    d_network.power = root->steps;
    signal made;
    made.time_first = true;
    return name(node, made, false);
}

bool graph_reader::transpose(const onnx_node& node)
{
    const signal* from = find(node, 0);
    const std::vector<int64_t> swapped = { 0, 2, 1 };
    if (!from || list_or(node, "perm", {}) != swapped)
        return false;
    signal made = *from;
    if (from->what == signal::samples) {
        if (!use_samples(false))
            return false;
        made = signal();
    } else if (from->what != signal::tensor || !from->time_first) {
        return false;
    }
    made.time_first = false;
    return name(node, made, from->what == signal::tensor);
}

// The grid of a QuantizeLinear or DequantizeLinear of eight bits with one scale.
std::optional<number_grid> graph_reader::grid(const onnx_node& node) const
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
bool graph_reader::put_on_grid(size_t tensor, const number_grid& grid)
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

bool graph_reader::quantize(const onnx_node& node)
{
    const signal* from = find(node, 0);
    const auto to = grid(node);
    if (!from || from->what != signal::tensor || from->codes || !to)
        return false;
    signal made = *from;
    if (d_network.tensors[made.number].grid != to) {
        if (d_network.tensors[made.number].grid || !made.sole)
            made = as_reals(made);
        if (!put_on_grid(made.number, *to))
            return false;
    }
    made.codes = true;
    return name(node, made);
}

bool graph_reader::dequantize(const onnx_node& node)
{
    const signal* from = find(node, 0);
    if (!from || !from->codes || grid(node) != d_network.tensors[from->number].grid ||
        integer_or(node, "output_dtype", onnx_float) != onnx_float)
        return false;
    signal made = *from;
    made.codes = false;
    return name(node, made);
}

// Weights and bias, inputs 1 and 2 of the node, for a stage whose other parts are set.
bool graph_reader::weigh(const onnx_node& node, window_stage& stage, bool rows_are_outputs)
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
    const size_t m = stage.channels, n = weights->data.size() / m;
    const auto in_rows = [&](const auto& data) {
        std::vector<float> rows(m * n);
        for (size_t r = 0; r < m; ++r)
            for (size_t i = 0; i < n; ++i)
                rows[r * n + i] =
                    static_cast<float>(data[rows_are_outputs ? r * n + i : i * m + r]);
        return rows;
    };
    stage.weights = in_rows(weights->data);
    stage.bias = bias->data;
    if (const auto& grid = d_network.tensors[stage.input].grid) {
        const auto codes = d_constants.find_scaled(node.inputs[1]);
        const auto bias_codes = has_bias ? d_constants.find_scaled(node.inputs[2])
                                         : constant_weights::scaled_integers{};
        const size_t axis = rows_are_outputs ? 0 : 1;
        if (codes && (codes->scales.size() == 1 || codes->axis == axis) && bias_codes &&
            (!has_bias || bias_codes->type == onnx_int32)) {
            stage.weights = in_rows(codes->data);
            for (size_t r = 0; r < m; ++r) {
                stage.factors.push_back(
                    grid->step * codes->scales[codes->scales.size() == 1 ? 0 : r]);
                if (has_bias)
                    stage.bias[r] = static_cast<float>(bias_codes->data[r]);
                double sum = 0.0;
                for (size_t i = 0; i < n; ++i)
                    sum += std::fabs(stage.weights[r * n + i]);
                if (sum * std::max(-grid->low, grid->high) > largest_sum)
                    return false;
            }
        } else {
            for (auto& weight : stage.weights)
                weight *= grid->step;
        }
    }
    for (const auto* numbers : { &stage.weights, &stage.bias, &stage.factors })
        if (!kernels().all_finite(numbers->data(), numbers->size()))
            return false;
    return true;
}

bool graph_reader::convolve(const onnx_node& node)
{
    const signal* from = find_tensor(node, 0);
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
    if (channels < 1 || channels > static_cast<int64_t>(most_channels) ||
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
    signal made;
    made.number = stage.output;
    return name(node, made, false);
}

// A dense layer is a convolution that is as long as its input.
bool graph_reader::gemm(const onnx_node& node)
{
    const signal* from = find_tensor(node, 0);
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
    if (channels < 1 || channels > static_cast<int64_t>(most_channels) ||
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
    signal made;
    made.number = stage.output;
    made.flat = true;
    return name(node, made, false);
}

bool graph_reader::clamp(const onnx_node& node, signal from, float low, float high)
{
    const auto& grid = d_network.tensors[from.number].grid;
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
        const auto kept = grid;
        from = as_reals(from);
        if (kept && !put_on_grid(from.number, *kept))
            return false;
    }
    for (window_finish* finish : finishes(from.number)) {
        finish->low = std::clamp(finish->low, low, high);
        finish->high = std::clamp(finish->high, low, high);
    }
    return name(node, from);
}

bool graph_reader::clip(const onnx_node& node)
{
    const signal* from = find_tensor(node, 0);
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

bool graph_reader::pool(const onnx_node& node, const signal& from, bool flat)
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
    signal made;
    made.number = stage.output;
    made.flat = flat;
    return name(node, made, false);
}

bool graph_reader::reduce(const onnx_node& node)
{
    const signal* from = find(node, 0);
    const auto axes = reduced_axes(node, d_constants, 3);
    const bool keeps = integer_or(node, "keepdims", 1) != 0;
    if (!from)
        return false;
    if (from->what == signal::squares) {
        signal made;
        made.what = signal::power;
        return keeps && axes == std::vector<int64_t>{ 1, 2 } && name(node, made);
    }
    from = find_tensor(node, 0);
    return from && !from->flat && axes == std::vector<int64_t>{ 2 } &&
           pool(node, *from, !keeps);
}

bool graph_reader::concatenate(const onnx_node& node)
{
    size_t channels = 0;
    std::vector<signal> parts;
    for (size_t i = 0; i < node.inputs.size(); ++i) {
        const signal* part = find_tensor(node, i);
        if (!part || d_network.tensors[part->number].length != 1 ||
            part->flat != find(node, 0)->flat)
            return false;
        channels += d_network.tensors[part->number].channels;
        parts.push_back(*part);
    }
    const int64_t axis = integer_or(node, "axis", 0);
    if (parts.empty() || channels > most_channels)
        return false;
    const int64_t rank = parts[0].flat ? 2 : 3;
    if (axis != 1 && axis + rank != 1)
        return false;
    signal made;
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

bool graph_reader::flatten(const onnx_node& node)
{
    const signal* from = find_tensor(node, 0);
    if (!from || integer_or(node, "axis", 1) != 1)
        return false;
    signal made = *from;
    made.flat = true;
    return name(node, made);
}

bool graph_reader::take(const onnx_node& node)
{
    if (node.outputs.size() != 1 || node.inputs.empty() ||
        !(node.domain.empty() || node.domain == "ai.onnx") ||
        d_network.tensors.size() + node.inputs.size() > most_tensors)
        return false;
    const std::string& kind = node.op_type;
    const signal* first = find_tensor(node, 0);
    if (kind == "Mul")
        return multiply(node);
    if (kind == "Add")
        return combine_power(node, power_step::plus);
    if (kind == "Max")
        return combine_power(node, power_step::at_least);
    if (kind == "Sqrt") {
        const signal* power = find(node, 0);
        if (!power || power->what != signal::power)
            return false;
        signal made = *power;
        made.what = signal::root;
        return name(node, made);
    }
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

std::optional<window_network> graph_reader::read()
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
    signal samples;
    samples.what = signal::samples;
    d_signals.emplace(input.name, samples);
    for (const onnx_node* node : d_constants.other_nodes())
        if (!take(*node))
            return std::nullopt;
    const auto last = d_signals.find(output.name);
    if (last == d_signals.end() || last->second.what != signal::tensor ||
        last->second.codes || !last->second.flat)
        return std::nullopt;
    signal logits = last->second;
    if (d_network.tensors[logits.number].grid)
        logits = as_reals(logits);
    const window_tensor& made = d_network.tensors[logits.number];
    if (made.length != 1 || static_cast<int64_t>(made.channels) != output.shape[1])
        return std::nullopt;
    d_network.logits = logits.number;
    return std::move(d_network);
}

} // namespace

std::optional<window_network> read_window_network(const onnx_file& file)
{
    return graph_reader(file).read();
}

} // namespace engine
} // namespace dlcomm
} // namespace gr
