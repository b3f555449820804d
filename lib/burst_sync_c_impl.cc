/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "burst_keys.h"
#include "burst_sync_c_impl.h"
#include "named_errors.h"
#include <gnuradio/io_signature.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace dlcomm {
namespace {

constexpr const char* block_name = "burst_sync_c";

double threshold_or_default(double threshold)
{
    return threshold == 0.0 ? burst::preamble_detector::default_threshold : threshold;
}

} // namespace

burst_sync_c::sptr burst_sync_c::make(int sps,
                                      double threshold,
                                      int max_payload_symbols,
                                      double max_cfo,
                                      double phase_noise,
                                      double max_clock_ppm)
{
    if (max_payload_symbols < 1)
        throw std::invalid_argument(
            std::string(block_name) + ": max_payload_symbols is " +
            std::to_string(max_payload_symbols) + ", expected 1 to " +
            std::to_string(burst::largest_payload));
    burst::receiver::settings settings;
    settings.sps = sps;
    settings.threshold = threshold_or_default(threshold);
    settings.max_payload = static_cast<size_t>(max_payload_symbols);
    settings.max_cfo = max_cfo;
    settings.phase_noise = phase_noise;
    settings.max_clock_ppm = max_clock_ppm;
    return with_name(block_name, [&] {
        return gnuradio::make_block_sptr<burst_sync_c_impl>(settings);
    });
}

burst_sync_c_impl::burst_sync_c_impl(const burst::receiver::settings& settings)
    : gr::sync_block(block_name,
                     gr::io_signature::make(1, 1, sizeof(gr_complex)),
                     gr::io_signature::make(0, 0, 0)),
      d_receiver(settings),
      d_sink([this](const auto& fields, const auto& about, const auto& payload) {
          hand_on(fields, about, payload);
      }),
      d_clock(0.0)
{
    message_port_register_out(burst_keys::get().pdus);
}

void burst_sync_c_impl::set_threshold(double threshold)
{
    gr::thread::scoped_lock l(d_setlock);
    with_name(block_name,
              [&] { d_receiver.set_threshold(threshold_or_default(threshold)); });
}

void burst_sync_c_impl::set_phase_noise(double phase_noise)
{
    gr::thread::scoped_lock l(d_setlock);
    with_name(block_name, [&] { d_receiver.set_phase_noise(phase_noise); });
}

double burst_sync_c_impl::threshold() const
{
    gr::thread::scoped_lock l(setlock());
    return d_receiver.set().threshold;
}

double burst_sync_c_impl::phase_noise() const
{
    gr::thread::scoped_lock l(setlock());
    return d_receiver.set().phase_noise;
}

burst::receiver::counters burst_sync_c_impl::counted() const
{
    gr::thread::scoped_lock l(setlock());
    return d_receiver.counted();
}

bool burst_sync_c_impl::start()
{
    gr::thread::scoped_lock l(d_setlock);
    if (d_stream.begins(*this)) {
        d_receiver.restart();
        d_clock.restart();
    }
    l.unlock();
    return gr::sync_block::start();
}

int burst_sync_c_impl::work(int noutput_items,
                            gr_vector_const_void_star& input_items,
                            gr_vector_void_star&)
{
    gr::thread::scoped_lock l(d_setlock);
    const uint64_t begin = nitems_read(0);
    get_tags_in_range(d_tags, 0, begin, begin + noutput_items);
    std::sort(d_tags.begin(), d_tags.end(), tag_t::offset_compare);
    for (const auto& tag : d_tags)
        d_clock.note(tag);
    d_receiver.push(
        static_cast<const gr_complex*>(input_items[0]), noutput_items, d_sink);
    d_clock.advance(static_cast<uint64_t>(std::max<int64_t>(d_receiver.oldest(), 0)));
    return noutput_items;
}

void burst_sync_c_impl::hand_on(const burst::header& fields,
                                const burst::estimates& about,
                                const std::vector<gr_complex>& payload)
{
    const auto& keys = burst_keys::get();
    pmt::pmt_t dict = pmt::make_dict();
    const auto add = [&dict](const pmt::pmt_t& key, const pmt::pmt_t& value) {
        dict = pmt::dict_add(dict, key, value);
    };
    add(keys.version, pmt::from_long(fields.version));
    add(keys.last, pmt::from_bool(fields.last()));
    add(keys.model, pmt::from_long(fields.model));
    add(keys.code, pmt::from_long(fields.code));
    add(keys.length, pmt::from_long(fields.length));
    add(keys.symbols, pmt::from_long(fields.symbols));
    add(keys.sequence, pmt::from_uint64(fields.sequence));
    add(keys.offset, pmt::from_double(about.offset));
    add(keys.cfo, pmt::from_double(about.cfo));
    add(keys.snr_db, pmt::from_double(about.snr_db));
    add(keys.noise_variance, pmt::from_double(about.noise_variance));
    add(keys.clock_ppm, pmt::from_double(about.clock_ppm));
    add(keys.level, pmt::from_double(about.level));
    add(keys.phase, pmt::from_double(about.phase));

    const double whole = std::max(std::floor(about.offset), 0.0);
    d_clock.advance(static_cast<uint64_t>(whole));
    if (const auto time = d_clock.time(); time && d_clock.rate() > 0.0)
        add(keys.time,
            pmt::from_double(
                pmt::to_double(pmt::tuple_ref(time, 1)) +
                (about.offset - whole) / d_clock.rate() +
                static_cast<double>(pmt::to_uint64(pmt::tuple_ref(time, 0)))));
    message_port_pub(keys.pdus,
                     pmt::cons(dict, pmt::init_c32vector(payload.size(), payload)));
}

} // namespace dlcomm
} // namespace gr
