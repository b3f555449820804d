/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ENGINE_SESSION_EXECUTOR_H
#define INCLUDED_DLCOMM_ENGINE_SESSION_EXECUTOR_H

#include "executor.h"
#include "session.h"

#include <volk/volk_alloc.hh>

namespace gr {
namespace dlcomm {
namespace engine {

//! Runs any decoder network in ONNX Runtime.
class session_executor : public executor
{
public:
    //! Loads the network and runs it on two batch sizes; throws model_error if it fails.
    explicit session_executor(const onnx_file& file);

    const char* name() const override { return "onnxruntime"; }
    void
    logits(const float* symbols, const float* csi, size_t batch, float* logits) override;
    void decide(const float* symbols,
                const float* csi,
                size_t batch,
                uint8_t* messages) override;

private:
    session d_session;
    volk::vector<float> d_logits; // rows of the largest batch
};

} // namespace engine
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ENGINE_SESSION_EXECUTOR_H */
