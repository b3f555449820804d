/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_MEASUREMENT_CONFUSION_COUNTER_H
#define INCLUDED_DLCOMM_MEASUREMENT_CONFUSION_COUNTER_H

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace gr {
namespace dlcomm {
namespace measurement {

/*!
 * \brief Counts what a classifier said against what was true, apart for every SNR label.
 *
 * The truth is set before the decisions that it holds for. Decisions without a known
 * truth are counted apart, and toward no limit.
 */
class confusion_counter
{
public:
    //! The decision "unknown".
    static constexpr uint8_t unknown = 255;
    //! Most labels: an index is a byte, and one value of it means "unknown".
    static constexpr size_t most_labels = 255;
    //! Most different SNR labels, so that memory stays bounded.
    static constexpr size_t most_snrs = 1024;

    //! Counts of one SNR label, [true class][said class, then "unknown"], flat.
    using matrix = std::vector<uint64_t>;

    /*!
     * \param labels names of the classes, in the order of the decisions' indices
     * \param max_decisions stop at so many counted decisions; 0: never
     *
     * Throws std::invalid_argument when there are too few or too many labels, or one is
     * empty or there twice.
     */
    explicit confusion_counter(const std::vector<std::string>& labels,
                               uint64_t max_decisions = 0);

    /*!
     * \brief What is true from the next decision on.
     *
     * Throws std::invalid_argument when the label is none of the classes, the SNR is not
     * finite, or it is one more than most_snrs; the truth is then not known.
     */
    void set_truth(const std::string& label, double snr_db);

    //! From the next decision on nothing is known.
    void forget_truth() { d_row = nullptr; }

    /*!
     * \brief Count the next decisions; ignored once done().
     *
     * Throws std::invalid_argument at a decision that is neither a class nor "unknown";
     * those before it are counted.
     */
    void feed(const uint8_t* decided, size_t count);

    //! Zero counts; the truth stays.
    void reset();

    const std::vector<std::string>& labels() const { return d_labels; }
    //! Decisions whose truth was known.
    uint64_t decisions() const { return d_decisions; }
    uint64_t right() const { return d_right; }
    //! Counted decisions that were "unknown".
    uint64_t said_unknown() const { return d_said_unknown; }
    //! Decisions whose truth was not known.
    uint64_t without_truth() const { return d_without_truth; }
    bool done() const { return d_max_decisions && d_decisions == d_max_decisions; }
    //! What was counted, by SNR label.
    const std::map<double, matrix>& counts() const { return d_counts; }

private:
    const std::vector<std::string> d_labels;
    const uint64_t d_max_decisions;
    std::map<double, matrix> d_counts;
    uint64_t* d_row = nullptr; // of the truth that holds; null: not known
    double d_snr_db = 0.0;
    size_t d_class = 0;
    uint64_t d_decisions = 0, d_right = 0, d_said_unknown = 0, d_without_truth = 0;
};

} // namespace measurement
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_MEASUREMENT_CONFUSION_COUNTER_H */
