/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "convolution_executor.h"

namespace gr {
namespace dlcomm {
namespace engine {

std::unique_ptr<convolution_executor>
convolution_executor::recognise(const onnx_file& file, const kernel_set& kernels)
{
    auto network = read_window_network(file);
    if (!network)
        return nullptr;
    auto layout = window_layout::of(std::move(*network), kernels.takes_codes);
    if (!layout)
        return nullptr;
    return std::unique_ptr<convolution_executor>(
        new convolution_executor(std::move(layout), kernels));
}

convolution_executor::convolution_executor(std::unique_ptr<window_layout> layout,
                                           const kernel_set& kernels)
    : d_layout(std::move(layout)), d_kernels(kernels)
{
}

void convolution_executor::logits(const float* iq, size_t batch, float* logits)
{
    d_kernels.window_logits(d_layout->view(), iq, batch, d_layout->places(), logits);
}

} // namespace engine
} // namespace dlcomm
} // namespace gr
