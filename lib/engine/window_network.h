/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ENGINE_WINDOW_NETWORK_H
#define INCLUDED_DLCOMM_ENGINE_WINDOW_NETWORK_H

#include "onnx_file.h"
#include "window_kernels.h"

#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

namespace gr {
namespace dlcomm {
namespace engine {

//! Real numbers step * n with integers low <= n <= high: what a quantized tensor holds.
struct number_grid {
    float step;
    float low, high;

    bool operator==(const number_grid& other) const
    {
        return step == other.step && low == other.low && high == other.high;
    }
    bool operator!=(const number_grid& other) const { return !(*this == other); }
};

//! A tensor between two stages: integers where it has a grid, else real numbers.
struct window_tensor {
    size_t channels;
    size_t length; // points of time
    std::optional<number_grid> grid;
};

//! What is done to a stage's values at its end.
struct window_finish {
    float low = -std::numeric_limits<float>::infinity();
    float high = std::numeric_limits<float>::infinity();
    bool rounds = false;
    float divisor = 0.0f; // 0: none
};

//! One step from a tensor to another.
struct window_stage {
    stage_kind kind;
    size_t input, output;      // numbers of tensors
    size_t first_channel = 0;  // of the output: where the stage's channels begin there
    size_t channels;           // that it makes
    size_t taps = 1, step = 1; // points of time that it reads, and goes on by
    size_t pad = 0;            // zeros before the input
    std::vector<float> weights; // [channels][inputs or 1][taps]
    std::vector<float> bias;
    //! What a sum of integers is multiplied by, per channel; empty: real numbers.
    std::vector<float> factors;
    float scale = 1.0f; // of a mean
    window_finish finish;
};

/*!
 * \brief A network over windows as a list of stages.
 *
 * Tensor 0 holds the samples, I in channel 0 and Q in channel 1, normalised as `power` and
 * `samples` say.
 */
struct window_network {
    size_t window;
    bool normalises = false;
    std::vector<power_step> power;
    window_finish samples;
    std::vector<window_tensor> tensors;
    std::vector<window_stage> stages;
    size_t logits; // number of the tensor, of length 1

    size_t inputs_of(const window_stage& stage) const
    {
        return stage.kind == stage_kind::convolution ? tensors[stage.input].channels : 1;
    }
};

/*!
 * \brief The network of a file's graph, or nothing when it is of another kind.
 *
 * Recognised: on the input `iq` [batch, window, 2] division by the root of the mean power
 * or none (Mul, ReduceMean, then Mul, Add or Max with numbers, Sqrt, Div), Transpose to
 * [batch, 2, window], then Conv over time with one group or one per channel, Gemm, Relu,
 * Clip, ReduceMean and GlobalAveragePool over time, Concat of channels, Flatten, and pairs
 * of QuantizeLinear and DequantizeLinear of eight bits; weights that constant_weights
 * finds, all finite.
 */
std::optional<window_network> read_window_network(const onnx_file& file);

} // namespace engine
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ENGINE_WINDOW_NETWORK_H */
