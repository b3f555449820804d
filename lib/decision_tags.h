/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_DECISION_TAGS_H
#define INCLUDED_DLCOMM_DECISION_TAGS_H

#include "stream_clock.h"
#include "truth_track.h"
#include <gnuradio/tags.h>
#include <pmt/pmt.h>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace gr {
namespace dlcomm {

/*!
 * \brief From the tags of samples to those of decisions on windows of them.
 *
 * What a radio says of time, rate and frequency is said anew for the windows; a truth is
 * said where it changes, and only where it holds for all samples that a decision looks
 * at; a label where it changes. All other tags go to the decision on the first window
 * that ends behind them.
 */
class decision_tags
{
public:
    static const pmt::pmt_t& modulation_key(); //!< of the labels
    static const pmt::pmt_t& truth_key();      //!< of the truths

    /*!
     * \param source who makes the tags, as an identity of GNU Radio's
     * \param sample_rate samples per second where no tag says; 0: not known
     */
    decision_tags(const std::string& source, double sample_rate);

    //! Tags of samples, in order of these. All before a window's end are noted before
    //! next().
    void note(const std::vector<tag_t>& tags);

    struct window {
        uint64_t sample;      // its first one
        uint64_t end;         // that behind its last one
        uint64_t looked_back; // samples of earlier windows that it rests on, too
        uint64_t hop;         // samples from window to window
    };

    //! The tags of the next decision; their offsets mean nothing yet. Good up to the next
    //! call.
    const std::vector<tag_t>& next(const window& on, const pmt::pmt_t& label);

    //! Seconds before the window of the last next() that the radio says it lost.
    double missing() const { return d_missing; }

    //! What is known of the first sample of that window.
    const stream_clock& clock() const { return d_clock; }

    //! Begin a new stream.
    void restart();

private:
    void say(const pmt::pmt_t& key, const pmt::pmt_t& value);

    const pmt::pmt_t d_source;
    stream_clock d_clock;
    truth_track<pmt::pmt_t> d_truth;
    std::deque<tag_t> d_waiting; // tags of others, for a window still to come
    pmt::pmt_t d_said_truth, d_said_label;
    std::vector<tag_t> d_next;
    double d_missing = 0.0;
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_DECISION_TAGS_H */
