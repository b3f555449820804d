/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/***********************************************************************************/
/* BINDTOOL_GEN_AUTOMATIC(0)                                                       */
/* BINDTOOL_USE_PYGCCXML(0)                                                        */
/* BINDTOOL_HEADER_FILE(neural_pdu_encoder.h) */
/* BINDTOOL_HEADER_FILE_HASH(dbd9d9374776545d43686c9b3ad6c75f)                     */
/***********************************************************************************/

#include <pybind11/complex.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

#include <gnuradio/dlcomm/neural_pdu_encoder.h>
// made from the header's comments
#include <neural_pdu_encoder_pydoc.h>

void bind_neural_pdu_encoder(py::module& m)
{
    // Calls may wait for the block's thread; other Python threads go on meanwhile.
    const py::call_guard<py::gil_scoped_release> release_gil;
    using gr::dlcomm::neural_pdu_encoder;

    py::class_<neural_pdu_encoder,
               gr::block,
               gr::basic_block,
               std::shared_ptr<neural_pdu_encoder>>(
        m, "neural_pdu_encoder", doc_neural_pdu_encoder)
        .def(py::init(&neural_pdu_encoder::make),
             py::arg("model"),
             py::arg("code") = "none",
             release_gil,
             doc_neural_pdu_encoder_make)
        .def("set_model",
             &neural_pdu_encoder::set_model,
             py::arg("model"),
             release_gil,
             doc_neural_pdu_encoder_set_model)
        .def("set_code",
             &neural_pdu_encoder::set_code,
             py::arg("code"),
             release_gil,
             doc_neural_pdu_encoder_set_code)
        .def("model",
             &neural_pdu_encoder::model,
             release_gil,
             doc_neural_pdu_encoder_model)
        .def("code", &neural_pdu_encoder::code, release_gil, doc_neural_pdu_encoder_code)
        .def("n", &neural_pdu_encoder::n, release_gil, doc_neural_pdu_encoder_n)
        .def("k", &neural_pdu_encoder::k, release_gil, doc_neural_pdu_encoder_k)
        .def("max_payload",
             &neural_pdu_encoder::max_payload,
             release_gil,
             doc_neural_pdu_encoder_max_payload)
        .def("encoded",
             &neural_pdu_encoder::encoded,
             release_gil,
             doc_neural_pdu_encoder_encoded)
        .def("refused",
             &neural_pdu_encoder::refused,
             release_gil,
             doc_neural_pdu_encoder_refused);
}
