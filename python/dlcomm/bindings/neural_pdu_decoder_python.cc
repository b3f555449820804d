/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/***********************************************************************************/
/* BINDTOOL_GEN_AUTOMATIC(0)                                                       */
/* BINDTOOL_USE_PYGCCXML(0)                                                        */
/* BINDTOOL_HEADER_FILE(neural_pdu_decoder.h) */
/* BINDTOOL_HEADER_FILE_HASH(789900b0eca00105c203ebc44a24da25)                     */
/***********************************************************************************/

#include <pybind11/complex.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;

#include <gnuradio/dlcomm/neural_pdu_decoder.h>
// made from the header's comments
#include <neural_pdu_decoder_pydoc.h>

void bind_neural_pdu_decoder(py::module& m)
{
    // Calls may wait for the block's thread; other Python threads go on meanwhile.
    const py::call_guard<py::gil_scoped_release> release_gil;
    using gr::dlcomm::neural_pdu_decoder;

    py::class_<neural_pdu_decoder,
               gr::block,
               gr::basic_block,
               std::shared_ptr<neural_pdu_decoder>>(
        m, "neural_pdu_decoder", doc_neural_pdu_decoder)
        .def(py::init(&neural_pdu_decoder::make),
             py::arg("model"),
             py::arg("soft") = true,
             release_gil,
             doc_neural_pdu_decoder_make)
        .def("set_model",
             &neural_pdu_decoder::set_model,
             py::arg("model"),
             release_gil,
             doc_neural_pdu_decoder_set_model)
        .def("set_soft",
             &neural_pdu_decoder::set_soft,
             py::arg("soft"),
             release_gil,
             doc_neural_pdu_decoder_set_soft)
        .def("model",
             &neural_pdu_decoder::model,
             release_gil,
             doc_neural_pdu_decoder_model)
        .def("soft", &neural_pdu_decoder::soft, release_gil, doc_neural_pdu_decoder_soft)
        .def("n", &neural_pdu_decoder::n, release_gil, doc_neural_pdu_decoder_n)
        .def("k", &neural_pdu_decoder::k, release_gil, doc_neural_pdu_decoder_k)
        .def("executor",
             &neural_pdu_decoder::executor,
             release_gil,
             doc_neural_pdu_decoder_executor)
        .def("decoded",
             &neural_pdu_decoder::decoded,
             release_gil,
             doc_neural_pdu_decoder_decoded)
        .def("crc_errors",
             &neural_pdu_decoder::crc_errors,
             release_gil,
             doc_neural_pdu_decoder_crc_errors)
        .def("unknown_models",
             &neural_pdu_decoder::unknown_models,
             release_gil,
             doc_neural_pdu_decoder_unknown_models)
        .def("unknown_codes",
             &neural_pdu_decoder::unknown_codes,
             release_gil,
             doc_neural_pdu_decoder_unknown_codes)
        .def("inconsistent_lengths",
             &neural_pdu_decoder::inconsistent_lengths,
             release_gil,
             doc_neural_pdu_decoder_inconsistent_lengths)
        .def("bits", &neural_pdu_decoder::bits, release_gil, doc_neural_pdu_decoder_bits)
        .def("bit_errors",
             &neural_pdu_decoder::bit_errors,
             release_gil,
             doc_neural_pdu_decoder_bit_errors)
        .def("nonfinite_messages",
             &neural_pdu_decoder::nonfinite_messages,
             release_gil,
             doc_neural_pdu_decoder_nonfinite_messages);
}
