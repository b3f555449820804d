/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ONNX_INFERENCE_IMPL_H
#define INCLUDED_DLCOMM_ONNX_INFERENCE_IMPL_H

#include "engine/vector_network.h"
#include "lockable.h"
#include <gnuradio/dlcomm/onnx_inference.h>

namespace gr {
namespace dlcomm {

class onnx_inference_impl : public lockable<onnx_inference>
{
public:
    onnx_inference_impl(std::unique_ptr<engine::vector_network> network,
                        bool complex_in,
                        bool complex_out);

    void set_model(const std::string& model) override;
    std::string model() const override;
    int vlen_in() const override { return d_vlen_in; }
    int vlen_out() const override { return d_vlen_out; }

    int work(int noutput_items,
             gr_vector_const_void_star& input_items,
             gr_vector_void_star& output_items) override;

private:
    std::unique_ptr<engine::vector_network> d_network;
    const bool d_complex_in, d_complex_out;
    const int d_vlen_in, d_vlen_out; // in items of the ports' types
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ONNX_INFERENCE_IMPL_H */
