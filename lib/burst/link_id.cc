/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "link_id.h"

#include <boost/crc.hpp>

namespace gr {
namespace dlcomm {
namespace burst {

uint16_t link_id(const std::string& link)
{
    boost::crc_optimal<16, 0x1021, 0xFFFF, 0, false, false> crc;
    crc.process_bytes(link.data(), link.size());
    return static_cast<uint16_t>(crc.checksum());
}

} // namespace burst
} // namespace dlcomm
} // namespace gr
