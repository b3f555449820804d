/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ENGINE_CLASSIFIER_H
#define INCLUDED_DLCOMM_ENGINE_CLASSIFIER_H

#include "contract.h"
#include "window_executor.h"

#include <volk/volk_alloc.hh>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace gr {
namespace dlcomm {
namespace engine {

//! What a classifier makes of a window before the network sees it.
enum class window_state : uint8_t {
    good,
    silent,    // zeros, or a power that float32 cannot hold
    not_finite // a NaN, an infinity, or a power beyond float32
};

/*!
 * \brief A classifier network with the checks around it, for windows on a stream.
 *
 * Keeps windows that say nothing away from the network and turns logits into
 * log-probabilities. Not for use by two threads at once.
 */
class classifier
{
public:
    //! Classes that a decision of one byte can tell apart; 255 means "unknown".
    static constexpr size_t most_classes = 255;

    /*!
     * \param path a classifier file that obeys the contract
     * \param largest_batch the most windows of one call; fewer where their samples would
     * take more than 32 MiB
     *
     * Throws model_error when the file does not obey it, has more than 255 labels or
     * fails to run.
     */
    static std::unique_ptr<classifier> load(const std::string& path,
                                            size_t largest_batch);

    const contract& about() const { return d_contract; }
    size_t window() const { return d_contract.window; }         //!< complex samples
    size_t classes() const { return d_contract.labels.size(); } //!< labels
    size_t largest_batch() const { return d_states.size(); }    //!< windows of a call

    //! What runs the network.
    const char* executor_name() const { return d_executor->name(); }

    /*!
     * \brief Classify windows that begin every `hop` samples.
     *
     * Windows that lie end to end are read where they are; others are gathered first.
     *
     * \param iq the first window's first sample, I and Q alternating; `count` windows of
     * window() samples lie there, the next one `hop` samples after the one before
     * \param hop complex samples from window to window, at least 1
     * \param count 1 to largest_batch()
     *
     * Afterwards state() and log_probabilities() tell of each window. Throws model_error
     * when the runtime reports a failure.
     */
    void classify(const float* iq, size_t hop, size_t count);

    //! Of a window of the last call; not_finite, too, where its logits are not finite.
    window_state state(size_t window) const { return d_states[window]; }

    //! [classes] natural logarithms, of a window of the last call whose state is good.
    const double* log_probabilities(size_t window) const
    {
        return d_log_probabilities.data() + window * classes();
    }

private:
    classifier() = default;

    contract d_contract;
    std::unique_ptr<window_executor> d_executor;
    volk::vector<float> d_gathered; // windows of a call that do not lie end to end
    volk::vector<float> d_logits;
    volk::vector<double> d_log_probabilities;
    volk::vector<window_state> d_states;
};

//! Whether a window of complex samples (I and Q alternating) says anything.
window_state state_of_window(const float* iq, size_t samples);

/*!
 * \brief Logarithms of the probabilities that logits stand for, in double precision.
 *
 * Double, because the largest of two close logits must stay the larger one. Limited to
 * -1e30, so that sums of them stay finite.
 *
 * \return false when a logit is not finite; log_probabilities is then not written
 */
bool log_softmax(const float* logits, size_t classes, double* log_probabilities);

} // namespace engine
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ENGINE_CLASSIFIER_H */
