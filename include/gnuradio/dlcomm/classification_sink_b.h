/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_CLASSIFICATION_SINK_B_H
#define INCLUDED_DLCOMM_CLASSIFICATION_SINK_B_H

#include <gnuradio/dlcomm/api.h>
#include <gnuradio/sync_block.h>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace gr {
namespace dlcomm {

/*!
 * \brief Counts what a classifier said against what was true, over SNR.
 * \ingroup dlcomm
 *
 * \details
 * The input has one byte per decision, as modulation_classifier_c gives them: the index
 * of a label, or 255 for "unknown". Tags with the key `truth` say what was sent: a
 * dictionary of `modulation` (symbol, one of the labels) and `snr_db` (number), or nil
 * for "not known". A truth holds from its item up to the next such tag. Decisions without
 * a known truth are counted apart, by without_truth().
 *
 * A truth that is no such dictionary, or is none of the labels, and a decision that is no
 * label's index end the flowgraph; error() and the log then say what was found and what
 * was expected.
 *
 * The message port `counts` emits a dictionary twice a second while counting and once at
 * the end: decisions, right, said_unknown, without_truth, snr_db (vector, ascending),
 * confusion (vector, [SNR][true label][said label, then "unknown"]) and stop_reason. When
 * the stream ends before max_decisions, a receiver may have ended before that last
 * message comes; the getters always tell.
 */
class DLCOMM_API classification_sink_b : virtual public gr::sync_block
{
public:
    typedef std::shared_ptr<classification_sink_b> sptr;

    /*!
     * \brief Make the sink.
     *
     * \param labels names of the classes, in the order of the decisions' indices, as
     * labels() of the classifier gives them
     * \param max_decisions end the flowgraph after exactly this many decisions whose
     * truth was known; 0: no such rule
     *
     * Throws std::invalid_argument when there are fewer than 2 or more than 255 labels,
     * or one is empty or there twice.
     */
    static sptr make(const std::vector<std::string>& labels, uint64_t max_decisions = 0);

    //! Names of the classes.
    virtual std::vector<std::string> labels() const = 0;

    //! Decisions so far whose truth was known.
    virtual uint64_t decisions() const = 0;

    //! Decisions so far that were right.
    virtual uint64_t right() const = 0;

    //! Decisions so far whose truth was known and that were "unknown".
    virtual uint64_t said_unknown() const = 0;

    //! Decisions so far whose truth was not known; they count nowhere else.
    virtual uint64_t without_truth() const = 0;

    //! The confusion matrices by SNR in dB, all of one moment: each the counts [true
    //! label][said label, then "unknown"], row after row.
    virtual std::map<double, std::vector<uint64_t>> counts() const = 0;

    //! `counting`, `max_decisions`, `error` or, after the graph ended, `end_of_stream`.
    virtual std::string stop_reason() const = 0;

    //! What ended the flowgraph, in one line; empty without an error.
    virtual std::string error() const = 0;

    //! Set the counts to zero and go on counting; the truth that holds stays.
    virtual void reset() = 0;
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_CLASSIFICATION_SINK_B_H */
