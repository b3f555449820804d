/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ENGINE_SESSION_H
#define INCLUDED_DLCOMM_ENGINE_SESSION_H

#include "onnx_file.h"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace gr {
namespace dlcomm {
namespace engine {

/*!
 * \brief One network in ONNX Runtime, run on the caller's own memory.
 *
 * One thread inside the runtime (GNU Radio gives every block a thread already), nothing
 * spins while idle. The runtime's library is opened on first use, privately, so that it
 * lives beside the Python wheel of ONNX Runtime and torch in one process whichever came
 * first. It is looked for at $DLCOMM_ONNXRUNTIME, beside this library, where it was found
 * at build time, and under its system name, in that order; where the variable is set,
 * nowhere else.
 */
class session
{
public:
    /*!
     * \param file the model; its bytes are not needed after construction
     *
     * Throws model_error when the runtime refuses the model, and std::runtime_error when
     * the runtime itself cannot be loaded.
     */
    explicit session(const onnx_file& file);
    ~session();
    session(const session&) = delete;
    session& operator=(const session&) = delete;

    /*!
     * \brief Run a batch.
     *
     * \param inputs one pointer per input, to batch rows in C order, of the input's type
     * \param output batch rows of float32
     * \param batch number of rows, at least 1
     *
     * Throws model_error when the runtime reports a failure (a shape that depends on
     * data, for one).
     */
    void run(const void* const* inputs, float* output, size_t batch);

    //! Floats per row of the output.
    size_t output_row() const;

private:
    struct impl;
    std::unique_ptr<impl> d_impl;
};

} // namespace engine
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ENGINE_SESSION_H */
