/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ENGINE_DECISION_AVERAGE_H
#define INCLUDED_DLCOMM_ENGINE_DECISION_AVERAGE_H

#include <volk/volk_alloc.hh>
#include <cstddef>
#include <cstdint>

namespace gr {
namespace dlcomm {
namespace engine {

/*!
 * \brief Decides from the mean log-probabilities of the last windows.
 *
 * For windows that are independent given the class their log-probabilities add up; the
 * mean does not claim that independence, and is renormalised to probabilities that sum to
 * one. Windows that say nothing are left out of the mean, and a decision on one is
 * "unknown".
 */
class decision_average
{
public:
    static constexpr uint8_t unknown = 255;
    static constexpr size_t longest = 1024;

    //! \param windows the most that a mean is taken of, 1 to `longest`
    decision_average(size_t classes, size_t windows);

    struct decision {
        uint8_t index;      // of the class, or `unknown`
        double probability; // of the likeliest class; 0 without anything to go by
    };

    /*!
     * \brief Take the next window and decide.
     *
     * \param log_probabilities [classes], or nullptr for a window that says nothing
     * \param threshold a smaller probability of the likeliest class is "unknown"
     */
    decision next(const double* log_probabilities, double threshold);

    //! [classes] probabilities behind the last decision; zeros on a window of nothing.
    const float* probabilities() const { return d_probabilities.data(); }

    //! Windows that the last decision looks back on, itself and those of nothing included.
    size_t span() const { return d_span; }

    //! Forget all windows.
    void clear();

private:
    const size_t d_classes, d_windows;
    volk::vector<double> d_rows;   // ring of log-probabilities
    volk::vector<uint8_t> d_valid; // whether a row of the ring is there
    volk::vector<double> d_mean;
    volk::vector<float> d_probabilities;
    size_t d_next = 0, d_span = 0;
};

} // namespace engine
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ENGINE_DECISION_AVERAGE_H */
