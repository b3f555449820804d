/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "session_window_executor.h"

#include <vector>

namespace gr {
namespace dlcomm {
namespace engine {

session_window_executor::session_window_executor(const onnx_file& file) : d_session(file)
{
    // A graph whose shapes only work for one batch size fails here, not on the air.
    const auto& shape = file.inputs.at(0).shape; // batch, window, 2
    for (const size_t batch : { size_t(1), size_t(3) }) {
        const std::vector<float> iq(batch * shape.at(1) * shape.at(2), 1.0f);
        std::vector<float> out(batch * d_session.output_row());
        logits(iq.data(), batch, out.data());
    }
}

void session_window_executor::logits(const float* iq, size_t batch, float* logits)
{
    const void* input = iq;
    d_session.run(&input, logits, batch);
}

} // namespace engine
} // namespace dlcomm
} // namespace gr
