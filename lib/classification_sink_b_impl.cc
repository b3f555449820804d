/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "classification_sink_b_impl.h"
#include "named_errors.h"
#include <gnuradio/io_signature.h>

namespace gr {
namespace dlcomm {
namespace {

using measurement::confusion_counter;

constexpr const char* block_name = "classification_sink_b";
constexpr auto report_period = std::chrono::milliseconds(500);

const pmt::pmt_t& port()
{
    static const pmt::pmt_t symbol = pmt::mp("counts");
    return symbol;
}

const pmt::pmt_t& truth_key()
{
    static const pmt::pmt_t symbol = pmt::mp("truth");
    return symbol;
}

} // namespace

classification_sink_b::sptr
classification_sink_b::make(const std::vector<std::string>& labels,
                            uint64_t max_decisions)
{
    return with_name(block_name, [&] {
        return gnuradio::make_block_sptr<classification_sink_b_impl>(
            confusion_counter(labels, max_decisions));
    });
}

classification_sink_b_impl::classification_sink_b_impl(const confusion_counter& counter)
    : gr::sync_block(block_name,
                     gr::io_signature::make(1, 1, sizeof(uint8_t)),
                     gr::io_signature::make(0, 0, 0)),
      d_counter(counter)
{
    message_port_register_out(port());
}

std::vector<std::string> classification_sink_b_impl::labels() const
{
    return d_counter.labels();
}

uint64_t classification_sink_b_impl::decisions() const
{
    gr::thread::scoped_lock l(setlock());
    return d_counter.decisions();
}

uint64_t classification_sink_b_impl::right() const
{
    gr::thread::scoped_lock l(setlock());
    return d_counter.right();
}

uint64_t classification_sink_b_impl::said_unknown() const
{
    gr::thread::scoped_lock l(setlock());
    return d_counter.said_unknown();
}

uint64_t classification_sink_b_impl::without_truth() const
{
    gr::thread::scoped_lock l(setlock());
    return d_counter.without_truth();
}

std::map<double, std::vector<uint64_t>> classification_sink_b_impl::counts() const
{
    gr::thread::scoped_lock l(setlock());
    return d_counter.counts();
}

std::string classification_sink_b_impl::stop_reason() const
{
    gr::thread::scoped_lock l(setlock());
    return reason();
}

std::string classification_sink_b_impl::error() const
{
    gr::thread::scoped_lock l(setlock());
    return d_error;
}

void classification_sink_b_impl::reset()
{
    gr::thread::scoped_lock l(d_setlock);
    d_counter.reset();
    d_reported_end = false;
}

const char* classification_sink_b_impl::reason() const
{
    if (!d_error.empty())
        return "error";
    if (d_counter.done())
        return "max_decisions";
    return d_stopped ? "end_of_stream" : "counting";
}

pmt::pmt_t classification_sink_b_impl::report() const
{
    // pmt.to_python() takes no vector of 64-bit integers; doubles are exact up to 2^53.
    std::vector<double> snrs, confusion;
    for (const auto& [snr, matrix] : d_counter.counts()) {
        snrs.push_back(snr);
        confusion.insert(confusion.end(), matrix.begin(), matrix.end());
    }
    pmt::pmt_t dict = pmt::make_dict();
    dict = pmt::dict_add(
        dict, pmt::mp("decisions"), pmt::from_uint64(d_counter.decisions()));
    dict = pmt::dict_add(dict, pmt::mp("right"), pmt::from_uint64(d_counter.right()));
    dict = pmt::dict_add(
        dict, pmt::mp("said_unknown"), pmt::from_uint64(d_counter.said_unknown()));
    dict = pmt::dict_add(
        dict, pmt::mp("without_truth"), pmt::from_uint64(d_counter.without_truth()));
    dict = pmt::dict_add(
        dict, pmt::mp("snr_db"), pmt::init_f64vector(snrs.size(), snrs.data()));
    dict = pmt::dict_add(dict,
                         pmt::mp("confusion"),
                         pmt::init_f64vector(confusion.size(), confusion.data()));
    return pmt::dict_add(dict, pmt::mp("stop_reason"), pmt::mp(reason()));
}

bool classification_sink_b_impl::start()
{
    {
        gr::thread::scoped_lock l(d_setlock);
        if (d_stream.begins(*this)) {
            d_counter.forget_truth();
            d_error.clear();
        }
        d_stopped = false;
        d_next_report = std::chrono::steady_clock::now() + report_period;
    }
    return sync_block::start();
}

bool classification_sink_b_impl::stop()
{
    pmt::pmt_t last;
    {
        gr::thread::scoped_lock l(d_setlock);
        d_stopped = true;
        if (!d_reported_end)
            last = report();
    }
    if (last)
        message_port_pub(port(), last);
    return sync_block::stop();
}

int classification_sink_b_impl::work(int noutput_items,
                                     gr_vector_const_void_star& input_items,
                                     gr_vector_void_star& /*output_items*/)
{
    pmt::pmt_t message;
    bool ended;
    {
        gr::thread::scoped_lock l(d_setlock);
        try {
            count(static_cast<const uint8_t*>(input_items[0]), noutput_items);
        } catch (const std::invalid_argument& error) {
            d_error = std::string(block_name) + ": " + error.what();
            d_logger->error("{}; the flowgraph ends here", error.what());
        }
        ended = d_counter.done() || !d_error.empty();
        const auto now = std::chrono::steady_clock::now();
        if (ended ? !d_reported_end : now >= d_next_report) {
            message = report();
            d_reported_end = ended;
            d_next_report = now + report_period;
        }
    }
    if (message)
        message_port_pub(port(), message);
    return ended ? WORK_DONE : noutput_items;
}

// Count items, each stretch under the truth that its tag says.
void classification_sink_b_impl::count(const uint8_t* decided, uint64_t items)
{
    const uint64_t begin = nitems_read(0);
    get_tags_in_range(d_tags, 0, begin, begin + items, truth_key());
    uint64_t counted = 0;
    for (const auto& tag : d_tags) {
        d_counter.feed(decided + counted, tag.offset - begin - counted);
        counted = tag.offset - begin;
        if (d_counter.done())
            return;
        take_truth(tag.value);
    }
    d_counter.feed(decided + counted, items - counted);
}

void classification_sink_b_impl::take_truth(const pmt::pmt_t& value)
{
    static const pmt::pmt_t modulation = pmt::mp("modulation"),
                            snr_db = pmt::mp("snr_db");
    if (pmt::is_null(value)) {
        d_counter.forget_truth();
        return;
    }
    pmt::pmt_t label = pmt::PMT_NIL, snr = pmt::PMT_NIL;
    if (pmt::is_dict(value)) {
        label = pmt::dict_ref(value, modulation, pmt::PMT_NIL);
        snr = pmt::dict_ref(value, snr_db, pmt::PMT_NIL);
    }
    if (!pmt::is_symbol(label) || !(pmt::is_real(snr) || pmt::is_integer(snr)))
        throw std::invalid_argument(
            "a tag \"truth\" is " + pmt::write_string(value) +
            ", expected a dictionary of modulation (a symbol) and snr_db (a number), or "
            "nil");
    d_counter.set_truth(pmt::symbol_to_string(label), pmt::to_double(snr));
}

} // namespace dlcomm
} // namespace gr
