/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/***********************************************************************************/
/* BINDTOOL_GEN_AUTOMATIC(0)                                                       */
/* BINDTOOL_USE_PYGCCXML(0)                                                        */
/* BINDTOOL_HEADER_FILE(onnx_inference.h) */
/* BINDTOOL_HEADER_FILE_HASH(0ef11741b13c7f2dd8503384ec16ce1a)                     */
/***********************************************************************************/

#include <pybind11/complex.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

#include <gnuradio/dlcomm/onnx_inference.h>
// made from the header's comments
#include <onnx_inference_pydoc.h>

void bind_onnx_inference(py::module& m)
{
    // Calls may wait for the streaming thread; other Python threads go on meanwhile.
    const py::call_guard<py::gil_scoped_release> release_gil;
    using gr::dlcomm::onnx_inference;

    py::class_<onnx_inference,
               gr::sync_block,
               gr::block,
               gr::basic_block,
               std::shared_ptr<onnx_inference>>(m, "onnx_inference", doc_onnx_inference)
        .def(py::init(&onnx_inference::make),
             py::arg("model"),
             py::arg("complex_in") = false,
             py::arg("complex_out") = false,
             py::arg("vlen_in") = 0,
             py::arg("vlen_out") = 0,
             release_gil,
             doc_onnx_inference_make)
        .def("set_model",
             &onnx_inference::set_model,
             py::arg("model"),
             release_gil,
             doc_onnx_inference_set_model)
        .def("model", &onnx_inference::model, release_gil, doc_onnx_inference_model)
        .def("vlen_in", &onnx_inference::vlen_in, release_gil, doc_onnx_inference_vlen_in)
        .def("vlen_out",
             &onnx_inference::vlen_out,
             release_gil,
             doc_onnx_inference_vlen_out);
}
