/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_NEURAL_PDU_DECODER_H
#define INCLUDED_DLCOMM_NEURAL_PDU_DECODER_H

#include <gnuradio/block.h>
#include <gnuradio/dlcomm/api.h>
#include <cstdint>
#include <string>

namespace gr {
namespace dlcomm {

/*!
 * \brief Learned receiver for bursts: complex symbols in, payload bytes out, as PDUs.
 * \ingroup dlcomm
 *
 * \details
 * Message port `pdus` in: pairs of a dictionary and a vector of complex symbols at the
 * transmitter's scale, phase and frequency set right, as burst_sync_c gives them. The
 * dictionary needs `model`, `code` and `length`, as the burst's header states them.
 *
 * Message port `pdus` out: the dictionary and the payload's bytes, when its CRC-32 holds.
 * The dictionary gets `bits`, the number of bits that went over the channel, and
 * `bit_errors`, how many of them were decided wrongly in front of the outer decoder: the
 * payload is encoded once more to know. Message port `failed`: the dictionary of every
 * other burst, with a symbol `reason`:
 * - `crc`: the CRC-32 does not hold; counted in crc_errors(),
 * - `unknown model`: sent with another link; counted in unknown_models(),
 * - `unknown code`: sent with an outer code that is not known; counted in
 *   unknown_codes(),
 * - `inconsistent lengths`: the number of symbols does not follow from the length, or
 *   there is no length, or no PDU at all; counted in inconsistent_lengths(),
 * - `network`: the network failed to run; logged.
 *
 * With an outer code and soft decisions, the network's log-likelihood ratios go into the
 * decoder of that code, scaled so that their median uses its few levels well; their own
 * scale, and so the noise that the network was trained for, does not matter to it.
 *
 * A network that wants channel gains is told a gain of one.
 */
class DLCOMM_API neural_pdu_decoder : virtual public gr::block
{
public:
    typedef std::shared_ptr<neural_pdu_decoder> sptr;

    /*!
     * \brief Load a decoder and make the block.
     *
     * \param model name of a shipped model (`ae_7_4`), a folder that holds
     * `decoder.onnx`, or an .onnx file of role `decoder`
     * \param soft whether the decoder of an outer code gets log-likelihood ratios or
     * decisions; without an outer code there are decisions alone
     *
     * Throws std::runtime_error when the model cannot be found, is not valid ONNX or
     * breaks the model contract; the message names the file, the key, what was found
     * and what was expected.
     */
    static sptr make(const std::string& model, bool soft = true);

    /*!
     * \brief Replace the model while the flowgraph runs.
     *
     * The next burst is decoded with it. It may be of any other link.
     *
     * \param model as for make()
     *
     * Throws std::runtime_error as make() does; the old model then stays in use.
     */
    virtual void set_model(const std::string& model) = 0;

    /*!
     * \brief Change what the decoder of an outer code gets from the next burst on.
     *
     * \param soft as for make()
     */
    virtual void set_soft(bool soft) = 0;

    //! Path of the model file in use.
    virtual std::string model() const = 0;

    //! True when the decoder of an outer code gets log-likelihood ratios.
    virtual bool soft() const = 0;

    //! Real channel uses per message.
    virtual int n() const = 0;

    //! Bits per message.
    virtual int k() const = 0;

    //! What runs the network: `onnxruntime`, or a faster exact executor.
    virtual std::string executor() const = 0;

    //! Number of payloads so far that arrived whole.
    virtual uint64_t decoded() const = 0;

    //! Number of bursts so far whose CRC-32 did not hold.
    virtual uint64_t crc_errors() const = 0;

    //! Number of bursts so far that were sent with another link.
    virtual uint64_t unknown_models() const = 0;

    //! Number of bursts so far with an outer code that is not known.
    virtual uint64_t unknown_codes() const = 0;

    //! Number of messages so far whose lengths do not fit together.
    virtual uint64_t inconsistent_lengths() const = 0;

    //! Channel bits of all payloads so far that arrived whole.
    virtual uint64_t bits() const = 0;

    //! How many of bits() were decided wrongly in front of the outer decoder.
    virtual uint64_t bit_errors() const = 0;

    //! Number of the network's messages so far that held a NaN or an infinity.
    virtual uint64_t nonfinite_messages() const = 0;
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_NEURAL_PDU_DECODER_H */
