/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ENGINE_CONVOLUTION_EXECUTOR_H
#define INCLUDED_DLCOMM_ENGINE_CONVOLUTION_EXECUTOR_H

#include "kernels.h"
#include "window_executor.h"
#include "window_layout.h"

#include <memory>

namespace gr {
namespace dlcomm {
namespace engine {

/*!
 * \brief Runs classifiers made of one-dimensional convolutions, 4 to 16 windows at a time.
 *
 * In float32, and where the network is quantized in integers, as bytes or in float32: their
 * sums are exact, and every value is rounded as the runtime rounds it.
 */
class convolution_executor : public window_executor
{
public:
    /*!
     * \brief An executor for the file's graph, or nullptr when it is of another kind.
     *
     * Recognised is what read_window_network() knows, of a size that stays in the cache.
     * `kernels` are those of the instruction set that is to be used.
     */
    static std::unique_ptr<convolution_executor>
    recognise(const onnx_file& file, const kernel_set& kernels = engine::kernels());

    const char* name() const override { return "convolution"; }
    void logits(const float* iq, size_t batch, float* logits) override;

    //! Whether the network works on integers, at least in part.
    bool quantized() const { return d_layout->quantized(); }

private:
    convolution_executor(std::unique_ptr<window_layout> layout, const kernel_set& kernels);

    std::unique_ptr<window_layout> d_layout;
    const kernel_set& d_kernels;
};

} // namespace engine
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ENGINE_CONVOLUTION_EXECUTOR_H */
