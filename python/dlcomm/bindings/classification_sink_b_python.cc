/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/***********************************************************************************/
/* BINDTOOL_GEN_AUTOMATIC(0)                                                       */
/* BINDTOOL_USE_PYGCCXML(0)                                                        */
/* BINDTOOL_HEADER_FILE(classification_sink_b.h)                                   */
/* BINDTOOL_HEADER_FILE_HASH(4478c78c01176e624316174583cf9e44)                     */
/***********************************************************************************/

#include <pybind11/complex.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

#include <gnuradio/dlcomm/classification_sink_b.h>
// made from the header's comments
#include <classification_sink_b_pydoc.h>

void bind_classification_sink_b(py::module& m)
{
    // Calls may wait for the streaming thread; other Python threads go on meanwhile.
    const py::call_guard<py::gil_scoped_release> release_gil;
    using gr::dlcomm::classification_sink_b;

    py::class_<classification_sink_b,
               gr::sync_block,
               gr::block,
               gr::basic_block,
               std::shared_ptr<classification_sink_b>>(
        m, "classification_sink_b", doc_classification_sink_b)
        .def(py::init(&classification_sink_b::make),
             py::arg("labels"),
             py::arg("max_decisions") = 0,
             release_gil,
             doc_classification_sink_b_make)
        .def("labels",
             &classification_sink_b::labels,
             release_gil,
             doc_classification_sink_b_labels)
        .def("decisions",
             &classification_sink_b::decisions,
             release_gil,
             doc_classification_sink_b_decisions)
        .def("right",
             &classification_sink_b::right,
             release_gil,
             doc_classification_sink_b_right)
        .def("said_unknown",
             &classification_sink_b::said_unknown,
             release_gil,
             doc_classification_sink_b_said_unknown)
        .def("without_truth",
             &classification_sink_b::without_truth,
             release_gil,
             doc_classification_sink_b_without_truth)
        .def("counts",
             &classification_sink_b::counts,
             release_gil,
             doc_classification_sink_b_counts)
        .def("stop_reason",
             &classification_sink_b::stop_reason,
             release_gil,
             doc_classification_sink_b_stop_reason)
        .def("error",
             &classification_sink_b::error,
             release_gil,
             doc_classification_sink_b_error)
        .def("reset",
             &classification_sink_b::reset,
             release_gil,
             doc_classification_sink_b_reset);
}
