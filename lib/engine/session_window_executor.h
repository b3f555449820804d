/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ENGINE_SESSION_WINDOW_EXECUTOR_H
#define INCLUDED_DLCOMM_ENGINE_SESSION_WINDOW_EXECUTOR_H

#include "session.h"
#include "window_executor.h"

namespace gr {
namespace dlcomm {
namespace engine {

//! Runs any classifier network in ONNX Runtime, on the caller's own memory.
class session_window_executor : public window_executor
{
public:
    //! Loads the network and runs it on two batch sizes; throws model_error if it fails.
    explicit session_window_executor(const onnx_file& file);

    const char* name() const override { return "onnxruntime"; }
    void logits(const float* iq, size_t batch, float* logits) override;

private:
    session d_session;
};

} // namespace engine
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ENGINE_SESSION_WINDOW_EXECUTOR_H */
