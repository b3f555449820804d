/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/***********************************************************************************/
/* BINDTOOL_GEN_AUTOMATIC(0)                                                       */
/* BINDTOOL_USE_PYGCCXML(0)                                                        */
/* BINDTOOL_HEADER_FILE(neural_encoder_bc.h) */
/* BINDTOOL_HEADER_FILE_HASH(1ab0707ed0abf77955874868593b6351)                     */
/***********************************************************************************/

#include <pybind11/complex.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

#include <gnuradio/dlcomm/neural_encoder_bc.h>
// made from the header's comments
#include <neural_encoder_bc_pydoc.h>

void bind_neural_encoder_bc(py::module& m)
{
    // Calls may wait for the streaming thread; other Python threads go on meanwhile.
    const py::call_guard<py::gil_scoped_release> release_gil;
    using gr::dlcomm::neural_encoder_bc;

    py::class_<neural_encoder_bc,
               gr::block,
               gr::basic_block,
               std::shared_ptr<neural_encoder_bc>>(
        m, "neural_encoder_bc", doc_neural_encoder_bc)
        .def(py::init(&neural_encoder_bc::make),
             py::arg("model"),
             release_gil,
             doc_neural_encoder_bc_make)
        .def("set_model",
             &neural_encoder_bc::set_model,
             py::arg("model"),
             release_gil,
             doc_neural_encoder_bc_set_model)
        .def("model", &neural_encoder_bc::model, release_gil, doc_neural_encoder_bc_model)
        .def("n", &neural_encoder_bc::n, release_gil, doc_neural_encoder_bc_n)
        .def("k", &neural_encoder_bc::k, release_gil, doc_neural_encoder_bc_k)
        .def("codebook",
             &neural_encoder_bc::codebook,
             release_gil,
             doc_neural_encoder_bc_codebook)
        .def("out_of_range",
             &neural_encoder_bc::out_of_range,
             release_gil,
             doc_neural_encoder_bc_out_of_range);
}
