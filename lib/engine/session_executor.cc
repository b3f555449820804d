/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "kernels.h"
#include "session_executor.h"

namespace gr {
namespace dlcomm {
namespace engine {

session_executor::session_executor(const onnx_file& file)
    : d_session(file), d_logits(largest_batch * d_session.output_row())
{
    // A graph whose shapes only work for one batch size fails here, not on the air.
    std::vector<float> symbols, csi;
    for (const size_t batch : { size_t(1), size_t(3) }) {
        symbols.assign(batch * file.inputs.at(0).shape.at(1), 0.0f);
        csi.assign(2 * batch, 0.0f);
        logits(symbols.data(), csi.data(), batch, d_logits.data());
    }
}

void session_executor::logits(const float* symbols,
                              const float* csi,
                              size_t batch,
                              float* logits)
{
    const void* inputs[] = { symbols, csi };
    d_session.run(inputs, logits, batch);
}

void session_executor::decide(const float* symbols,
                              const float* csi,
                              size_t batch,
                              uint8_t* messages)
{
    logits(symbols, csi, batch, d_logits.data());
    kernels().argmax(d_logits.data(), batch, d_session.output_row(), messages);
}

} // namespace engine
} // namespace dlcomm
} // namespace gr
