/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "decision_tags.h"

namespace gr {
namespace dlcomm {

const pmt::pmt_t& decision_tags::modulation_key()
{
    static const pmt::pmt_t symbol = pmt::mp("modulation");
    return symbol;
}

const pmt::pmt_t& decision_tags::truth_key()
{
    static const pmt::pmt_t symbol = pmt::mp("truth");
    return symbol;
}

decision_tags::decision_tags(const std::string& source, double sample_rate)
    : d_source(pmt::mp(source)),
      d_clock(sample_rate),
      d_truth(pmt::PMT_NIL),
      d_said_truth(pmt::PMT_NIL)
{
}

void decision_tags::note(const std::vector<tag_t>& tags)
{
    for (const auto& tag : tags) {
        if (tag.key == truth_key())
            d_truth.mark(tag.offset, tag.value);
        else if (!d_clock.note(tag) && tag.key != modulation_key())
            d_waiting.push_back(tag);
    }
}

const std::vector<tag_t>& decision_tags::next(const window& on, const pmt::pmt_t& label)
{
    d_next.clear();
    const auto said = d_clock.advance(on.sample);
    d_missing = said.missing;
    if (said.time)
        if (const auto time = d_clock.time())
            say(stream_clock::time_key(), time);
    if (said.rate)
        say(stream_clock::rate_key(), pmt::from_double(d_clock.rate() / on.hop));
    if (said.freq)
        say(stream_clock::freq_key(), d_clock.freq());
    for (; !d_waiting.empty() && d_waiting.front().offset < on.end; d_waiting.pop_front())
        d_next.push_back(d_waiting.front());

    const pmt::pmt_t& truth = d_truth.over(on.sample - on.looked_back, on.end);
    if (truth != d_said_truth) {
        say(truth_key(), truth);
        d_said_truth = truth;
    }
    if (label != d_said_label) {
        say(modulation_key(), label);
        d_said_label = label;
    }
    return d_next;
}

void decision_tags::say(const pmt::pmt_t& key, const pmt::pmt_t& value)
{
    d_next.emplace_back();
    d_next.back().key = key;
    d_next.back().value = value;
    d_next.back().srcid = d_source;
}

void decision_tags::restart()
{
    d_clock.restart();
    d_truth.restart();
    d_waiting.clear();
    d_said_truth = pmt::PMT_NIL;
    d_said_label.reset();
}

} // namespace dlcomm
} // namespace gr
