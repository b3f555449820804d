/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ONNX_INFERENCE_H
#define INCLUDED_DLCOMM_ONNX_INFERENCE_H

#include <gnuradio/dlcomm/api.h>
#include <gnuradio/sync_block.h>
#include <string>

namespace gr {
namespace dlcomm {

/*!
 * \brief Any network with one input and one output: vectors in, vectors out.
 * \ingroup dlcomm
 *
 * \details
 * Runs an ONNX file whose input is float32 `[batch, d1, d2, ...]` and whose output is
 * float32 `[batch, e1, e2, ...]`, all but the batch fixed. An item of a port is one row:
 * d1*d2*... floats, or half as many complex values where the port is complex (the
 * row's length must be even; real and imaginary parts alternate in memory, so a tensor
 * `[batch, window, 2]` is exactly a vector of `window` complex samples). The model
 * contract is not required. Items that the scheduler offers together run as one batch.
 */
class DLCOMM_API onnx_inference : virtual public gr::sync_block
{
public:
    typedef std::shared_ptr<onnx_inference> sptr;

    /*!
     * \brief Load a network and make the block.
     *
     * \param model path of an .onnx file
     * \param complex_in input items are complex
     * \param complex_out output items are complex
     * \param vlen_in expected input vector length in items of the port's type; 0 takes
     * the model's
     * \param vlen_out expected output vector length; 0 takes the model's
     *
     * Throws std::runtime_error when the file cannot be loaded, has more than one input
     * or output, is not float32, has unknown dimensions besides the batch, an odd row on
     * a complex port, or another vector length than asked for.
     */
    static sptr make(const std::string& model,
                     bool complex_in = false,
                     bool complex_out = false,
                     int vlen_in = 0,
                     int vlen_out = 0);

    /*!
     * \brief Replace the model while the flowgraph runs; vector lengths must stay.
     *
     * Throws std::runtime_error as make() does; the old model then stays in use.
     */
    virtual void set_model(const std::string& model) = 0;

    //! Path of the model file in use.
    virtual std::string model() const = 0;

    //! Input vector length, in items of the port's type.
    virtual int vlen_in() const = 0;

    //! Output vector length, in items of the port's type.
    virtual int vlen_out() const = 0;
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ONNX_INFERENCE_H */
