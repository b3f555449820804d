/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_BURST_PAYLOAD_ENCODER_H
#define INCLUDED_DLCOMM_BURST_PAYLOAD_ENCODER_H

#include "channel_coder.h"
#include "engine/encoder_table.h"

#include <complex>
#include <vector>

namespace gr {
namespace dlcomm {
namespace burst {

/*!
 * \brief Payload bytes to the complex symbols of a learned transmitter.
 *
 * Not for use by two threads at once.
 */
class payload_encoder
{
public:
    /*!
     * \param outer the outer code
     * \param table of the encoder
     * \param payload the bytes
     * \param count how many, 1 to largest_payload_bytes()
     * \return payload_plan::symbols symbols of unit mean power; valid until the next call
     */
    const std::vector<std::complex<float>>& encode(code outer,
                                                   const engine::encoder_table& table,
                                                   const uint8_t* payload,
                                                   size_t count);

private:
    channel_coder d_coder;
    std::vector<uint8_t> d_messages;
    std::vector<std::complex<float>> d_symbols;
};

} // namespace burst
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_BURST_PAYLOAD_ENCODER_H */
