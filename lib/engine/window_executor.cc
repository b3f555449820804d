/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "convolution_executor.h"
#include "session_window_executor.h"
#include "window_executor.h"

namespace gr {
namespace dlcomm {
namespace engine {

std::unique_ptr<window_executor> make_window_executor(const onnx_file& file)
{
    // The runtime looks at every model, so that a file is accepted or refused for the
    // same reasons whichever executor serves it afterwards.
    auto general = std::make_unique<session_window_executor>(file);
    auto convolutions = convolution_executor::recognise(file);
    // Four floats at a time are no match for the runtime's kernels for integers.
    if (convolutions && !(convolutions->quantized() && &kernels() == &kernels_base))
        return convolutions;
    return general;
}

} // namespace engine
} // namespace dlcomm
} // namespace gr
