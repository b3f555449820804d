/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "named_errors.h"
#include "onnx_inference_impl.h"
#include <gnuradio/io_signature.h>

namespace gr {
namespace dlcomm {
namespace {

constexpr const char* block_name = "onnx_inference";

// Length of a port's vector for a row of floats; `asked` of 0 takes any.
int vector_length(const engine::vector_network& network,
                  const char* port,
                  size_t row,
                  bool is_complex,
                  int asked)
{
    const std::string name = std::string(port) + " row";
    if (is_complex && row % 2)
        throw engine::model_error(
            network.path(),
            name + " has " + std::to_string(row) +
                " floats, expected an even number on a complex port");
    const int length = static_cast<int>(is_complex ? row / 2 : row);
    if (asked && asked != length)
        throw engine::model_error(network.path(),
                                  name + " is " + std::to_string(length) +
                                      " items long, expected " + std::to_string(asked));
    return length;
}

std::unique_ptr<engine::vector_network> load(const std::string& model,
                                             bool complex_in,
                                             bool complex_out,
                                             int vlen_in,
                                             int vlen_out)
{
    return with_name(block_name, [&] {
        auto network = std::make_unique<engine::vector_network>(model);
        vector_length(*network, "input", network->input_row(), complex_in, vlen_in);
        vector_length(*network, "output", network->output_row(), complex_out, vlen_out);
        return network;
    });
}

int item_size(size_t row) { return static_cast<int>(row * sizeof(float)); }

} // namespace

onnx_inference::sptr onnx_inference::make(const std::string& model,
                                          bool complex_in,
                                          bool complex_out,
                                          int vlen_in,
                                          int vlen_out)
{
    return gnuradio::make_block_sptr<onnx_inference_impl>(
        load(model, complex_in, complex_out, vlen_in, vlen_out), complex_in, complex_out);
}

onnx_inference_impl::onnx_inference_impl(std::unique_ptr<engine::vector_network> network,
                                         bool complex_in,
                                         bool complex_out)
    : gr::sync_block(block_name,
                     gr::io_signature::make(1, 1, item_size(network->input_row())),
                     gr::io_signature::make(1, 1, item_size(network->output_row()))),
      d_network(std::move(network)),
      d_complex_in(complex_in),
      d_complex_out(complex_out),
      d_vlen_in(
          vector_length(*d_network, "input", d_network->input_row(), complex_in, 0)),
      d_vlen_out(
          vector_length(*d_network, "output", d_network->output_row(), complex_out, 0))
{
}

void onnx_inference_impl::set_model(const std::string& model)
{
    auto network = load(model, d_complex_in, d_complex_out, d_vlen_in, d_vlen_out);
    gr::thread::scoped_lock l(d_setlock);
    d_network.swap(network);
}

std::string onnx_inference_impl::model() const
{
    gr::thread::scoped_lock l(setlock());
    return d_network->path();
}

int onnx_inference_impl::work(int noutput_items,
                              gr_vector_const_void_star& input_items,
                              gr_vector_void_star& output_items)
{
    gr::thread::scoped_lock l(d_setlock);
    try {
        d_network->run(static_cast<const float*>(input_items[0]),
                       static_cast<float*>(output_items[0]),
                       noutput_items);
    } catch (const engine::model_error& error) {
        d_logger->error("{}; the flowgraph ends here", error.what());
        return WORK_DONE;
    }
    return noutput_items;
}

} // namespace dlcomm
} // namespace gr
