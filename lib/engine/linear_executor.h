/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ENGINE_LINEAR_EXECUTOR_H
#define INCLUDED_DLCOMM_ENGINE_LINEAR_EXECUTOR_H

#include "executor.h"
#include "kernels.h"

#include <volk/volk_alloc.hh>
#include <memory>

namespace gr {
namespace dlcomm {
namespace engine {

/*!
 * \brief Runs decoders that are one dense layer, logits = W x + b.
 *
 * The compact learned decoders and the correlation receivers are of this kind. Decisions
 * are made 4 to 16 messages at a time without ever writing the logits to memory.
 */
class linear_executor : public executor
{
public:
    /*!
     * \brief An executor for the file's graph, or nullptr when it is of another kind.
     *
     * Recognised: one Gemm (alpha = beta = 1, transA = 0) or MatMul + Add on the input
     * `symbols`, float32 weights and bias stored in the file.
     */
    static std::unique_ptr<linear_executor> recognise(const onnx_file& file);

    const char* name() const override { return "linear"; }
    void
    logits(const float* symbols, const float* csi, size_t batch, float* logits) override;
    void decide(const float* symbols,
                const float* csi,
                size_t batch,
                uint8_t* messages) override;

private:
    //! \param weights m rows of n, \param bias m values
    linear_executor(const std::vector<float>& weights,
                    const std::vector<float>& bias,
                    size_t n);

    size_t d_m;
    volk::vector<float> d_packed, d_bias, d_columns, d_padded_bias;
    linear_view d_view;
};

} // namespace engine
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ENGINE_LINEAR_EXECUTOR_H */
