/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_MEASUREMENT_STREAM_PACE_H
#define INCLUDED_DLCOMM_MEASUREMENT_STREAM_PACE_H

#include <chrono>
#include <cstddef>

namespace gr {
namespace dlcomm {
namespace measurement {

/*!
 * \brief Whether a block keeps up with a stream that arrives in real time.
 *
 * Told of each batch, it says how far what is done lies behind the wall clock, and how
 * much processor time the work takes. Time is given from outside.
 */
class stream_pace
{
public:
    using time_point = std::chrono::steady_clock::time_point;

    //! \param sample_rate of the stream, in samples per second; 0: no real time
    explicit stream_pace(double sample_rate) : d_sample_rate(sample_rate) {}

    struct batch {
        size_t available;   // samples that were there when it began
        size_t consumed;    // samples of these that are done with
        double cpu_seconds; // processor time of the work
        double missing;     // seconds of the stream that are known not to have come in it
        time_point begin, end;
    };

    void add(const batch& batch);

    //! Seconds from the arrival of the oldest sample that is not done with, as a stream of
    //! exactly this rate would have brought it, to the end of the last batch; 0 while
    //! that is ahead of time, or without a rate. What is missing is no lag.
    double lag() const { return d_lag; }

    //! Processor time by wall time: over the last second or longer, and before that much
    //! has gone by, since the beginning; 0 to 1.
    double load(time_point now) const;

    //! Begin anew with the next batch.
    void restart() { *this = stream_pace(d_sample_rate); }

private:
    double d_sample_rate;
    bool d_began = false;
    time_point d_begin;     // of the first batch
    double d_samples = 0.0; // done with, less those that were there at d_begin
    double d_missing = 0.0; // seconds
    double d_lag = 0.0;
    time_point d_period; // since when processor time is summed up
    double d_cpu_seconds = 0.0;
    double d_last_load = -1.0; // of the period before; negative: there was none
};

} // namespace measurement
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_MEASUREMENT_STREAM_PACE_H */
