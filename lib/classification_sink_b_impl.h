/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_CLASSIFICATION_SINK_B_IMPL_H
#define INCLUDED_DLCOMM_CLASSIFICATION_SINK_B_IMPL_H

#include "fresh_stream.h"
#include "lockable.h"
#include "measurement/confusion_counter.h"
#include <gnuradio/dlcomm/classification_sink_b.h>
#include <chrono>

namespace gr {
namespace dlcomm {

class classification_sink_b_impl : public lockable<classification_sink_b>
{
public:
    explicit classification_sink_b_impl(const measurement::confusion_counter& counter);

    std::vector<std::string> labels() const override;
    uint64_t decisions() const override;
    uint64_t right() const override;
    uint64_t said_unknown() const override;
    uint64_t without_truth() const override;
    std::map<double, std::vector<uint64_t>> counts() const override;
    std::string stop_reason() const override;
    std::string error() const override;
    void reset() override;

    bool start() override;
    bool stop() override;
    int work(int noutput_items,
             gr_vector_const_void_star& input_items,
             gr_vector_void_star& output_items) override;

private:
    // Called with the lock held.
    void count(const uint8_t* decided, uint64_t items);
    void take_truth(const pmt::pmt_t& value);
    const char* reason() const;
    pmt::pmt_t report() const;

    measurement::confusion_counter d_counter;
    fresh_stream d_stream;
    std::vector<tag_t> d_tags;
    std::string d_error;
    bool d_stopped = false;
    bool d_reported_end = false;
    std::chrono::steady_clock::time_point d_next_report;
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_CLASSIFICATION_SINK_B_IMPL_H */
