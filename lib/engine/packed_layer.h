/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ENGINE_PACKED_LAYER_H
#define INCLUDED_DLCOMM_ENGINE_PACKED_LAYER_H

#include "kernels.h"

#include <volk/volk_alloc.hh>
#include <cstddef>
#include <cstdint>

namespace gr {
namespace dlcomm {
namespace engine {

/*!
 * \brief A dense layer in the order in which the kernels read it.
 *
 * Zero weights are left out where that makes the layer faster: W x without its zeros is
 * the same sum for all finite x.
 */
class packed_layer
{
public:
    /*!
     * \param weights [outputs, inputs] finite values
     * \param bias [outputs] finite values
     * \param inputs 1 to widest_dense_layer
     * \param outputs 1 to widest_dense_layer
     * \param relu whether a ReLU follows
     */
    packed_layer(const float* weights,
                 const float* bias,
                 size_t inputs,
                 size_t outputs,
                 bool relu);

    //! Whether zero weights are left out.
    bool sparse() const { return !d_columns.empty(); }

    //! For the kernels; good while this lives and stays unchanged.
    dense_layer_view view() const;

private:
    void pack_all(const float* weights, size_t outputs);
    void pack_nonzeros(const float* weights, size_t outputs);

    size_t d_inputs;
    bool d_relu;
    volk::vector<float> d_packed, d_bias;
    volk::vector<uint32_t> d_begins;
    volk::vector<uint16_t> d_columns;
};

} // namespace engine
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ENGINE_PACKED_LAYER_H */
