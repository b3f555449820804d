/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/***********************************************************************************/
/* BINDTOOL_GEN_AUTOMATIC(0)                                                       */
/* BINDTOOL_USE_PYGCCXML(0)                                                        */
/* BINDTOOL_HEADER_FILE(awgn_channel_cc.h) */
/* BINDTOOL_HEADER_FILE_HASH(11831a4d3b83e160d608e7fb6db3afde)                     */
/***********************************************************************************/

#include <pybind11/complex.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

#include <gnuradio/dlcomm/awgn_channel_cc.h>
// made from the header's comments
#include <awgn_channel_cc_pydoc.h>

void bind_awgn_channel_cc(py::module& m)
{
    // Calls may wait for the streaming thread; other Python threads go on meanwhile.
    const py::call_guard<py::gil_scoped_release> release_gil;
    using gr::dlcomm::awgn_channel_cc;

    py::class_<awgn_channel_cc,
               gr::sync_block,
               gr::block,
               gr::basic_block,
               std::shared_ptr<awgn_channel_cc>>(
        m, "awgn_channel_cc", doc_awgn_channel_cc)
        .def(py::init(&awgn_channel_cc::make),
             py::arg("ebn0_db"),
             py::arg("bits_per_sample"),
             py::arg("seed") = 0,
             py::arg("stream") = 0,
             release_gil,
             doc_awgn_channel_cc_make)
        .def("set_ebn0_db",
             &awgn_channel_cc::set_ebn0_db,
             py::arg("ebn0_db"),
             release_gil,
             doc_awgn_channel_cc_set_ebn0_db)
        .def("ebn0_db",
             &awgn_channel_cc::ebn0_db,
             release_gil,
             doc_awgn_channel_cc_ebn0_db)
        .def("set_n0",
             &awgn_channel_cc::set_n0,
             py::arg("n0"),
             release_gil,
             doc_awgn_channel_cc_set_n0)
        .def("n0", &awgn_channel_cc::n0, release_gil, doc_awgn_channel_cc_n0)
        .def("set_seed",
             &awgn_channel_cc::set_seed,
             py::arg("seed"),
             release_gil,
             doc_awgn_channel_cc_set_seed);
}
