/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_BURST_PAYLOAD_PLAN_H
#define INCLUDED_DLCOMM_BURST_PAYLOAD_PLAN_H

#include <cstddef>

namespace gr {
namespace dlcomm {
namespace burst {

constexpr size_t crc_bytes = 4;
constexpr size_t tail_bits = 6; // that bring the convolutional encoder back to zero
constexpr size_t most_payload_bytes = 65535;

//! What stands between a payload's bits and the link, as a burst's header numbers it.
enum class code {
    none = 0,
    cc = 1, //!< convolutional, K = 7, rate 1/2, terminated
};

//! Bits of a payload of that many bytes and of its CRC-32.
size_t info_bits(size_t bytes);

//! Bits that go over the channel for a payload of that many bytes.
size_t channel_bits(size_t bytes, code outer);

//! How many of what a payload becomes on its way to the channel.
struct payload_plan {
    size_t bits;     //!< of the channel
    size_t messages; //!< of the link, whole frames of them
    size_t symbols;  //!< complex symbols

    /*!
     * \param bytes of the payload
     * \param outer the outer code
     * \param n real channel uses per message
     * \param k bits per message
     */
    payload_plan(size_t bytes, code outer, int n, int k);
};

//! The largest payload, in bytes, that a burst can carry over an (n, k) link; 0: none.
size_t largest_payload_bytes(code outer, int n, int k);

} // namespace burst
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_BURST_PAYLOAD_PLAN_H */
