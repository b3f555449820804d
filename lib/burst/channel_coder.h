/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_BURST_CHANNEL_CODER_H
#define INCLUDED_DLCOMM_BURST_CHANNEL_CODER_H

#include "interleaver.h"
#include "outer_code.h"
#include "payload_plan.h"

#include <cstdint>
#include <vector>

namespace gr {
namespace dlcomm {
namespace burst {

/*!
 * \brief The bits that go over the channel for a payload, and back.
 *
 * Without an outer code they are those of close_payload(); with one they are encoded and
 * interleaved. Not for use by two threads at once.
 */
class channel_coder
{
public:
    /*!
     * \brief Payload to channel bits.
     *
     * \param outer the outer code
     * \param payload the bytes
     * \param count how many, 1 to most_payload_bytes
     * \return values of 0 or 1; valid until the next call
     */
    const std::vector<uint8_t>& bits(code outer, const uint8_t* payload, size_t count);

    /*!
     * \brief Decisions on channel bits to the payload.
     *
     * \param outer the outer code
     * \param bits values of 0 or 1, as many as bits() gives for `count` bytes
     * \param count bytes of the payload
     * \param payload becomes `count` bytes, right or wrong
     * \return true when the CRC-32 holds
     */
    bool open_hard(code outer,
                   const uint8_t* bits,
                   size_t count,
                   std::vector<uint8_t>& payload);

    /*!
     * \brief Log-likelihood ratios of channel bits to the payload, with code::cc alone.
     *
     * \param llrs log P(1)/P(0), as many as bits() gives for `count` bytes
     * \param count bytes of the payload
     * \param payload becomes `count` bytes, right or wrong
     * \return true when the CRC-32 holds
     */
    bool open_soft(const float* llrs, size_t count, std::vector<uint8_t>& payload);

private:
    bool open_mixed(size_t count, std::vector<uint8_t>& payload);

    outer_code d_code;
    interleaver d_interleaver;
    std::vector<uint8_t> d_bits, d_coded, d_mixed;
};

} // namespace burst
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_BURST_CHANNEL_CODER_H */
