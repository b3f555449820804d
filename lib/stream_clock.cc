/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "stream_clock.h"

#include <algorithm>
#include <cmath>

namespace gr {
namespace dlcomm {
namespace {

bool is_time(const pmt::pmt_t& value)
{
    return pmt::is_tuple(value) && pmt::length(value) == 2 &&
           (pmt::is_uint64(pmt::tuple_ref(value, 0)) ||
            pmt::is_integer(pmt::tuple_ref(value, 0))) &&
           pmt::is_real(pmt::tuple_ref(value, 1));
}

bool is_rate(const pmt::pmt_t& value)
{
    if (!pmt::is_real(value) && !pmt::is_integer(value))
        return false;
    const double rate = pmt::to_double(value);
    return std::isfinite(rate) && rate > 0.0;
}

} // namespace

const pmt::pmt_t& stream_clock::time_key()
{
    static const pmt::pmt_t symbol = pmt::mp("rx_time");
    return symbol;
}

const pmt::pmt_t& stream_clock::rate_key()
{
    static const pmt::pmt_t symbol = pmt::mp("rx_rate");
    return symbol;
}

const pmt::pmt_t& stream_clock::freq_key()
{
    static const pmt::pmt_t symbol = pmt::mp("rx_freq");
    return symbol;
}

bool stream_clock::note(const tag_t& tag)
{
    const bool time = tag.key == time_key(), rate = tag.key == rate_key();
    const bool freq = tag.key == freq_key();
    if ((time && is_time(tag.value)) || (rate && is_rate(tag.value)) || freq)
        d_ahead.push_back(tag);
    return time || rate || freq;
}

stream_clock::change stream_clock::advance(uint64_t sample)
{
    change said = { false, false, false, 0.0 };
    d_now = sample;
    for (; !d_ahead.empty() && d_ahead.front().offset <= sample; d_ahead.pop_front()) {
        const tag_t& tag = d_ahead.front();
        if (tag.key == time_key()) {
            const uint64_t seconds = pmt::to_uint64(pmt::tuple_ref(tag.value, 0));
            const double fraction = pmt::to_double(pmt::tuple_ref(tag.value, 1));
            if (d_has_time && d_rate > 0.0) {
                const double passed = static_cast<double>(seconds) -
                                      static_cast<double>(d_seconds) +
                                      (fraction - d_fraction);
                said.missing += std::max(
                    0.0, passed - (tag.offset - d_time_sample) / d_rate);
            }
            said.time = d_has_time = true;
            d_time_sample = tag.offset;
            d_seconds = seconds;
            d_fraction = fraction;
        } else if (tag.key == rate_key()) {
            said.rate = true;
            d_rate = pmt::to_double(tag.value);
        } else {
            said.freq = true;
            d_freq = tag.value;
        }
    }
    return said;
}

pmt::pmt_t stream_clock::time() const
{
    if (!d_has_time || (d_rate <= 0.0 && d_now != d_time_sample))
        return {};
    const double later = d_now == d_time_sample ? 0.0 : (d_now - d_time_sample) / d_rate;
    const double whole = std::floor(later + d_fraction);
    return pmt::make_tuple(pmt::from_uint64(d_seconds + static_cast<uint64_t>(whole)),
                           pmt::from_double(later + d_fraction - whole));
}

void stream_clock::restart()
{
    d_ahead.clear();
    d_has_time = false;
    d_rate = d_default_rate;
    d_freq.reset();
}

} // namespace dlcomm
} // namespace gr
