/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ENGINE_WINDOW_EXECUTOR_H
#define INCLUDED_DLCOMM_ENGINE_WINDOW_EXECUTOR_H

#include "onnx_file.h"

#include <cstddef>
#include <memory>

namespace gr {
namespace dlcomm {
namespace engine {

/*!
 * \brief Runs a classifier network on batches of windows: the room for faster exact ways
 * of doing so.
 *
 * An executor computes the network's function without approximation; results may differ
 * from another executor's by the rounding of float sums alone. make_window_executor()
 * picks the fastest one that fits a graph.
 */
class window_executor
{
public:
    virtual ~window_executor() = default;

    //! Short name for logs.
    virtual const char* name() const = 0;

    /*!
     * \brief Logits of a batch; allocates nothing of its own.
     *
     * \param iq [batch, window, 2] finite values, only read
     * \param batch number of windows, at least 1
     * \param logits [batch, classes]
     */
    virtual void logits(const float* iq, size_t batch, float* logits) = 0;
};

/*!
 * \brief The fastest exact executor for a classifier's graph.
 *
 * \param file a file that obeys the contract of a classifier
 *
 * Throws model_error when the network cannot be loaded or run.
 */
std::unique_ptr<window_executor> make_window_executor(const onnx_file& file);

} // namespace engine
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ENGINE_WINDOW_EXECUTOR_H */
