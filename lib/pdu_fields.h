/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_PDU_FIELDS_H
#define INCLUDED_DLCOMM_PDU_FIELDS_H

#include <pmt/pmt.h>
#include <cstdint>
#include <optional>

namespace gr {
namespace dlcomm {

//! True for a pair of a dictionary and anything, which a PDU is. A dictionary without
//! entries is the same as nil.
inline bool has_fields(const pmt::pmt_t& message)
{
    return pmt::is_pair(message) &&
           (pmt::is_dict(pmt::car(message)) || pmt::is_null(pmt::car(message)));
}

//! A field that holds an integer of at least 0; nothing when it is missing or holds
//! something else.
inline std::optional<uint64_t> count_field(const pmt::pmt_t& fields,
                                           const pmt::pmt_t& key)
{
    const pmt::pmt_t value = pmt::dict_ref(fields, key, pmt::PMT_NIL);
    if (pmt::is_uint64(value))
        return pmt::to_uint64(value);
    if (pmt::is_integer(value) && pmt::to_long(value) >= 0)
        return pmt::to_long(value);
    return std::nullopt;
}

//! The fields with one more, or another value of it.
inline pmt::pmt_t
with_count(const pmt::pmt_t& fields, const pmt::pmt_t& key, uint64_t value)
{
    return pmt::dict_add(fields, key, pmt::from_long(static_cast<long>(value)));
}

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_PDU_FIELDS_H */
