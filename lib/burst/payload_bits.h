/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_BURST_PAYLOAD_BITS_H
#define INCLUDED_DLCOMM_BURST_PAYLOAD_BITS_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gr {
namespace dlcomm {
namespace burst {

/*!
 * \brief A payload as the bits of a burst: closed by its CRC-32 and whitened.
 *
 * \param payload the bytes
 * \param count how many
 * \param bits becomes 8 * (count + 4) values of 0 or 1: the whitened bytes and behind
 * them the CRC-32 (IEEE 802.3) of the payload, big endian, whitened as well; the most
 * significant bit of each byte first
 */
void close_payload(const uint8_t* payload, size_t count, std::vector<uint8_t>& bits);

/*!
 * \brief The inverse of close_payload().
 *
 * \param bits 8 * (count + 4) values of 0 or 1
 * \param count bytes of the payload
 * \param payload becomes `count` bytes, right or wrong
 * \return true when the CRC-32 holds
 */
bool open_payload(const uint8_t* bits, size_t count, std::vector<uint8_t>& payload);

/*!
 * \brief Bits as messages of k bits, the first bit being a message's most significant.
 *
 * \param bits values of 0 or 1
 * \param count how many; zeros fill the last message that they begin
 * \param k bits per message, 1 to 8
 * \param messages how many messages are wanted; those behind the last bit are 0
 * \param out one byte per message
 */
void bits_to_messages(
    const uint8_t* bits, size_t count, int k, size_t messages, uint8_t* out);

/*!
 * \brief The inverse of bits_to_messages().
 *
 * \param messages one byte each, of which the low k bits count
 * \param k bits per message, 1 to 8
 * \param count bits wanted
 * \param bits values of 0 or 1
 */
void messages_to_bits(const uint8_t* messages, int k, size_t count, uint8_t* bits);

} // namespace burst
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_BURST_PAYLOAD_BITS_H */
