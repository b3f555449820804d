/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/***********************************************************************************/
/* BINDTOOL_GEN_AUTOMATIC(0)                                                       */
/* BINDTOOL_USE_PYGCCXML(0)                                                        */
/* BINDTOOL_HEADER_FILE(burst_sync_c.h) */
/* BINDTOOL_HEADER_FILE_HASH(12349be76b1cf0f4a8e013bbfdb0656f)                     */
/***********************************************************************************/

#include <pybind11/complex.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

#include <gnuradio/dlcomm/burst_sync_c.h>
// made from the header's comments
#include <burst_sync_c_pydoc.h>

void bind_burst_sync_c(py::module& m)
{
    // Calls may wait for the streaming thread; other Python threads go on meanwhile.
    const py::call_guard<py::gil_scoped_release> release_gil;
    using gr::dlcomm::burst_sync_c;

    py::class_<burst_sync_c,
               gr::sync_block,
               gr::block,
               gr::basic_block,
               std::shared_ptr<burst_sync_c>>(m, "burst_sync_c", doc_burst_sync_c)
        .def(py::init(&burst_sync_c::make),
             py::arg("sps") = 4,
             py::arg("threshold") = 0.0,
             py::arg("max_payload_symbols") = 16384,
             py::arg("max_cfo") = 5e-3,
             py::arg("phase_noise") = 3e-5,
             py::arg("max_clock_ppm") = 50.0,
             release_gil,
             doc_burst_sync_c_make)
        .def("set_threshold",
             &burst_sync_c::set_threshold,
             py::arg("threshold"),
             release_gil,
             doc_burst_sync_c_set_threshold)
        .def("set_phase_noise",
             &burst_sync_c::set_phase_noise,
             py::arg("phase_noise"),
             release_gil,
             doc_burst_sync_c_set_phase_noise)
        .def("threshold",
             &burst_sync_c::threshold,
             release_gil,
             doc_burst_sync_c_threshold)
        .def("phase_noise",
             &burst_sync_c::phase_noise,
             release_gil,
             doc_burst_sync_c_phase_noise)
        .def("samples", &burst_sync_c::samples, release_gil, doc_burst_sync_c_samples)
        .def("detections",
             &burst_sync_c::detections,
             release_gil,
             doc_burst_sync_c_detections)
        .def("bursts", &burst_sync_c::bursts, release_gil, doc_burst_sync_c_bursts)
        .def("header_errors",
             &burst_sync_c::header_errors,
             release_gil,
             doc_burst_sync_c_header_errors)
        .def("unknown_versions",
             &burst_sync_c::unknown_versions,
             release_gil,
             doc_burst_sync_c_unknown_versions)
        .def("too_long", &burst_sync_c::too_long, release_gil, doc_burst_sync_c_too_long)
        .def("nonfinite_samples",
             &burst_sync_c::nonfinite_samples,
             release_gil,
             doc_burst_sync_c_nonfinite_samples);
}
