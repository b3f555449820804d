/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ENGINE_CONSTANT_WEIGHTS_H
#define INCLUDED_DLCOMM_ENGINE_CONSTANT_WEIGHTS_H

#include "onnx_file.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gr {
namespace dlcomm {
namespace engine {

/*!
 * \brief The weights of a file as float32, however they are stored in it.
 *
 * Compressed weights are small integers, or few values and their places, with operators
 * that turn them into float32. Those read constants only, so they are evaluated once,
 * each rounded as ONNX Runtime rounds it:
 *
 * - DequantizeLinear of INT8, UINT8, narrower types and INT32: (code - zero) * scale,
 *   with one scale or one along an axis;
 * - Add of an offset that broadcasts to the other operand;
 * - Cast of integers to INT32 or INT64, and Gather from a table of float32 with one axis;
 * - sparse initializers of float32 or integers with indices in row-major order.
 *
 * What is not among them is left to the runtime: the tensor is then not found.
 */
class constant_weights
{
public:
    //! The tensors of `file`, which has to outlive this.
    explicit constant_weights(const onnx_file& file);

    struct tensor {
        std::vector<int64_t> dims;
        std::vector<float> data;
    };

    //! The constant float32 tensor of this name, if it is one that can be evaluated.
    std::optional<tensor> find(const std::string& name) const;

    //! Integers of a type that onnx_file.h numbers.
    struct integers {
        std::vector<int64_t> dims;
        int32_t type;
        std::vector<int32_t> data;
    };

    //! The constant tensor of integers of this name, if it can be evaluated.
    std::optional<integers> find_integers(const std::string& name) const;

    //! A float32 tensor (code - zero) * scale before it becomes one.
    struct scaled_integers {
        std::vector<int64_t> dims;
        int32_t type;              // of the codes
        std::vector<int32_t> data; // code - zero
        size_t axis;               // along which the scales lie, if there are several
        std::vector<float> scales; // one, or dims[axis]
    };

    //! What the DequantizeLinear that makes this tensor reads, if it can be evaluated.
    std::optional<scaled_integers> find_scaled(const std::string& name) const;

    //! The nodes that read anything but constants, in the file's order.
    const std::vector<const onnx_node*>& other_nodes() const { return d_other_nodes; }

private:
    // Where a tensor comes from; exactly one is set, none where a name stands for several
    // tensors: which of them the runtime would take is not ours to guess.
    struct origin {
        const onnx_tensor* dense = nullptr;
        const onnx_sparse_tensor* sparse = nullptr;
        const onnx_node* node = nullptr;
    };
    struct value { // of either kind
        std::vector<int64_t> dims;
        int32_t type = 0;
        std::vector<float> floats;
        std::vector<int32_t> integers;
        size_t elements() const;
    };
    using maybe_value = std::optional<value>;

    void add(const std::string& name, const origin& from);
    maybe_value evaluate(const std::string& name, int depth) const;
    maybe_value stored(const onnx_tensor& tensor) const;
    maybe_value unpacked(const onnx_sparse_tensor& sparse) const;
    std::optional<scaled_integers> scaled(const onnx_node& node, int depth) const;
    maybe_value dequantized(const onnx_node& node, int depth) const;
    maybe_value sum(const onnx_node& node, int depth) const;
    maybe_value cast(const onnx_node& node, int depth) const;
    maybe_value gathered(const onnx_node& node, int depth) const;

    const onnx_file& d_file;
    std::map<std::string, origin> d_origins;
    std::vector<const onnx_node*> d_other_nodes;
};

} // namespace engine
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ENGINE_CONSTANT_WEIGHTS_H */
