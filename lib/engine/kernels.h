/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ENGINE_KERNELS_H
#define INCLUDED_DLCOMM_ENGINE_KERNELS_H

#include "window_kernels.h"

#include <stddef.h>
#include <stdint.h>

namespace gr {
namespace dlcomm {
namespace engine {

//! Inputs of a dense layer that the kernels take, at most; so, too, hidden units.
constexpr size_t widest_dense_layer = 256;

/*!
 * \brief A dense layer W x + b laid out for the kernels, with all its weights or with
 * those that are not zero.
 *
 * Rows are padded to a multiple of four, with zero weights and a bias of minus infinity:
 * a padded row is never the largest. Four rows are worked on together, entry by entry. An
 * entry holds one weight of each of them, packed[4 * entry + row % 4]. The entries of
 * rows 4 i to 4 i + 3 are those from begins[i] to begins[i + 1].
 *
 * Without `columns`, entry begins[i] + c belongs to column c: there is one for every
 * input. With `columns`, that of a weight is columns[4 * entry + row % 4], and rows that
 * have fewer weights left than others of the four are filled up with zero weights.
 */
struct dense_layer_view {
    size_t inputs; // 1 to widest_dense_layer
    size_t rows;   // outputs, padded; 4 to widest_dense_layer
    bool relu;     // whether negative outputs are cut to zero
    const float* packed;
    const float* bias;       // `rows` of them
    const uint32_t* begins;  // rows / 4 + 1 of them
    const uint16_t* columns; // nullptr: all weights are there
};

//! Dense layers, each reading what the one before makes. The last one has no ReLU.
struct dense_network_view {
    const dense_layer_view* layers;
    size_t count; // at least 1
};

/*!
 * \brief The engine's inner loops for one instruction set.
 *
 * All pointers are to plain arrays; logits are [batch, m] row by row; m is a power of
 * two, 2 to 256. Nothing allocates.
 */
struct kernel_set {
    const char* instruction_set;
    bool takes_codes; // whether stages over windows may read and write codes

    //! messages[b] = index of the network's largest output, the first of equal ones.
    void (*dense_decide)(const dense_network_view& network,
                         const float* symbols,
                         size_t batch,
                         uint8_t* messages);

    //! logits[b][r] = the network's output r, for the first m rows of its last layer.
    void (*dense_logits)(const dense_network_view& network,
                         const float* symbols,
                         size_t batch,
                         size_t m,
                         float* logits);

    //! messages[b] = index of the largest logit, the first of equal ones; NaN never wins.
    void (*argmax)(const float* logits, size_t batch, size_t m, uint8_t* messages);

    /*!
     * llr[b][i] = log sum exp over messages with bit i set - log sum exp over the others,
     * i = 0 for the most significant bit. Rows whose largest logit is not finite give
     * zeros. Returns the number of such rows.
     */
    size_t (*llr)(const float* logits, size_t batch, size_t m, float* llr);

    //! True when none of the values is a NaN or an infinity.
    bool (*all_finite)(const float* x, size_t count);

    /*!
     * logits[b][c] of windows iq[b][window][2], which are finite. `places` has
     * widest_group floats for each place of the network; places around tensors are zero
     * on the first call and stay so.
     */
    void (*window_logits)(const window_network_view& network,
                          const float* iq,
                          size_t batch,
                          float* places,
                          float* logits);
};

//! The sets that this machine can run, best first; `count` gets their number.
const kernel_set* const* runnable_kernels(size_t& count);

//! The best set that this machine can run.
const kernel_set& kernels();

extern const kernel_set kernels_base;
extern const kernel_set kernels_avx2;
extern const kernel_set kernels_avx512;
extern const kernel_set kernels_avx512vnni;

} // namespace engine
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ENGINE_KERNELS_H */
