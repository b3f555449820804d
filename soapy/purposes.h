/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_SOAPY_PURPOSES_H
#define INCLUDED_DLCOMM_SOAPY_PURPOSES_H

#include <cstdint>

namespace gr {
namespace dlcomm {
namespace loopback {

//! What the random sequences of one receiver are for: each has numbers of its own.
namespace purposes {
constexpr uint32_t noise = 0x10;
constexpr uint32_t phase_noise = 0x11;
} // namespace purposes

} // namespace loopback
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_SOAPY_PURPOSES_H */
