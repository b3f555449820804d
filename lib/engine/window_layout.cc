/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "window_layout.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace gr {
namespace dlcomm {
namespace engine {
namespace {

// Places of the workspace, at most: 4 MiB for groups of sixteen windows.
constexpr size_t most_places = 1 << 16;
// Channels of a convolution are worked on in fours, and so many codes share a place.
constexpr size_t together = 4;
constexpr double most_integer = 2147483520.0; // the largest float32 below 2^31

size_t fours(size_t count) { return (count + together - 1) / together; }

finish_view view_of(const window_finish& finish)
{
    return { finish.low, finish.high, finish.rounds, finish.divisor };
}

int32_t code_of_zero(const window_tensor& tensor)
{
    return tensor.grid ? static_cast<int32_t>(-tensor.grid->low) : 0;
}

// Weights are signed bytes and sums, also with codes instead of numbers, 32 bits long;
// so are the products of sums and factors, which are rounded before they are limited.
bool fits_codes(const window_stage& stage)
{
    const size_t row = stage.weights.size() / stage.channels;
    for (size_t r = 0; r < stage.channels; ++r) {
        double largest = std::fabs(stage.bias[r]);
        for (size_t i = 0; i < row; ++i) {
            const float weight = stage.weights[r * row + i];
            if (weight < -128.0f || weight > 127.0f)
                return false;
            largest += 2.0 * 255.0 * std::fabs(weight);
        }
        if (largest > most_integer ||
            largest * std::fabs(stage.factors[r]) > most_integer)
            return false;
    }
    return true;
}

bool fits_codes(const window_network& network)
{
    bool any = false;
    for (const auto& stage : network.stages) {
        const bool reads = network.tensors[stage.input].grid.has_value();
        const bool writes = network.tensors[stage.output].grid.has_value();
        any = any || reads;
        // Samples come in a form of their own, which only these take.
        if (reads && stage.input == 0 && stage.kind != stage_kind::convolution)
            return false;
        if (stage.kind == stage_kind::mean)
            continue;
        if (reads ? stage.factors.empty() || !fits_codes(stage) : writes)
            return false;
    }
    return any;
}

} // namespace

std::unique_ptr<window_layout> window_layout::of(window_network network, bool takes_codes)
{
    const bool codes = takes_codes && fits_codes(network);
    std::unique_ptr<window_layout> made(new window_layout(std::move(network), codes));
    return made->make_room() ? std::move(made) : nullptr;
}

window_layout::window_layout(window_network network, bool codes)
    : d_network(std::move(network)), d_codes(codes), d_rooms(d_network.tensors.size())
{
}

bool window_layout::quantized() const
{
    return std::any_of(d_network.tensors.begin(),
                       d_network.tensors.end(),
                       [](const window_tensor& tensor) { return tensor.grid.has_value(); });
}

bool window_layout::is_codes(size_t tensor) const
{
    return d_codes && d_network.tensors[tensor].grid;
}

// False when the tensors take more than the workspace may hold.
bool window_layout::make_room()
{
    d_rooms[0].before = is_codes(0); // the first point of time is a next one, too
    for (const auto& stage : d_network.stages) {
        room& input = d_rooms[stage.input];
        const size_t length = d_network.tensors[stage.input].length;
        const size_t reached =
            (d_network.tensors[stage.output].length - 1) * stage.step + stage.taps;
        input.before = std::max(input.before, stage.pad);
        if (reached > stage.pad + length)
            input.behind = std::max(input.behind, reached - stage.pad - length);
    }
    size_t places = 0;
    for (size_t i = 0; i < d_rooms.size(); ++i) {
        const window_tensor& tensor = d_network.tensors[i];
        room& room = d_rooms[i];
        room.stride = room.before + tensor.length + room.behind;
        room.begin = places + room.before;
        // The samples are values at first.
        room.rows = i == 0 ? tensor.channels : fours(tensor.channels);
        room.rows *= i == 0 || is_codes(i) ? 1 : together;
        // Lengths and channels are bounded, so this cannot overflow.
        places += room.rows * room.stride;
        if (places > most_places)
            return false;
    }
    d_places.assign(places * widest_group, 0.0f);
    for (size_t i = 0; i < d_rooms.size(); ++i) {
        const room& room = d_rooms[i];
        if (is_codes(i))
            std::memset(&d_places[(room.begin - room.before) * widest_group],
                        code_of_zero(d_network.tensors[i]),
                        room.rows * room.stride * widest_group * sizeof(float));
    }
    for (const auto& stage : d_network.stages)
        add_stage(stage);
    d_view.window = d_network.window;
    d_view.normalises = d_network.normalises;
    d_view.power_steps = d_network.power.data();
    d_view.power_step_count = d_network.power.size();
    d_view.samples = view_of(d_network.samples);
    d_view.input = d_rooms[0].begin;
    d_view.input_stride = d_rooms[0].stride;
    d_view.samples_are_codes = is_codes(0);
    d_view.samples_zero = code_of_zero(d_network.tensors[0]);
    d_view.stages = d_stages.data();
    d_view.stage_count = d_stages.size();
    d_view.classes = d_network.tensors[d_network.logits].channels;
    d_view.logits = d_rooms[d_network.logits].begin;
    return true;
}

const float* window_layout::keep(std::vector<float> numbers)
{
    d_floats.push_back(std::move(numbers));
    return d_floats.back().data();
}

const int32_t* window_layout::keep(std::vector<int32_t> numbers)
{
    d_integers.push_back(std::move(numbers));
    return d_integers.back().data();
}

void window_layout::add_stage(const window_stage& stage)
{
    const room &input = d_rooms[stage.input], &output = d_rooms[stage.output];
    stage_view view = {};
    view.kind = stage.kind;
    view.reads_codes = is_codes(stage.input);
    view.writes_codes = is_codes(stage.output);
    view.input = input.begin - stage.pad;
    view.input_stride = input.stride;
    view.output =
        output.begin + (view.writes_codes ? 0 : stage.first_channel * output.stride);
    view.output_stride = output.stride;
    view.first_channel = stage.first_channel;
    view.channels = stage.channels;
    if (stage.kind == stage_kind::convolution ||
        (stage.kind == stage_kind::depthwise && view.reads_codes))
        view.channels = fours(stage.channels) * together;
    view.length = d_network.tensors[stage.output].length;
    view.taps = stage.taps;
    view.tap_step = 1;
    view.step = stage.step;
    view.zero_read = code_of_zero(d_network.tensors[stage.input]);
    view.zero_written = code_of_zero(d_network.tensors[stage.output]);
    view.scale = stage.scale;
    view.finish = view_of(stage.finish);
    if (!stage.factors.empty()) {
        std::vector<float> factors = stage.factors;
        factors.resize(view.channels);
        view.factors = keep(std::move(factors));
    }
    if (stage.kind != stage_kind::mean)
        view.reads_codes ? weigh_codes(stage, view) : weigh(stage, view);
    d_stages.push_back(view);
}

void window_layout::weigh(const window_stage& stage, stage_view& view)
{
    view.inputs = d_network.inputs_of(stage);
    std::vector<float> weights = stage.weights, bias = stage.bias;
    if (stage.kind == stage_kind::convolution) {
        const size_t row = view.inputs * stage.taps;
        weights.assign(view.channels * row, 0.0f);
        for (size_t r = 0; r < stage.channels; ++r)
            for (size_t i = 0; i < row; ++i)
                weights[(r / together * row + i) * together + r % together] =
                    stage.weights[r * row + i];
    }
    bias.resize(view.channels);
    view.weights = keep(std::move(weights));
    view.bias = keep(std::move(bias));
}

void window_layout::weigh_codes(const window_stage& stage, stage_view& view)
{
    const bool samples = stage.input == 0;
    const size_t inputs = d_network.inputs_of(stage);
    view.inputs = fours(inputs);
    if (samples) { // two points of time, two channels each
        view.taps = (stage.taps + 1) / 2;
        view.tap_step = 2;
    }
    const size_t row = view.inputs * view.taps;
    std::vector<int32_t> weights(view.channels * row), bias(view.channels);
    for (size_t r = 0; r < stage.channels; ++r) {
        int64_t sum = 0;
        for (size_t i = 0; i < inputs; ++i)
            for (size_t k = 0; k < stage.taps; ++k) {
                const auto weight =
                    static_cast<int32_t>(stage.weights[(r * inputs + i) * stage.taps + k]);
                sum += weight;
                const bool alone = stage.kind == stage_kind::depthwise;
                const size_t byte = samples ? 2 * (k % 2) + i : (alone ? r : i) % together;
                const size_t at = i / together * view.taps + (samples ? k / 2 : k);
                weights[(r / together * row + at) * together + r % together] |=
                    static_cast<int32_t>(static_cast<uint32_t>(weight & 0xff)
                                         << 8 * byte);
            }
        bias[r] = static_cast<int32_t>(static_cast<int64_t>(stage.bias[r]) -
                                       sum * view.zero_read);
    }
    view.code_weights = keep(std::move(weights));
    view.code_bias = keep(std::move(bias));
}

} // namespace engine
} // namespace dlcomm
} // namespace gr
