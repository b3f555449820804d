/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_BURST_CRC_H
#define INCLUDED_DLCOMM_BURST_CRC_H

#include <cstddef>
#include <cstdint>
#include <string>

namespace gr {
namespace dlcomm {
namespace burst {

//! CRC-16/CCITT-FALSE (polynomial 0x1021, start 0xFFFF) of bits, the first one first;
//! each is 0 or 1 in a byte of its own.
uint16_t crc16_of_bits(const uint8_t* bits, size_t count);

//! CRC-16/CCITT-FALSE of the bytes of a text.
uint16_t crc16(const std::string& text);

//! CRC-32 (IEEE 802.3, as in zlib) of bytes.
uint32_t crc32(const uint8_t* bytes, size_t count);

} // namespace burst
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_BURST_CRC_H */
