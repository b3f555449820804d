/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_BURST_LINK_ID_H
#define INCLUDED_DLCOMM_BURST_LINK_ID_H

#include <cstdint>
#include <string>

namespace gr {
namespace dlcomm {
namespace burst {

/*!
 * \brief How a burst's header names the link that its payload was sent with.
 *
 * CRC-16/CCITT-FALSE of the link name in the model files (`dlcomm.link`, UTF-8): both
 * sides of a link know it, and two links share one by chance in 1 of 65536 cases.
 */
uint16_t link_id(const std::string& link);

} // namespace burst
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_BURST_LINK_ID_H */
