/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ENGINE_DECODER_H
#define INCLUDED_DLCOMM_ENGINE_DECODER_H

#include "contract.h"
#include "executor.h"

#include <volk/volk_alloc.hh>
#include <cstdint>
#include <memory>
#include <string>

namespace gr {
namespace dlcomm {
namespace engine {

/*!
 * \brief A decoder network with the decisions behind it, for streams of any length.
 *
 * Cuts the stream into batches, keeps NaN and infinity away from the network, and turns
 * logits into messages or log-likelihood ratios. Not for use by two threads at once.
 */
class decoder
{
public:
    /*!
     * \param path a decoder file that obeys the contract
     *
     * Throws model_error when it does not or when the network fails to run.
     */
    static std::unique_ptr<decoder> load(const std::string& path);

    const contract& about() const { return d_contract; }

    //! What runs the network.
    const char* executor_name() const { return d_executor->name(); }

    /*!
     * \brief Decide `count` messages.
     *
     * \param symbols [count, n]
     * \param csi [count, 2], or nullptr for a network without that input
     * \param count any number
     * \param messages one byte each; 0 where symbols or csi are not finite
     * \return number of messages whose symbols or csi are not finite
     */
    uint64_t
    decide(const float* symbols, const float* csi, size_t count, uint8_t* messages);

    /*!
     * \brief Log-likelihood ratios log P(1)/P(0) of `count` messages.
     *
     * As decide(); llrs is [count, k], the most significant bit first, and holds zeros
     * for messages that are not finite. Messages whose logits are not finite count, too.
     */
    uint64_t llrs(const float* symbols, const float* csi, size_t count, float* llrs);

private:
    decoder() = default;

    struct batch {
        const float* symbols;
        const float* csi;
        size_t count;
        bool clean; // false: rows were replaced, see d_bad_rows
    };
    batch prepare(const float* symbols, const float* csi, size_t count);

    contract d_contract;
    std::unique_ptr<executor> d_executor;
    volk::vector<float> d_clean_symbols, d_clean_csi, d_logits;
    volk::vector<uint8_t> d_bad_rows;
};

} // namespace engine
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ENGINE_DECODER_H */
