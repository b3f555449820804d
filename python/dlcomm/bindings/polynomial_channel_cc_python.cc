/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/***********************************************************************************/
/* BINDTOOL_GEN_AUTOMATIC(0)                                                       */
/* BINDTOOL_USE_PYGCCXML(0)                                                        */
/* BINDTOOL_HEADER_FILE(polynomial_channel_cc.h) */
/* BINDTOOL_HEADER_FILE_HASH(8cc613b2bf4196e19d883031a4220cf3)                     */
/***********************************************************************************/

#include <pybind11/complex.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

#include <gnuradio/dlcomm/polynomial_channel_cc.h>
// made from the header's comments
#include <polynomial_channel_cc_pydoc.h>

void bind_polynomial_channel_cc(py::module& m)
{
    // Calls may wait for the streaming thread; other Python threads go on meanwhile.
    const py::call_guard<py::gil_scoped_release> release_gil;
    using gr::dlcomm::polynomial_channel_cc;

    py::class_<polynomial_channel_cc,
               gr::sync_block,
               gr::block,
               gr::basic_block,
               std::shared_ptr<polynomial_channel_cc>>(
        m, "polynomial_channel_cc", doc_polynomial_channel_cc)
        .def(py::init(&polynomial_channel_cc::make),
             py::arg("coefficients"),
             py::arg("ebn0_db"),
             py::arg("bits_per_sample"),
             py::arg("seed") = 0,
             py::arg("stream") = 0,
             release_gil,
             doc_polynomial_channel_cc_make)
        .def("set_coefficients",
             &polynomial_channel_cc::set_coefficients,
             py::arg("coefficients"),
             release_gil,
             doc_polynomial_channel_cc_set_coefficients)
        .def("coefficients",
             &polynomial_channel_cc::coefficients,
             release_gil,
             doc_polynomial_channel_cc_coefficients)
        .def("set_ebn0_db",
             &polynomial_channel_cc::set_ebn0_db,
             py::arg("ebn0_db"),
             release_gil,
             doc_polynomial_channel_cc_set_ebn0_db)
        .def("ebn0_db",
             &polynomial_channel_cc::ebn0_db,
             release_gil,
             doc_polynomial_channel_cc_ebn0_db)
        .def("set_n0",
             &polynomial_channel_cc::set_n0,
             py::arg("n0"),
             release_gil,
             doc_polynomial_channel_cc_set_n0)
        .def("n0", &polynomial_channel_cc::n0, release_gil, doc_polynomial_channel_cc_n0)
        .def("set_seed",
             &polynomial_channel_cc::set_seed,
             py::arg("seed"),
             release_gil,
             doc_polynomial_channel_cc_set_seed);
}
