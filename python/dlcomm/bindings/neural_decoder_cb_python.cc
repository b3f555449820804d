/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/***********************************************************************************/
/* BINDTOOL_GEN_AUTOMATIC(0)                                                       */
/* BINDTOOL_USE_PYGCCXML(0)                                                        */
/* BINDTOOL_HEADER_FILE(neural_decoder_cb.h) */
/* BINDTOOL_HEADER_FILE_HASH(e7b57adedfc49ff6d3e460a01206545b)                     */
/***********************************************************************************/

#include <pybind11/complex.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

#include <gnuradio/dlcomm/neural_decoder_cb.h>
// made from the header's comments
#include <neural_decoder_cb_pydoc.h>

void bind_neural_decoder_cb(py::module& m)
{
    // Calls may wait for the streaming thread; other Python threads go on meanwhile.
    const py::call_guard<py::gil_scoped_release> release_gil;
    using gr::dlcomm::neural_decoder_cb;

    py::class_<neural_decoder_cb,
               gr::block,
               gr::basic_block,
               std::shared_ptr<neural_decoder_cb>>(
        m, "neural_decoder_cb", doc_neural_decoder_cb)
        .def(py::init(&neural_decoder_cb::make),
             py::arg("model"),
             release_gil,
             doc_neural_decoder_cb_make)
        .def("set_model",
             &neural_decoder_cb::set_model,
             py::arg("model"),
             release_gil,
             doc_neural_decoder_cb_set_model)
        .def("model", &neural_decoder_cb::model, release_gil, doc_neural_decoder_cb_model)
        .def("n", &neural_decoder_cb::n, release_gil, doc_neural_decoder_cb_n)
        .def("k", &neural_decoder_cb::k, release_gil, doc_neural_decoder_cb_k)
        .def("uses_csi",
             &neural_decoder_cb::uses_csi,
             release_gil,
             doc_neural_decoder_cb_uses_csi)
        .def("executor",
             &neural_decoder_cb::executor,
             release_gil,
             doc_neural_decoder_cb_executor)
        .def("nonfinite_messages",
             &neural_decoder_cb::nonfinite_messages,
             release_gil,
             doc_neural_decoder_cb_nonfinite_messages);
}
