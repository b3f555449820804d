/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/***********************************************************************************/
/* BINDTOOL_GEN_AUTOMATIC(0)                                                       */
/* BINDTOOL_USE_PYGCCXML(0)                                                        */
/* BINDTOOL_HEADER_FILE(neural_decoder_cf.h) */
/* BINDTOOL_HEADER_FILE_HASH(73d52af803e83fe0e4d2c7d861d9be71)                     */
/***********************************************************************************/

#include <pybind11/complex.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

#include <gnuradio/dlcomm/neural_decoder_cf.h>
// made from the header's comments
#include <neural_decoder_cf_pydoc.h>

void bind_neural_decoder_cf(py::module& m)
{
    // Calls may wait for the streaming thread; other Python threads go on meanwhile.
    const py::call_guard<py::gil_scoped_release> release_gil;
    using gr::dlcomm::neural_decoder_cf;

    py::class_<neural_decoder_cf,
               gr::block,
               gr::basic_block,
               std::shared_ptr<neural_decoder_cf>>(
        m, "neural_decoder_cf", doc_neural_decoder_cf)
        .def(py::init(&neural_decoder_cf::make),
             py::arg("model"),
             release_gil,
             doc_neural_decoder_cf_make)
        .def("set_model",
             &neural_decoder_cf::set_model,
             py::arg("model"),
             release_gil,
             doc_neural_decoder_cf_set_model)
        .def("model", &neural_decoder_cf::model, release_gil, doc_neural_decoder_cf_model)
        .def("n", &neural_decoder_cf::n, release_gil, doc_neural_decoder_cf_n)
        .def("k", &neural_decoder_cf::k, release_gil, doc_neural_decoder_cf_k)
        .def("uses_csi",
             &neural_decoder_cf::uses_csi,
             release_gil,
             doc_neural_decoder_cf_uses_csi)
        .def("executor",
             &neural_decoder_cf::executor,
             release_gil,
             doc_neural_decoder_cf_executor)
        .def("nonfinite_messages",
             &neural_decoder_cf::nonfinite_messages,
             release_gil,
             doc_neural_decoder_cf_nonfinite_messages);
}
