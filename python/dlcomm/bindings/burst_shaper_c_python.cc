/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/***********************************************************************************/
/* BINDTOOL_GEN_AUTOMATIC(0)                                                       */
/* BINDTOOL_USE_PYGCCXML(0)                                                        */
/* BINDTOOL_HEADER_FILE(burst_shaper_c.h) */
/* BINDTOOL_HEADER_FILE_HASH(2da22a82217a5674fc525fffe3ba2c8f)                     */
/***********************************************************************************/

#include <pybind11/complex.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

#include <gnuradio/dlcomm/burst_shaper_c.h>
// made from the header's comments
#include <burst_shaper_c_pydoc.h>

void bind_burst_shaper_c(py::module& m)
{
    // Calls may wait for the streaming thread; other Python threads go on meanwhile.
    const py::call_guard<py::gil_scoped_release> release_gil;
    using gr::dlcomm::burst_shaper_c;

    py::class_<burst_shaper_c,
               gr::sync_block,
               gr::block,
               gr::basic_block,
               std::shared_ptr<burst_shaper_c>>(m, "burst_shaper_c", doc_burst_shaper_c)
        .def(py::init(&burst_shaper_c::make),
             py::arg("sps") = 4,
             py::arg("amplitude") = 0.25,
             py::arg("gap") = 256,
             py::arg("end_after_last") = false,
             release_gil,
             doc_burst_shaper_c_make)
        .def("set_amplitude",
             &burst_shaper_c::set_amplitude,
             py::arg("amplitude"),
             release_gil,
             doc_burst_shaper_c_set_amplitude)
        .def("amplitude",
             &burst_shaper_c::amplitude,
             release_gil,
             doc_burst_shaper_c_amplitude)
        .def("sps", &burst_shaper_c::sps, release_gil, doc_burst_shaper_c_sps)
        .def("gap", &burst_shaper_c::gap, release_gil, doc_burst_shaper_c_gap)
        .def("bursts", &burst_shaper_c::bursts, release_gil, doc_burst_shaper_c_bursts)
        .def(
            "refused", &burst_shaper_c::refused, release_gil, doc_burst_shaper_c_refused);
}
