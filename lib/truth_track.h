/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_TRUTH_TRACK_H
#define INCLUDED_DLCOMM_TRUTH_TRACK_H

#include <cstdint>
#include <deque>
#include <utility>

namespace gr {
namespace dlcomm {

/*!
 * \brief Which truth holds for all of a stretch of samples.
 *
 * A truth holds from the sample that it is marked on up to the next mark. A new mark ends
 * it even where it says the same: what was sent may begin anew there.
 *
 * \tparam Value what a mark says; `nothing` stands for "not known"
 */
template <class Value>
class truth_track
{
public:
    explicit truth_track(Value nothing) : d_nothing(nothing), d_now(nothing) {}

    //! A mark; they come in order of samples, and of two on one sample the last counts.
    void mark(uint64_t sample, Value value) { d_marks.emplace_back(sample, value); }

    /*!
     * \brief The truth of the samples from `begin` to before `end`.
     *
     * `begin` never decreases from call to call, and all marks before `end` are known.
     */
    const Value& over(uint64_t begin, uint64_t end)
    {
        for (; !d_marks.empty() && d_marks.front().first <= begin; d_marks.pop_front())
            d_now = d_marks.front().second;
        const bool changes = !d_marks.empty() && d_marks.front().first < end;
        return changes ? d_nothing : d_now;
    }

    //! Begin a new stream.
    void restart()
    {
        d_marks.clear();
        d_now = d_nothing;
    }

private:
    const Value d_nothing;
    Value d_now;
    std::deque<std::pair<uint64_t, Value>> d_marks; // after d_now's
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_TRUTH_TRACK_H */
