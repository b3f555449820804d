/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ERROR_RATE_SINK_BB_IMPL_H
#define INCLUDED_DLCOMM_ERROR_RATE_SINK_BB_IMPL_H

#include "fresh_stream.h"
#include "lockable.h"
#include "measurement/error_counter.h"
#include <gnuradio/dlcomm/error_rate_sink_bb.h>
#include <chrono>

namespace gr {
namespace dlcomm {

class error_rate_sink_bb_impl : public lockable<error_rate_sink_bb>
{
public:
    error_rate_sink_bb_impl(const measurement::error_counter& counter, bool stop_graph);

    uint64_t messages() const override;
    uint64_t block_errors() const override;
    uint64_t bits() const override;
    uint64_t bit_errors() const override;
    int delay() const override;
    std::string stop_reason() const override;
    void reset() override;

    bool start() override;
    bool stop() override;
    int work(int noutput_items,
             gr_vector_const_void_star& input_items,
             gr_vector_void_star& output_items) override;

private:
    // Called with the lock held.
    const char* reason() const;
    pmt::pmt_t counts() const;

    measurement::error_counter d_counter;
    const bool d_stop_graph;
    fresh_stream d_stream;
    bool d_stopped = false;
    bool d_reported_end = false;
    std::chrono::steady_clock::time_point d_next_report;
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ERROR_RATE_SINK_BB_IMPL_H */
