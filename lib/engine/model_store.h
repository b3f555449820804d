/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ENGINE_MODEL_STORE_H
#define INCLUDED_DLCOMM_ENGINE_MODEL_STORE_H

#include <string>
#include <vector>

namespace gr {
namespace dlcomm {
namespace engine {

/*!
 * \brief Folders that are searched for shipped models, in order.
 *
 * Those of the environment variable DLCOMM_MODEL_PATH (separated by colons), then the
 * folder of models that was installed beside this library.
 */
std::vector<std::string> model_path();

/*!
 * \brief The file that a model argument stands for.
 *
 * \param model the name of a shipped model, a folder that holds `<role>.onnx`, or a file
 * \param role encoder, decoder or classifier
 *
 * Throws model_error when there is no such file.
 */
std::string model_file(const std::string& model, const std::string& role);

} // namespace engine
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ENGINE_MODEL_STORE_H */
