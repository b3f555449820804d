/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "error_rate_sink_bb_impl.h"
#include "named_errors.h"
#include <gnuradio/io_signature.h>

namespace gr {
namespace dlcomm {
namespace {

using measurement::error_counter;

constexpr const char* block_name = "error_rate_sink_bb";
constexpr auto report_period = std::chrono::milliseconds(500);

const pmt::pmt_t& port()
{
    static const pmt::pmt_t symbol = pmt::mp("counts");
    return symbol;
}

} // namespace

error_rate_sink_bb::sptr error_rate_sink_bb::make(int k,
                                                  uint64_t target_block_errors,
                                                  uint64_t max_messages,
                                                  int delay,
                                                  uint64_t check_interval,
                                                  bool stop_graph)
{
    return with_name(block_name, [&] {
        return gnuradio::make_block_sptr<error_rate_sink_bb_impl>(
            error_counter(
                k, { target_block_errors, max_messages, check_interval }, delay),
            stop_graph);
    });
}

error_rate_sink_bb_impl::error_rate_sink_bb_impl(const error_counter& counter,
                                                 bool stop_graph)
    : gr::sync_block(block_name,
                     gr::io_signature::make(2, 2, sizeof(uint8_t)),
                     gr::io_signature::make(0, 0, 0)),
      d_counter(counter),
      d_stop_graph(stop_graph)
{
    message_port_register_out(port());
}

uint64_t error_rate_sink_bb_impl::messages() const
{
    gr::thread::scoped_lock l(setlock());
    return d_counter.messages();
}

uint64_t error_rate_sink_bb_impl::block_errors() const
{
    gr::thread::scoped_lock l(setlock());
    return d_counter.block_errors();
}

uint64_t error_rate_sink_bb_impl::bits() const
{
    gr::thread::scoped_lock l(setlock());
    return d_counter.bits();
}

uint64_t error_rate_sink_bb_impl::bit_errors() const
{
    gr::thread::scoped_lock l(setlock());
    return d_counter.bit_errors();
}

int error_rate_sink_bb_impl::delay() const
{
    gr::thread::scoped_lock l(setlock());
    return d_counter.delay();
}

std::string error_rate_sink_bb_impl::stop_reason() const
{
    gr::thread::scoped_lock l(setlock());
    return reason();
}

void error_rate_sink_bb_impl::reset()
{
    gr::thread::scoped_lock l(d_setlock);
    d_counter.reset();
    d_reported_end = false;
}

const char* error_rate_sink_bb_impl::reason() const
{
    switch (d_counter.now()) {
    case error_counter::state::target_errors:
        return "target_errors";
    case error_counter::state::max_messages:
        return "max_messages";
    default:
        return d_stopped ? "end_of_stream" : "counting";
    }
}

pmt::pmt_t error_rate_sink_bb_impl::counts() const
{
    pmt::pmt_t dict = pmt::make_dict();
    dict =
        pmt::dict_add(dict, pmt::mp("messages"), pmt::from_uint64(d_counter.messages()));
    dict = pmt::dict_add(
        dict, pmt::mp("block_errors"), pmt::from_uint64(d_counter.block_errors()));
    dict = pmt::dict_add(dict, pmt::mp("bits"), pmt::from_uint64(d_counter.bits()));
    dict = pmt::dict_add(
        dict, pmt::mp("bit_errors"), pmt::from_uint64(d_counter.bit_errors()));
    dict = pmt::dict_add(dict, pmt::mp("delay"), pmt::from_long(d_counter.delay()));
    return pmt::dict_add(dict, pmt::mp("stop_reason"), pmt::mp(reason()));
}

bool error_rate_sink_bb_impl::start()
{
    {
        gr::thread::scoped_lock l(d_setlock);
        if (d_stream.begins(*this))
            d_counter.begin_streams();
        d_stopped = false;
        d_next_report = std::chrono::steady_clock::now() + report_period;
    }
    return sync_block::start();
}

bool error_rate_sink_bb_impl::stop()
{
    pmt::pmt_t last;
    {
        gr::thread::scoped_lock l(d_setlock);
        d_stopped = true;
        if (!d_reported_end)
            last = counts();
    }
    if (last)
        message_port_pub(port(), last);
    return sync_block::stop();
}

int error_rate_sink_bb_impl::work(int noutput_items,
                                  gr_vector_const_void_star& input_items,
                                  gr_vector_void_star& /*output_items*/)
{
    pmt::pmt_t report;
    bool ended;
    {
        gr::thread::scoped_lock l(d_setlock);
        const int lag_before = d_counter.delay();
        d_counter.feed(static_cast<const uint8_t*>(input_items[0]),
                       static_cast<const uint8_t*>(input_items[1]),
                       noutput_items);
        if (lag_before < 0 && d_counter.delay() >= 0 && d_counter.search_mismatch() > 0.5)
            d_logger->warn("the streams match under no lag: at best {:.0f} % of the "
                           "messages differ",
                           100.0 * d_counter.search_mismatch());
        ended = d_counter.done();
        const auto now = std::chrono::steady_clock::now();
        if (ended ? !d_reported_end : now >= d_next_report) {
            report = counts();
            d_reported_end = ended;
            d_next_report = now + report_period;
        }
    }
    if (report)
        message_port_pub(port(), report);
    return ended && d_stop_graph ? WORK_DONE : noutput_items;
}

} // namespace dlcomm
} // namespace gr
