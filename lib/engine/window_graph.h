/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ENGINE_WINDOW_GRAPH_H
#define INCLUDED_DLCOMM_ENGINE_WINDOW_GRAPH_H

#include "constant_weights.h"
#include "window_network.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gr {
namespace dlcomm {
namespace engine {

//! Channels of a tensor, at most.
constexpr size_t most_window_channels = 1024;

//! What a name of the graph stands for while its nodes are gone through.
struct window_signal {
    enum : uint8_t { samples, squares, power, root, tensor } what = tensor;
    size_t number = 0;       // of the tensor
    bool time_first = false; // [batch, time, channels]
    bool flat = false;       // [batch, values]
    bool codes = false;      // between QuantizeLinear and DequantizeLinear
    bool sole = false;       // no other node reads this or what it was made from
    std::vector<power_step> steps; // of a power or root
};

/*!
 * \brief Goes through the nodes of a graph in order and makes stages of them.
 *
 * Every function that takes a node is false where the node is of a kind that the stages
 * cannot do.
 */
class window_graph
{
public:
    explicit window_graph(const onnx_file& file) : d_file(file), d_constants(file) {}

    std::optional<window_network> read();

private:
    bool take(const onnx_node& node);
    bool multiply(const onnx_node& node);
    bool combine_power(const onnx_node& node, power_step::operation kind);
    bool take_root(const onnx_node& node);
    bool divide(const onnx_node& node);
    bool transpose(const onnx_node& node);
    bool quantize(const onnx_node& node);
    bool dequantize(const onnx_node& node);
    bool convolve(const onnx_node& node);
    bool gemm(const onnx_node& node);
    bool clamp(const onnx_node& node, window_signal from, float low, float high);
    bool clip(const onnx_node& node);
    bool reduce(const onnx_node& node);
    bool pool(const onnx_node& node, const window_signal& from, bool flat);
    bool concatenate(const onnx_node& node);
    bool flatten(const onnx_node& node);

    const window_signal* find(const onnx_node& node, size_t input) const;
    const window_signal* find_tensor(const onnx_node& node, size_t input) const;
    bool name(const onnx_node& node, window_signal made, bool chained = true);
    std::optional<float> number(const onnx_node& node, size_t input) const;
    std::optional<number_grid> grid(const onnx_node& node) const;
    size_t add_tensor(size_t channels, size_t length);
    bool use_samples(bool normalised);
    window_signal as_reals(const window_signal& from);
    bool weigh(const onnx_node& node, window_stage& stage, bool rows_are_outputs);
    bool weigh_integers(const onnx_node& node,
                        window_stage& stage,
                        bool rows_are_outputs);
    bool put_on_grid(size_t tensor, const number_grid& grid);
    std::vector<window_finish*> finishes(size_t tensor);

    const onnx_file& d_file;
    const constant_weights d_constants;
    std::map<std::string, size_t> d_readers;
    std::map<std::string, window_signal> d_signals;
    window_network d_network;
};

} // namespace engine
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ENGINE_WINDOW_GRAPH_H */
