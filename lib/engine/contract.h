/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ENGINE_CONTRACT_H
#define INCLUDED_DLCOMM_ENGINE_CONTRACT_H

#include "onnx_file.h"

#include <string>
#include <vector>

namespace gr {
namespace dlcomm {
namespace engine {

/*!
 * \brief What a model file promises: version 1 of the model contract.
 *
 * Metadata keys `dlcomm.*` and tensors, as docs/model-contract.md lists them.
 */
struct contract {
    std::string file;
    std::string role; // encoder, decoder, classifier
    std::string link; // name shared by an encoder and its decoder
    int n = 0;        // real channel uses per message
    int k = 0;        // bits per message
    std::vector<std::string> labels;
    int window = 0; // complex samples per decision
    std::string recipe;
    std::string measured;
    bool uses_csi = false;
    int64_t opset = 0;
    int64_t parameters = 0; // weights and biases, quantized ones alike
    int64_t bytes = 0;      // of the file
    std::vector<onnx_value> inputs;
    std::vector<onnx_value> outputs;
};

/*!
 * \brief Check a file against the contract.
 *
 * \param file what read_onnx_file() gave
 * \param role the role that is wanted; empty admits each
 *
 * Throws model_error naming the file, the key or tensor, what was found and what was
 * expected.
 */
contract check_contract(const onnx_file& file, const std::string& role = "");

} // namespace engine
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ENGINE_CONTRACT_H */
