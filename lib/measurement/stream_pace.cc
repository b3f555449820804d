/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "stream_pace.h"

#include <algorithm>

namespace gr {
namespace dlcomm {
namespace measurement {
namespace {

constexpr double shortest_period = 1.0; // seconds

double seconds(stream_pace::time_point from, stream_pace::time_point to)
{
    return std::chrono::duration<double>(to - from).count();
}

} // namespace

void stream_pace::add(const batch& batch)
{
    if (!d_began) {
        d_began = true;
        d_begin = d_period = batch.begin;
        d_samples = -static_cast<double>(batch.available);
    }
    d_samples += batch.consumed;
    d_missing += batch.missing;
    d_cpu_seconds += batch.cpu_seconds;
    if (d_sample_rate > 0.0)
        d_lag = std::max(0.0,
                         seconds(d_begin, batch.end) - d_missing -
                             d_samples / d_sample_rate);
    const double period = seconds(d_period, batch.end);
    if (period >= shortest_period) {
        d_last_load = std::min(1.0, d_cpu_seconds / period);
        d_cpu_seconds = 0.0;
        d_period = batch.end;
    }
}

double stream_pace::load(time_point now) const
{
    const double period = d_began ? seconds(d_period, now) : 0.0;
    // A block that waits for samples adds nothing: its load falls all the same.
    if (period >= shortest_period || (d_last_load < 0.0 && period > 0.0))
        return std::min(1.0, d_cpu_seconds / period);
    return std::max(0.0, d_last_load);
}

} // namespace measurement
} // namespace dlcomm
} // namespace gr
