/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <pybind11/pybind11.h>

namespace py = pybind11;

// Headers for binding functions
/**************************************/
// The following comment block is used for
// gr_modtool to insert function prototypes
// Please do not delete
/**************************************/
// BINDING_FUNCTION_PROTOTYPES(
void bind_awgn_channel_cc(py::module& m);
void bind_burst_shaper_c(py::module& m);
void bind_burst_sync_c(py::module& m);
void bind_classification_sink_b(py::module& m);
void bind_error_rate_sink_bb(py::module& m);
void bind_interference_channel_cc(py::module& m);
void bind_modulation_classifier_c(py::module& m);
void bind_neural_decoder_cb(py::module& m);
void bind_neural_decoder_cf(py::module& m);
void bind_neural_encoder_bc(py::module& m);
void bind_neural_pdu_decoder(py::module& m);
void bind_neural_pdu_encoder(py::module& m);
void bind_onnx_inference(py::module& m);
void bind_polynomial_channel_cc(py::module& m);
void bind_rayleigh_block_fading_channel_cc(py::module& m);
void bind_models(py::module& m);
// ) END BINDING_FUNCTION_PROTOTYPES

PYBIND11_MODULE(dlcomm_python, m)
{
    // Allow access to base block methods
    py::module::import("gnuradio.gr");

    /**************************************/
    // The following comment block is used for
    // gr_modtool to insert binding function calls
    // Please do not delete
    /**************************************/
    // BINDING_FUNCTION_CALLS(
    bind_awgn_channel_cc(m);
    bind_burst_shaper_c(m);
    bind_burst_sync_c(m);
    bind_classification_sink_b(m);
    bind_error_rate_sink_bb(m);
    bind_interference_channel_cc(m);
    bind_modulation_classifier_c(m);
    bind_neural_decoder_cb(m);
    bind_neural_decoder_cf(m);
    bind_neural_encoder_bc(m);
    bind_neural_pdu_decoder(m);
    bind_neural_pdu_encoder(m);
    bind_onnx_inference(m);
    bind_polynomial_channel_cc(m);
    bind_rayleigh_block_fading_channel_cc(m);
    bind_models(m);
    // ) END BINDING_FUNCTION_CALLS
}
