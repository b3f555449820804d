/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "burst/pulse.h"
#include "burst_keys.h"
#include "burst_shaper_c_impl.h"
#include "named_errors.h"
#include <gnuradio/io_signature.h>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

namespace gr {
namespace dlcomm {
namespace {

constexpr const char* block_name = "burst_shaper_c";
constexpr int smallest_gap = 8;
constexpr size_t most_waiting_symbols = size_t(1) << 22;
constexpr auto idle_wait = std::chrono::milliseconds(1);

void check_amplitude(double amplitude)
{
    if (!(amplitude > 0.0 && std::isfinite(amplitude)))
        throw std::invalid_argument("amplitude is " + std::to_string(amplitude) +
                                    ", expected a number above 0");
}

bool all_finite(const gr_complex* symbols, size_t count)
{
    return std::all_of(symbols, symbols + count, [](const gr_complex& x) {
        return std::isfinite(x.real()) && std::isfinite(x.imag());
    });
}

} // namespace

burst_shaper_c::sptr
burst_shaper_c::make(int sps, double amplitude, int gap, bool end_after_last)
{
    return with_name(block_name, [&] {
        burst::check_samples_per_symbol(sps);
        check_amplitude(amplitude);
        if (gap < smallest_gap)
            throw std::invalid_argument("gap is " + std::to_string(gap) + ", expected " +
                                        std::to_string(smallest_gap) + " or more");
        return gnuradio::make_block_sptr<burst_shaper_c_impl>(
            sps, amplitude, gap, end_after_last);
    });
}

burst_shaper_c_impl::burst_shaper_c_impl(int sps,
                                         double amplitude,
                                         int gap,
                                         bool end_after_last)
    : gr::sync_block(block_name,
                     gr::io_signature::make(0, 0, 0),
                     gr::io_signature::make(1, 1, sizeof(gr_complex))),
      d_sps(sps),
      d_gap(gap),
      d_end_after_last(end_after_last),
      d_amplitude(amplitude),
      d_shaper(sps)
{
    message_port_register_in(burst_keys::get().pdus);
    message_port_register_out(burst_keys::get().sent);
    set_msg_handler(burst_keys::get().pdus, [this](const pmt::pmt_t& pdu) { take(pdu); });
}

void burst_shaper_c_impl::set_amplitude(double amplitude)
{
    with_name(block_name, [&] { check_amplitude(amplitude); });
    gr::thread::scoped_lock l(d_setlock);
    d_amplitude = amplitude;
}

double burst_shaper_c_impl::amplitude() const
{
    gr::thread::scoped_lock l(setlock());
    return d_amplitude;
}

uint64_t burst_shaper_c_impl::bursts() const
{
    gr::thread::scoped_lock l(setlock());
    return d_bursts;
}

uint64_t burst_shaper_c_impl::refused() const
{
    gr::thread::scoped_lock l(setlock());
    return d_refused;
}

void burst_shaper_c_impl::take(const pmt::pmt_t& pdu)
{
    const auto& keys = burst_keys::get();
    gr::thread::scoped_lock l(d_setlock);
    if (!pmt::is_pair(pdu) || !pmt::is_c32vector(pmt::cdr(pdu)))
        return refuse("a message is no PDU of complex symbols");
    // Without entries a dictionary is the same as nil.
    const pmt::pmt_t dict = pmt::car(pdu);
    if (!pmt::is_null(dict) && !pmt::is_dict(dict))
        return refuse("a PDU begins with no dictionary");
    packet next;
    next.symbols = pmt::cdr(pdu);
    const size_t count = pmt::length(next.symbols);
    if (count < 1 || count > burst::largest_payload)
        return refuse("a PDU holds " + std::to_string(count) +
                      " symbols, expected 1 to " +
                      std::to_string(burst::largest_payload));
    if (d_waiting_symbols + count > most_waiting_symbols)
        return refuse("no room for a PDU: " + std::to_string(d_waiting.size()) +
                      " wait to be sent");
    size_t length;
    if (!all_finite(pmt::c32vector_elements(next.symbols, length), count))
        return refuse("a PDU holds symbols that are not finite");

    constexpr uint64_t wrong = UINT64_MAX;
    const uint64_t code = unsigned_entry(dict, keys.code, 15, wrong);
    const uint64_t model = unsigned_entry(dict, keys.model, 0xFFFF, wrong);
    const uint64_t bytes = unsigned_entry(dict, keys.length, 0xFFFF, wrong);
    const uint64_t sequence = unsigned_entry(dict, keys.sequence, UINT64_MAX - 1, wrong);
    if (code == wrong || model == wrong || bytes == wrong || sequence == wrong)
        return refuse("a PDU has code, model, length or sequence out of range");
    next.fields.code = static_cast<unsigned>(code);
    next.fields.model = static_cast<unsigned>(model);
    next.fields.length = static_cast<unsigned>(bytes);
    next.fields.sequence = static_cast<uint32_t>(sequence); // 32 bits go around
    if (pmt::eqv(pmt::dict_ref(dict, keys.last, pmt::PMT_F), pmt::PMT_T))
        next.fields.flags |= burst::header::last_flag;
    d_waiting_symbols += count;
    d_waiting.push_back(std::move(next));
}

void burst_shaper_c_impl::refuse(const std::string& why)
{
    ++d_refused;
    d_logger->warn("{:s}: refused", why);
}

// Begin the next burst, if there is one, with the output's sample `offset`.
bool burst_shaper_c_impl::begin_next(uint64_t offset)
{
    if (d_waiting.empty())
        return false;
    const packet& next = d_waiting.front();
    size_t count;
    const gr_complex* const symbols = pmt::c32vector_elements(next.symbols, count);
    d_shaper.begin(next.fields, symbols, count, d_amplitude);
    d_last = next.fields.last();
    d_sequence = next.fields.sequence;
    d_offset = offset;
    d_sending = true;
    d_waiting_symbols -= count;
    d_waiting.pop_front();
    add_item_tag(0, offset, burst_keys::get().burst, pmt::from_uint64(d_sequence));
    return true;
}

void burst_shaper_c_impl::end_burst()
{
    const auto& keys = burst_keys::get();
    d_sending = false;
    d_zeros = static_cast<uint64_t>(d_gap) * d_sps;
    ++d_bursts;
    pmt::pmt_t dict = pmt::make_dict();
    dict = pmt::dict_add(dict, keys.sequence, pmt::from_uint64(d_sequence));
    dict = pmt::dict_add(dict, keys.offset, pmt::from_uint64(d_offset));
    message_port_pub(keys.sent, dict);
}

int burst_shaper_c_impl::work(int noutput_items,
                              gr_vector_const_void_star&,
                              gr_vector_void_star& output_items)
{
    auto* const out = static_cast<gr_complex*>(output_items[0]);
    const size_t wanted = noutput_items;
    size_t made = 0;
    gr::thread::scoped_lock l(d_setlock);
    while (made < wanted) {
        if (d_sending) {
            made += d_shaper.read(out + made, wanted - made);
            if (!d_shaper.left())
                end_burst();
        } else if (d_zeros) {
            const size_t zeros = std::min<uint64_t>(d_zeros, wanted - made);
            std::fill_n(out + made, zeros, gr_complex());
            d_zeros -= zeros;
            made += zeros;
        } else if (d_end_after_last && d_last) {
            return made ? static_cast<int>(made) : WORK_DONE;
        } else if (!begin_next(nitems_written(0) + made)) {
            if (d_end_after_last)
                break;
            std::fill_n(out + made, wanted - made, gr_complex());
            made = wanted;
        }
    }
    l.unlock();
    // A source that has nothing is asked again at once.
    if (!made)
        std::this_thread::sleep_for(idle_wait);
    return static_cast<int>(made);
}

} // namespace dlcomm
} // namespace gr
