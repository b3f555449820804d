/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_NEURAL_PDU_ENCODER_H
#define INCLUDED_DLCOMM_NEURAL_PDU_ENCODER_H

#include <gnuradio/block.h>
#include <gnuradio/dlcomm/api.h>
#include <cstdint>
#include <string>

namespace gr {
namespace dlcomm {

/*!
 * \brief Learned transmitter for bursts: payload bytes in, complex symbols out, as PDUs.
 * \ingroup dlcomm
 *
 * \details
 * Message port `pdus` in: pairs of a dictionary and a vector of bytes, the payload of one
 * burst. Message port `pdus` out: the dictionary and a vector of complex symbols of unit
 * mean power, for burst_shaper_c.
 *
 * A payload is closed by its CRC-32, whitened, protected by the outer code where one is
 * wanted, interleaved, and cut into messages of k bits, which the network encodes: n/2
 * symbols for each. Zeros fill the last message, and with odd n the last pair of them.
 *
 * The dictionary keeps what it holds and gets `model` (how headers name the link: the
 * CRC-16 of its name), `code` (0 none, 1 convolutional), `length` (bytes of the payload),
 * and, when it has none, `sequence`: bursts counted from 0, modulo 2^32. One that it has
 * must be 0 to 2^32 - 1; counting goes on behind it.
 *
 * What is no such pair, an empty payload, one above max_payload() bytes and a sequence
 * number out of range are refused: logged and counted in refused(); nothing is sent.
 */
class DLCOMM_API neural_pdu_encoder : virtual public gr::block
{
public:
    typedef std::shared_ptr<neural_pdu_encoder> sptr;

    /*!
     * \brief Load an encoder and make the block.
     *
     * \param model name of a shipped model (`ae_7_4`), a folder that holds
     * `encoder.onnx`, or an .onnx file of role `encoder`
     * \param code outer code: `none`, or `cc`, the convolutional code of gr-fec with
     * K = 7 and rate 1/2
     *
     * Throws std::invalid_argument for another code, and std::runtime_error when the
     * model cannot be found, is not valid ONNX or breaks the model contract; the message
     * names the file, the key, what was found and what was expected.
     */
    static sptr make(const std::string& model, const std::string& code = "none");

    /*!
     * \brief Replace the model while the flowgraph runs.
     *
     * The next payload is encoded with it. It may be any other link; the receiver must
     * know it.
     *
     * \param model as for make()
     *
     * Throws std::runtime_error as make() does; the old model then stays in use.
     */
    virtual void set_model(const std::string& model) = 0;

    /*!
     * \brief Change the outer code of the payloads to come.
     *
     * \param code as for make(), otherwise throws std::invalid_argument
     */
    virtual void set_code(const std::string& code) = 0;

    //! Path of the model file in use.
    virtual std::string model() const = 0;

    //! Outer code in use.
    virtual std::string code() const = 0;

    //! Real channel uses per message.
    virtual int n() const = 0;

    //! Bits per message.
    virtual int k() const = 0;

    //! The largest payload, in bytes, that fits into a burst with this model and code.
    virtual int max_payload() const = 0;

    //! Number of payloads so far that were encoded.
    virtual uint64_t encoded() const = 0;

    //! Number of messages so far that were refused.
    virtual uint64_t refused() const = 0;
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_NEURAL_PDU_ENCODER_H */
