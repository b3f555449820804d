/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_BURST_KEYS_H
#define INCLUDED_DLCOMM_BURST_KEYS_H

#include <pmt/pmt.h>
#include <cstdint>

namespace gr {
namespace dlcomm {

/*!
 * \brief Ports and dictionary keys of the burst blocks, interned once.
 */
struct burst_keys {
    const pmt::pmt_t pdus = pmt::mp("pdus"), sent = pmt::mp("sent");
    const pmt::pmt_t version = pmt::mp("version"), last = pmt::mp("last"),
                     code = pmt::mp("code"), model = pmt::mp("model"),
                     length = pmt::mp("length"), symbols = pmt::mp("symbols"),
                     sequence = pmt::mp("sequence"), offset = pmt::mp("offset"),
                     time = pmt::mp("time"), cfo = pmt::mp("cfo"),
                     snr_db = pmt::mp("snr_db"),
                     noise_variance = pmt::mp("noise_variance"),
                     clock_ppm = pmt::mp("clock_ppm"), level = pmt::mp("level"),
                     phase = pmt::mp("phase"), burst = pmt::mp("burst");

    static const burst_keys& get()
    {
        static const burst_keys keys;
        return keys;
    }
};

//! An entry of a dictionary as a number without a sign; 0 where it is absent, `wrong`
//! where it is no such number or above `largest`.
inline uint64_t unsigned_entry(const pmt::pmt_t& dict,
                               const pmt::pmt_t& key,
                               uint64_t largest,
                               uint64_t wrong)
{
    const pmt::pmt_t value = pmt::dict_ref(dict, key, pmt::PMT_NIL);
    if (pmt::is_null(value))
        return 0;
    uint64_t number = wrong;
    if (pmt::is_uint64(value))
        number = pmt::to_uint64(value);
    else if (pmt::is_integer(value) && pmt::to_long(value) >= 0)
        number = static_cast<uint64_t>(pmt::to_long(value));
    return number <= largest ? number : wrong;
}

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_BURST_KEYS_H */
