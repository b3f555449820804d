/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_BURST_LAYOUT_H
#define INCLUDED_DLCOMM_BURST_LAYOUT_H

#include <array>
#include <cstddef>

namespace gr {
namespace dlcomm {
namespace burst {

/*!
 * Where what stands in a burst, in symbols: the preamble, then header and payload as one
 * run of data with a pilot behind every 16 data symbols and behind the last one.
 * Preamble, pilots and header are +1 and -1.
 */
constexpr size_t preamble_symbols = 64;
constexpr size_t header_symbols = 216;
constexpr size_t pilot_spacing = 16;      // data symbols from pilot to pilot
constexpr size_t largest_payload = 65535; // symbols

//! The preamble: the bits of 0x26C9FD5F5A1D798C, most significant first, 0 as +1.
const std::array<float, preamble_symbols>& preamble();

//! The n-th pilot: a bit of the sequence of x^15 + x^14 + 1 that begins with state
//! 0x2D3B, 0 as +1.
float pilot(size_t n);

//! Pilots among `data` data symbols (header and payload).
constexpr size_t pilots_among(size_t data)
{
    return (data + pilot_spacing - 1) / pilot_spacing;
}

//! Symbols of a whole burst with this many payload symbols.
constexpr size_t burst_symbols(size_t payload)
{
    const size_t data = header_symbols + payload;
    return preamble_symbols + data + pilots_among(data);
}

//! Place in the burst of data symbol `index`: the header's are 0 to 215, then payload.
constexpr size_t data_place(size_t index)
{
    return preamble_symbols + index + index / pilot_spacing;
}

//! Place in the burst of the n-th pilot, where it follows a whole 16 data symbols; the
//! one behind the last data symbol is the last symbol of the burst.
constexpr size_t pilot_place(size_t n)
{
    return preamble_symbols + (n + 1) * (pilot_spacing + 1) - 1;
}

} // namespace burst
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_BURST_LAYOUT_H */
