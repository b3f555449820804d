/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ENGINE_ENCODER_TABLE_H
#define INCLUDED_DLCOMM_ENGINE_ENCODER_TABLE_H

#include "contract.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace gr {
namespace dlcomm {
namespace engine {

/*!
 * \brief An encoder network, tabulated over its 2^k messages.
 *
 * The network runs once, in one batch of all messages; encoding is then a look-up that
 * gives exactly the network's symbols.
 */
class encoder_table
{
public:
    /*!
     * \param path an encoder file that obeys the contract
     *
     * Throws model_error when it does not, when the network fails to run, gives NaN or
     * infinity, or when its mean power over all messages is not one per complex sample
     * (within 1 %).
     */
    static std::shared_ptr<const encoder_table> load(const std::string& path);

    const contract& about() const { return d_contract; }

    //! 2^k rows of n real channel uses.
    const std::vector<float>& codebook() const { return d_codebook; }

    /*!
     * \brief Look up `count` messages.
     *
     * \param messages one byte each; only the low k bits are used
     * \param symbols count * n floats
     * \return how many messages had higher bits set
     */
    uint64_t encode(const uint8_t* messages, size_t count, float* symbols) const;

private:
    encoder_table() = default;

    contract d_contract;
    std::vector<float> d_codebook;
};

} // namespace engine
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ENGINE_ENCODER_TABLE_H */
