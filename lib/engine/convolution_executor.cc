/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "convolution_executor.h"

#include <algorithm>

namespace gr {
namespace dlcomm {
namespace engine {
namespace {

// Places of the workspace, at most: 4 MiB for groups of sixteen windows.
constexpr size_t most_places = 1 << 16;
// Channels of a convolution are worked on in fours.
constexpr size_t together = 4;

size_t padded(size_t channels) { return (channels + together - 1) / together * together; }

finish_view view_of(const window_finish& finish)
{
    return { finish.low, finish.high, finish.rounds, finish.divisor };
}

} // namespace

std::unique_ptr<convolution_executor>
convolution_executor::recognise(const onnx_file& file, const kernel_set& kernels)
{
    auto network = read_window_network(file);
    if (!network)
        return nullptr;
    std::unique_ptr<convolution_executor> made(
        new convolution_executor(std::move(*network), kernels));
    return made->lay_out() ? std::move(made) : nullptr;
}

convolution_executor::convolution_executor(window_network network,
                                           const kernel_set& kernels)
    : d_kernels(kernels),
      d_network(std::move(network)),
      d_rooms(d_network.tensors.size())
{
}

// False when the tensors take more than the workspace may hold.
bool convolution_executor::lay_out()
{
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
        // A channel reaches at most a window and its padding, so this cannot overflow.
        places += padded(tensor.channels) * room.stride;
        if (places > most_places)
            return false;
    }
    d_places.assign(places * widest_group, 0.0f);
    for (const auto& stage : d_network.stages)
        add_stage(stage);
    d_view.window = d_network.window;
    d_view.normalises = d_network.normalises;
    d_view.power_steps = d_network.power.data();
    d_view.power_step_count = d_network.power.size();
    d_view.samples = view_of(d_network.samples);
    d_view.input = d_rooms[0].begin;
    d_view.input_stride = d_rooms[0].stride;
    d_view.stages = d_stages.data();
    d_view.stage_count = d_stages.size();
    d_view.classes = d_network.tensors[d_network.logits].channels;
    d_view.logits = d_rooms[d_network.logits].begin;
    return true;
}

void convolution_executor::add_stage(const window_stage& stage)
{
    const room &input = d_rooms[stage.input], &output = d_rooms[stage.output];
    const bool mixes = stage.kind == stage_kind::convolution;
    const size_t inputs = d_network.inputs_of(stage);
    const size_t channels = mixes ? padded(stage.channels) : stage.channels;
    const auto keep = [&](std::vector<float> numbers) {
        d_numbers.push_back(std::move(numbers));
        return d_numbers.back().data();
    };
    const auto keep_per_channel = [&](std::vector<float> numbers) {
        numbers.resize(channels);
        return keep(std::move(numbers));
    };
    stage_view view;
    view.kind = stage.kind;
    view.input = input.begin - stage.pad;
    view.input_stride = input.stride;
    view.output = output.begin + stage.first_channel * output.stride;
    view.output_stride = output.stride;
    view.channels = channels;
    view.length = d_network.tensors[stage.output].length;
    view.inputs = inputs;
    view.taps = stage.taps;
    view.step = stage.step;
    std::vector<float> weights = stage.weights;
    if (mixes) {
        const size_t row = inputs * stage.taps;
        weights.assign(channels * row, 0.0f);
        for (size_t r = 0; r < stage.channels; ++r)
            for (size_t i = 0; i < row; ++i)
                weights[(r / together * row + i) * together + r % together] =
                    stage.weights[r * row + i];
    }
    view.weights = keep(std::move(weights));
    view.bias = keep_per_channel(stage.bias);
    view.factors = stage.factors.empty() ? nullptr : keep_per_channel(stage.factors);
    view.scale = stage.scale;
    view.finish = view_of(stage.finish);
    d_stages.push_back(view);
}

void convolution_executor::logits(const float* iq, size_t batch, float* logits)
{
    d_kernels.window_logits(d_view, iq, batch, d_places.data(), logits);
}

} // namespace engine
} // namespace dlcomm
} // namespace gr
