/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_BURST_HEADER_H
#define INCLUDED_DLCOMM_BURST_HEADER_H

#include "burst/layout.h"

#include <array>
#include <cstdint>
#include <optional>

namespace gr {
namespace dlcomm {
namespace burst {

//! What the header of a burst says, in the order in which it is sent.
struct header {
    static constexpr unsigned this_version = 1;
    static constexpr unsigned last_flag = 1;

    unsigned version = this_version; // 4 bits
    unsigned flags = 0;              // 4 bits; bit 0: last burst of a transfer
    unsigned code = 0;               // 4 bits, the outer code
    unsigned model = 0;              // 16 bits, CRC-16/CCITT-FALSE of the link's name
    unsigned length = 0;             // 16 bits, bytes of payload without its CRC-32
    unsigned symbols = 0;            // 16 bits, symbols of payload without pilots
    uint32_t sequence = 0;           // 32 bits

    bool last() const { return flags & last_flag; }
};

bool operator==(const header& a, const header& b);

/*!
 * \brief The BPSK symbols of a header, +1 for 0 and -1 for 1.
 *
 * 92 bits and their CRC-16 in nine words of the extended Golay code; bit i of word w is
 * symbol 9 i + w. Fields are taken modulo their widths.
 */
std::array<float, header_symbols> header_to_symbols(const header& fields);

/*!
 * \brief The header in soft symbols (positive means 0, any scale), or nothing when its
 * CRC does not hold.
 */
std::optional<header> header_from_symbols(const std::array<float, header_symbols>& soft);

} // namespace burst
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_BURST_HEADER_H */
