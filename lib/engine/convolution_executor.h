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
#include "window_network.h"

#include <volk/volk_alloc.hh>

#include <memory>
#include <vector>

namespace gr {
namespace dlcomm {
namespace engine {

/*!
 * \brief Runs classifiers made of one-dimensional convolutions, 4 to 16 windows at a time.
 *
 * In float32, and in whole numbers held in float32 where the network is quantized: their
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

private:
    convolution_executor(window_network network, const kernel_set& kernels);
    bool lay_out();
    void add_stage(const window_stage& stage);

    // Where a tensor lies in the workspace, in places.
    struct room {
        size_t before = 0, behind = 0; // zeros around each channel
        size_t begin = 0, stride = 0;
    };

    const kernel_set& d_kernels;
    window_network d_network;
    std::vector<room> d_rooms;
    std::vector<std::vector<float>> d_numbers; // what the stages point to
    std::vector<stage_view> d_stages;
    window_network_view d_view;
    volk::vector<float> d_places;
};

} // namespace engine
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ENGINE_CONVOLUTION_EXECUTOR_H */
