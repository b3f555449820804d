/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_BURST_WHITENING_H
#define INCLUDED_DLCOMM_BURST_WHITENING_H

#include <cstddef>
#include <cstdint>

namespace gr {
namespace dlcomm {
namespace burst {

/*!
 * \brief Make a payload look random, or undo that: the same operation does both.
 *
 * Each byte is combined by exclusive or with eight bits, most significant first, of the
 * sequence b[t] = b[t - 14] ^ b[t - 15] (x^15 + x^14 + 1, PN15 of ITU-T O.150) whose
 * first 15 bits are ones. It begins anew with every call, so every burst stands alone.
 *
 * \param bytes changed in place
 * \param count any number
 */
void whiten(uint8_t* bytes, size_t count);

} // namespace burst
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_BURST_WHITENING_H */
