/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/***********************************************************************************/
/* BINDTOOL_GEN_AUTOMATIC(0)                                                       */
/* BINDTOOL_USE_PYGCCXML(0)                                                        */
/* BINDTOOL_HEADER_FILE(modulation_classifier_c.h) */
/* BINDTOOL_HEADER_FILE_HASH(703546e2437428fc4850672fdb9eb2b6)                     */
/***********************************************************************************/

#include <pybind11/complex.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

#include <gnuradio/dlcomm/modulation_classifier_c.h>
// made from the header's comments
#include <modulation_classifier_c_pydoc.h>

void bind_modulation_classifier_c(py::module& m)
{
    // Calls may wait for the streaming thread; other Python threads go on meanwhile.
    const py::call_guard<py::gil_scoped_release> release_gil;
    using gr::dlcomm::modulation_classifier_c;

    py::class_<modulation_classifier_c,
               gr::block,
               gr::basic_block,
               std::shared_ptr<modulation_classifier_c>>(
        m, "modulation_classifier_c", doc_modulation_classifier_c)
        .def(py::init(&modulation_classifier_c::make),
             py::arg("model"),
             py::arg("hop") = 0,
             py::arg("average") = 1,
             py::arg("threshold") = 0.0,
             py::arg("max_batch") = 64,
             py::arg("sample_rate") = 0.0,
             release_gil,
             doc_modulation_classifier_c_make)
        .def("set_model",
             &modulation_classifier_c::set_model,
             py::arg("model"),
             release_gil,
             doc_modulation_classifier_c_set_model)
        .def("set_average",
             &modulation_classifier_c::set_average,
             py::arg("average"),
             release_gil,
             doc_modulation_classifier_c_set_average)
        .def("set_threshold",
             &modulation_classifier_c::set_threshold,
             py::arg("threshold"),
             release_gil,
             doc_modulation_classifier_c_set_threshold)
        .def("model",
             &modulation_classifier_c::model,
             release_gil,
             doc_modulation_classifier_c_model)
        .def("labels",
             &modulation_classifier_c::labels,
             release_gil,
             doc_modulation_classifier_c_labels)
        .def("window",
             &modulation_classifier_c::window,
             release_gil,
             doc_modulation_classifier_c_window)
        .def("hop",
             &modulation_classifier_c::hop,
             release_gil,
             doc_modulation_classifier_c_hop)
        .def("average",
             &modulation_classifier_c::average,
             release_gil,
             doc_modulation_classifier_c_average)
        .def("threshold",
             &modulation_classifier_c::threshold,
             release_gil,
             doc_modulation_classifier_c_threshold)
        .def("executor",
             &modulation_classifier_c::executor,
             release_gil,
             doc_modulation_classifier_c_executor)
        .def("decisions",
             &modulation_classifier_c::decisions,
             release_gil,
             doc_modulation_classifier_c_decisions)
        .def("unknown",
             &modulation_classifier_c::unknown,
             release_gil,
             doc_modulation_classifier_c_unknown)
        .def("silent_windows",
             &modulation_classifier_c::silent_windows,
             release_gil,
             doc_modulation_classifier_c_silent_windows)
        .def("nonfinite_windows",
             &modulation_classifier_c::nonfinite_windows,
             release_gil,
             doc_modulation_classifier_c_nonfinite_windows)
        .def("lag",
             &modulation_classifier_c::lag,
             release_gil,
             doc_modulation_classifier_c_lag)
        .def("load",
             &modulation_classifier_c::load,
             release_gil,
             doc_modulation_classifier_c_load);
}
