/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_BURST_OUTER_CODE_H
#define INCLUDED_DLCOMM_BURST_OUTER_CODE_H

#include <gnuradio/fec/generic_decoder.h>
#include <gnuradio/fec/generic_encoder.h>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gr {
namespace dlcomm {
namespace burst {

/*!
 * \brief GNU Radio's convolutional code, block by block and each of any length.
 *
 * K = 7, rate 1/2, polynomials 109 and 79, terminated: cc_encoder and cc_decoder of
 * gr-fec. The decoder grows to the longest block it has seen. Not for use by two threads
 * at once.
 */
class outer_code
{
public:
    outer_code();

    /*!
     * \brief Encode a block.
     *
     * \param bits `count` values of 0 or 1
     * \param count 1 to 8 * (most_payload_bytes + crc_bytes)
     * \param coded 2 * (count + tail_bits) values of 0 or 1
     */
    void encode(const uint8_t* bits, size_t count, uint8_t* coded);

    /*!
     * \brief Decode a block after Viterbi.
     *
     * \param soft 2 * (count + tail_bits) values from 0 (surely 0) to 255 (surely 1), as
     * soften() and harden() make them
     * \param count bits wanted, as for encode()
     * \param bits `count` values of 0 or 1
     */
    void decode(const uint8_t* soft, size_t count, uint8_t* bits);

    /*!
     * \brief Log-likelihood ratios for decode().
     *
     * Their scale does not matter: the decoder computes with few levels, and the ratios
     * are scaled so that those levels are used best.
     *
     * \param llrs log P(1)/P(0), of any finite size
     * \param count how many
     * \param soft where they go
     */
    void soften(const float* llrs, size_t count, uint8_t* soft);

    /*!
     * \brief Bits without reliabilities for decode().
     *
     * \param bits values of 0 or 1
     * \param count how many
     * \param soft where they go
     */
    static void harden(const uint8_t* bits, size_t count, uint8_t* soft);

private:
    fec::generic_encoder::sptr d_encoder;
    fec::generic_decoder::sptr d_decoder;
    size_t d_longest = 0; // block that the decoder has room for
    std::vector<float> d_sizes;
};

} // namespace burst
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_BURST_OUTER_CODE_H */
