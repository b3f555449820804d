/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_BURST_GOLAY_H
#define INCLUDED_DLCOMM_BURST_GOLAY_H

#include <array>
#include <cstddef>
#include <cstdint>

namespace gr {
namespace dlcomm {
namespace burst {

/*!
 * \brief The extended Golay code (24, 12, 8).
 *
 * Systematic: the 12 message bits, 11 check bits of the generator polynomial
 * x^11 + x^10 + x^6 + x^5 + x^4 + x^2 + 1, and one bit that makes the weight even.
 */
namespace golay {

constexpr size_t message_bits = 12, code_bits = 24;

//! The codeword of a message of 12 bits; the first bit sent is the most significant one.
uint32_t encode(uint32_t message);

/*!
 * \brief The likeliest message (maximum-likelihood over all 4096).
 *
 * \param soft one value per bit in the order sent; positive means 0, by any common scale
 */
uint32_t decode(const std::array<float, code_bits>& soft);

} // namespace golay
} // namespace burst
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_BURST_GOLAY_H */
