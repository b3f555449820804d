/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_BURST_PAYLOAD_DECODER_H
#define INCLUDED_DLCOMM_BURST_PAYLOAD_DECODER_H

#include "channel_coder.h"
#include "engine/decoder.h"

#include <complex>
#include <vector>

namespace gr {
namespace dlcomm {
namespace burst {

//! What became of the symbols of a burst.
struct decoded_payload {
    bool intact = false;    //!< the CRC-32 holds
    size_t bits = 0;        //!< channel bits, in front of the outer decoder
    size_t bit_errors = 0;  //!< of them were decided wrongly; known for intact payloads
    uint64_t nonfinite = 0; //!< messages that held a NaN or an infinity
};

/*!
 * \brief Complex symbols to payload bytes by a learned receiver.
 *
 * All messages of a burst go through the network in batches. A network that wants channel
 * gains is told a gain of one: the symbols come equalised. Not for use by two threads at
 * once.
 */
class payload_decoder
{
public:
    /*!
     * \param decoder the learned receiver
     * \param outer the outer code
     * \param soft whether the outer decoder gets log-likelihood ratios or decisions
     * \param symbols payload_plan::symbols of them, at the scale of the encoder
     * \param count bytes of the payload
     * \param payload becomes `count` bytes, right or wrong
     */
    decoded_payload decode(engine::decoder& decoder,
                           code outer,
                           bool soft,
                           const std::complex<float>* symbols,
                           size_t count,
                           std::vector<uint8_t>& payload);

private:
    const float* gains(const engine::decoder& decoder, size_t messages);

    channel_coder d_coder;
    std::vector<float> d_gains, d_llrs;
    std::vector<uint8_t> d_messages, d_bits;
};

} // namespace burst
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_BURST_PAYLOAD_DECODER_H */
