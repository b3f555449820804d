/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ENGINE_VECTOR_NETWORK_H
#define INCLUDED_DLCOMM_ENGINE_VECTOR_NETWORK_H

#include "session.h"

#include <string>

namespace gr {
namespace dlcomm {
namespace engine {

/*!
 * \brief Any network with one float32 input and one float32 output, row by row.
 */
class vector_network
{
public:
    /*!
     * \param path an .onnx file; the model contract is not required
     *
     * Throws model_error when the file cannot be loaded or run, or has other tensors.
     */
    explicit vector_network(const std::string& path);

    const std::string& path() const { return d_path; }
    size_t input_row() const { return d_input_row; }   //!< floats per input row
    size_t output_row() const { return d_output_row; } //!< floats per output row

    //! Run rows of the input through the network, in one batch.
    void run(const float* in, float* out, size_t rows);

private:
    explicit vector_network(const onnx_file& file);

    std::string d_path;
    session d_session;
    size_t d_input_row;
    size_t d_output_row;
};

} // namespace engine
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ENGINE_VECTOR_NETWORK_H */
