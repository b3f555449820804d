/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "burst/crc.h"

#include <boost/crc.hpp>

namespace gr {
namespace dlcomm {
namespace burst {

uint16_t crc16_of_bits(const uint8_t* bits, size_t count)
{
    boost::crc_basic<16> crc(0x1021, 0xFFFF);
    for (size_t i = 0; i < count; ++i)
        crc.process_bit(bits[i] != 0);
    return static_cast<uint16_t>(crc.checksum());
}

uint16_t crc16(const std::string& text)
{
    boost::crc_basic<16> crc(0x1021, 0xFFFF);
    crc.process_bytes(text.data(), text.size());
    return static_cast<uint16_t>(crc.checksum());
}

uint32_t crc32(const uint8_t* bytes, size_t count)
{
    boost::crc_32_type crc;
    crc.process_bytes(bytes, count);
    return crc.checksum();
}

} // namespace burst
} // namespace dlcomm
} // namespace gr
