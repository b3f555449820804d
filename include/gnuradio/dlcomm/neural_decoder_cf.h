/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_NEURAL_DECODER_CF_H
#define INCLUDED_DLCOMM_NEURAL_DECODER_CF_H

#include <gnuradio/block.h>
#include <gnuradio/dlcomm/api.h>
#include <cstdint>
#include <string>

namespace gr {
namespace dlcomm {

/*!
 * \brief Learned receiver, soft decisions: complex samples in, log-likelihood ratios out.
 * \ingroup dlcomm
 *
 * \details
 * Gives k values per message, the most significant bit first:
 * log P(bit = 1) - log P(bit = 0), the exact log-sum-exp over the network's 2^k logits.
 * Positive means 1, as in GNU Radio's soft constellation decoder and gr-fec, so a FEC
 * decoder can stand right behind this block.
 *
 * Input 0 holds the samples: n/2 of them per message with even n, n for every two
 * messages with odd n. An incomplete frame at the end of the stream is dropped. Input 1
 * exists for models that use channel knowledge (input `csi`) and must then be
 * connected: one complex channel gain per sample, of which the gain at the first sample
 * of each message is used.
 *
 * A message whose samples (or gain) hold a NaN or an infinity, or whose largest logit is
 * one, is decided as k erasures (0.0) and counted in nonfinite_messages(); it never
 * touches other messages. Ratios are limited to +-1e30.
 */
class DLCOMM_API neural_decoder_cf : virtual public gr::block
{
public:
    typedef std::shared_ptr<neural_decoder_cf> sptr;

    /*!
     * \brief Load a decoder and make the block.
     *
     * \param model name of a shipped model (`ae_7_4`), a folder that holds
     * `decoder.onnx`, or an .onnx file of role `decoder`
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
     * it up between two batches, so no sample is lost or decided twice. The new model
     * must have the same n and k and the same use of channel knowledge.
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

    //! True when the model wants channel gains on input 1.
    virtual bool uses_csi() const = 0;

    //! What runs the network: `onnxruntime`, or a faster exact executor.
    virtual std::string executor() const = 0;

    //! Number of messages so far that held a NaN or an infinity.
    virtual uint64_t nonfinite_messages() const = 0;
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_NEURAL_DECODER_CF_H */
