/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ENGINE_ORT_RUNTIME_H
#define INCLUDED_DLCOMM_ENGINE_ORT_RUNTIME_H

// The C++ interface is bound to the library by hand, once it has been opened.
#define ORT_API_MANUAL_INIT
#include <onnxruntime_cxx_api.h>
#undef ORT_API_MANUAL_INIT

#include <string>

namespace gr {
namespace dlcomm {
namespace engine {

/*!
 * \brief ONNX Runtime's environment; opens the library on first use.
 *
 * Throws std::runtime_error naming the places looked at when there is no library.
 */
Ort::Env& ort_env();

//! The options of every session: one thread inside, nothing spins while idle.
Ort::SessionOptions ort_session_options();

//! Version of the opened library, "1.32.0" for one.
const std::string& ort_version();

} // namespace engine
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ENGINE_ORT_RUNTIME_H */
