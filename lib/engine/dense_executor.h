/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ENGINE_DENSE_EXECUTOR_H
#define INCLUDED_DLCOMM_ENGINE_DENSE_EXECUTOR_H

#include "executor.h"
#include "kernels.h"
#include "packed_layer.h"

#include <memory>
#include <vector>

namespace gr {
namespace dlcomm {
namespace engine {

/*!
 * \brief Runs decoders that are a few dense layers, most with ReLU between them.
 *
 * The correlation receivers and the compact learned decoders are one layer, the decoders
 * with a hidden layer two; factorized ones have more. Decisions are made 8 to 32 messages
 * at a time without ever writing the logits to memory.
 */
class dense_executor : public executor
{
public:
    /*!
     * \brief An executor for the file's graph, or nullptr when it is of another kind.
     *
     * Recognised: on the input `symbols` a chain of one to eight dense layers, each one
     * Gemm (alpha = beta = 1, transA = 0) or MatMul + Add whose weights and bias
     * constant_weights finds, and one Relu or none between two layers; symbols, hidden
     * layers and logits are at most widest_dense_layer wide.
     */
    static std::unique_ptr<dense_executor> recognise(const onnx_file& file);

    //! `sparse` where a layer leaves out its zeros, else `dense`.
    const char* name() const override;
    void
    logits(const float* symbols, const float* csi, size_t batch, float* logits) override;
    void decide(const float* symbols,
                const float* csi,
                size_t batch,
                uint8_t* messages) override;

private:
    dense_executor() = default;

    std::vector<packed_layer> d_layers;
    std::vector<dense_layer_view> d_views;
    dense_network_view d_network;
    size_t d_m; // outputs
};

} // namespace engine
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ENGINE_DENSE_EXECUTOR_H */
