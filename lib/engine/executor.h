/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ENGINE_EXECUTOR_H
#define INCLUDED_DLCOMM_ENGINE_EXECUTOR_H

#include "onnx_file.h"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace gr {
namespace dlcomm {
namespace engine {

/*!
 * \brief Runs a decoder network on batches: the room for faster exact ways of doing so.
 *
 * An executor computes the network's function without approximation; results may differ
 * from another executor's by the rounding of float sums alone. make_executor() picks the
 * fastest one that fits a graph.
 */
class executor
{
public:
    //! Largest batch of one call; keeps what passes between layers within the cache.
    static constexpr size_t largest_batch = 1024;

    virtual ~executor() = default;

    //! Short name for logs.
    virtual const char* name() const = 0;

    /*!
     * \brief Logits of a batch.
     *
     * \param symbols [batch, n] finite values
     * \param csi [batch, 2] finite values, or nullptr for a network without that input
     * \param batch 1 to largest_batch
     * \param logits [batch, 2^k]
     */
    virtual void
    logits(const float* symbols, const float* csi, size_t batch, float* logits) = 0;

    //! Index of the largest logit per message, the first of equal ones.
    virtual void
    decide(const float* symbols, const float* csi, size_t batch, uint8_t* messages) = 0;
};

/*!
 * \brief The fastest exact executor for a decoder's graph.
 *
 * Throws model_error when the network cannot be loaded or run.
 */
std::unique_ptr<executor> make_executor(const onnx_file& file);

} // namespace engine
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ENGINE_EXECUTOR_H */
