/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/***********************************************************************************/
/* BINDTOOL_GEN_AUTOMATIC(0)                                                       */
/* BINDTOOL_USE_PYGCCXML(0)                                                        */
/* BINDTOOL_HEADER_FILE(error_rate_sink_bb.h) */
/* BINDTOOL_HEADER_FILE_HASH(9977c56194f856dcc2faceff6a06b8e3)                     */
/***********************************************************************************/

#include <pybind11/complex.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

#include <gnuradio/dlcomm/error_rate_sink_bb.h>
// made from the header's comments
#include <error_rate_sink_bb_pydoc.h>

void bind_error_rate_sink_bb(py::module& m)
{
    // Calls may wait for the streaming thread; other Python threads go on meanwhile.
    const py::call_guard<py::gil_scoped_release> release_gil;
    using gr::dlcomm::error_rate_sink_bb;

    py::class_<error_rate_sink_bb,
               gr::sync_block,
               gr::block,
               gr::basic_block,
               std::shared_ptr<error_rate_sink_bb>>(
        m, "error_rate_sink_bb", doc_error_rate_sink_bb)
        .def(py::init(&error_rate_sink_bb::make),
             py::arg("k"),
             py::arg("target_block_errors") = 0,
             py::arg("max_messages") = 0,
             py::arg("delay") = 0,
             py::arg("check_interval") = 10000,
             py::arg("stop_graph") = true,
             release_gil,
             doc_error_rate_sink_bb_make)
        .def("messages",
             &error_rate_sink_bb::messages,
             release_gil,
             doc_error_rate_sink_bb_messages)
        .def("block_errors",
             &error_rate_sink_bb::block_errors,
             release_gil,
             doc_error_rate_sink_bb_block_errors)
        .def("bits", &error_rate_sink_bb::bits, release_gil, doc_error_rate_sink_bb_bits)
        .def("bit_errors",
             &error_rate_sink_bb::bit_errors,
             release_gil,
             doc_error_rate_sink_bb_bit_errors)
        .def("delay",
             &error_rate_sink_bb::delay,
             release_gil,
             doc_error_rate_sink_bb_delay)
        .def("stop_reason",
             &error_rate_sink_bb::stop_reason,
             release_gil,
             doc_error_rate_sink_bb_stop_reason)
        .def("reset",
             &error_rate_sink_bb::reset,
             release_gil,
             doc_error_rate_sink_bb_reset);
}
