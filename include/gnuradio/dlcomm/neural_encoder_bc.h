/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_NEURAL_ENCODER_BC_H
#define INCLUDED_DLCOMM_NEURAL_ENCODER_BC_H

#include <gnuradio/block.h>
#include <gnuradio/dlcomm/api.h>
#include <cstdint>
#include <string>
#include <vector>

namespace gr {
namespace dlcomm {

/*!
 * \brief Learned transmitter: message bytes in, complex samples out.
 * \ingroup dlcomm
 *
 * \details
 * Every input byte is one message of k bits; it leaves as n real channel uses, packed
 * in order onto I and Q. Two real channel uses make one complex sample. With even n a
 * message is n/2 samples; with odd n two messages form one frame of n samples, and a
 * single message left over at the end of the stream is not sent.
 *
 * An encoder of k <= 8 bits is a finite table, so the network runs once over all 2^k
 * messages when the model is loaded, and the stream is served from that table: the
 * samples are exactly the network's. The mean power over the table is one per complex
 * sample.
 *
 * A byte with bits above the k-th set is no message of this link: its low k bits are
 * sent and it is counted in out_of_range().
 */
class DLCOMM_API neural_encoder_bc : virtual public gr::block
{
public:
    typedef std::shared_ptr<neural_encoder_bc> sptr;

    /*!
     * \brief Load an encoder and make the block.
     *
     * \param model name of a shipped model (`ae_7_4`), a folder that holds
     * `encoder.onnx`, or an .onnx file of role `encoder`
     *
     * Throws std::runtime_error when the model cannot be found, is not valid ONNX or
     * breaks the model contract; the message names the file, the key, what was found
     * and what was expected.
     */
    static sptr make(const std::string& model);

    /*!
     * \brief Replace the model while the flowgraph runs.
     *
     * The file is loaded and checked in the calling thread; the streaming thread takes
     * it up between two calls of work, so no message is lost or sent twice. The new
     * model must have the same n and k.
     *
     * \param model as for make()
     *
     * Throws std::runtime_error as make() does; the old model then stays in use.
     */
    virtual void set_model(const std::string& model) = 0;

    //! Path of the model file in use.
    virtual std::string model() const = 0;

    //! Real channel uses per message.
    virtual int n() const = 0;

    //! Bits per message.
    virtual int k() const = 0;

    //! The table: 2^k rows of n real channel uses, message 0 first (float32).
    virtual std::vector<float> codebook() const = 0;

    //! Number of input bytes so far that had bits above the k-th set.
    virtual uint64_t out_of_range() const = 0;
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_NEURAL_ENCODER_BC_H */
