/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_MODULATION_CLASSIFIER_C_IMPL_H
#define INCLUDED_DLCOMM_MODULATION_CLASSIFIER_C_IMPL_H

#include "decision_tags.h"
#include "engine/classifier.h"
#include "engine/decision_average.h"
#include "fresh_stream.h"
#include "lockable.h"
#include "measurement/stream_pace.h"
#include "window_cutter.h"
#include <gnuradio/dlcomm/modulation_classifier_c.h>
#include <memory>

namespace gr {
namespace dlcomm {

class modulation_classifier_c_impl : public lockable<modulation_classifier_c>
{
public:
    //! As make() of the public class, after its checks; `hop` is at least 1.
    modulation_classifier_c_impl(std::unique_ptr<engine::classifier> classifier,
                                 int hop,
                                 int average,
                                 double threshold,
                                 int max_batch,
                                 double sample_rate);

    void set_model(const std::string& model) override;
    void set_average(int average) override;
    void set_threshold(double threshold) override;
    std::string model() const override;
    std::vector<std::string> labels() const override;
    int window() const override { return static_cast<int>(d_cutter.window()); }
    int hop() const override { return static_cast<int>(d_cutter.hop()); }
    int average() const override;
    double threshold() const override;
    std::string executor() const override;
    uint64_t decisions() const override;
    uint64_t unknown() const override;
    uint64_t silent_windows() const override;
    uint64_t nonfinite_windows() const override;
    double lag() const override;
    double load() const override;

    bool start() override;
    void forecast(int noutput_items, gr_vector_int& ninput_items_required) override;
    int general_work(int noutput_items,
                     gr_vector_int& ninput_items,
                     gr_vector_const_void_star& input_items,
                     gr_vector_void_star& output_items) override;

private:
    using decision = engine::decision_average::decision;

    // All called with the lock held.
    pmt::pmt_t keep_pace(const measurement::stream_pace::batch& batch);
    void count(engine::window_state state, const decision& made);
    void warn_once(uint64_t silent_before, uint64_t nonfinite_before);
    void read_tags(uint64_t end);
    void write_tags(uint64_t item, uint64_t sample, const decision& made, size_t ports);
    const pmt::pmt_t& symbol(const decision& made) const;
    pmt::pmt_t message(uint64_t sample, const decision& made) const;
    pmt::pmt_t status(measurement::stream_pace::time_point now) const;

    window_cutter d_cutter;
    const int d_max_batch;
    const double d_sample_rate;
    std::unique_ptr<engine::classifier> d_classifier;
    std::unique_ptr<engine::decision_average> d_average;
    int d_average_length;
    double d_threshold;
    uint64_t d_decisions = 0, d_unknown = 0, d_silent = 0, d_nonfinite = 0;

    fresh_stream d_stream;
    measurement::stream_pace d_pace;
    measurement::stream_pace::time_point d_next_status;
    bool d_warned_of_lag = false;

    std::vector<pmt::pmt_t> d_symbols; // of the labels
    decision_tags d_decision_tags;
    std::vector<tag_t> d_tags;          // of the input, a batch of them
    uint64_t d_tags_read = 0;           // tags before this sample are noted
    std::vector<pmt::pmt_t> d_messages; // of a batch
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_MODULATION_CLASSIFIER_C_IMPL_H */
