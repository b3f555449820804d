/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ENGINE_KERNELS_H
#define INCLUDED_DLCOMM_ENGINE_KERNELS_H

#include <stddef.h>
#include <stdint.h>

namespace gr {
namespace dlcomm {
namespace engine {

//! Inputs of a linear layer that the kernels take, at most.
constexpr size_t widest_linear_layer = 64;

/*!
 * \brief A linear layer laid out for the kernels: logits = W x + b.
 *
 * For decisions the rows are padded to a multiple of four, with zero weights and a bias
 * of minus infinity that can never be the largest, and `packed` interleaves four rows:
 * packed[(m / 4 * n + i) * 4 + m % 4] = W[m][i]. For logits `columns` holds W transposed,
 * columns[i * column_stride + m] = W[m][i], padded to a multiple of 16 rows.
 */
struct linear_view {
    size_t n;    // inputs, 1 to widest_linear_layer
    size_t rows; // outputs, padded to a multiple of four
    const float* packed;
    const float* bias; // `rows` of them
    const float* columns;
    size_t column_stride;
    const float* padded_bias; // `column_stride` of them
};

/*!
 * \brief The engine's inner loops for one instruction set.
 *
 * All pointers are to plain arrays; logits are [batch, m] row by row; m is a power of
 * two, 2 to 256. Nothing allocates.
 */
struct kernel_set {
    const char* instruction_set;

    //! messages[b] = index of the largest of W x_b + b, the first of equal ones.
    void (*linear_decide)(const linear_view& layer,
                          const float* x,
                          size_t batch,
                          uint8_t* messages);

    //! logits[b][m] = (W x_b + b)[m] for the first m rows.
    void (*linear_logits)(
        const linear_view& layer, const float* x, size_t batch, size_t m, float* logits);

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
};

//! The sets that this machine can run, best first; `count` gets their number.
const kernel_set* const* runnable_kernels(size_t& count);

//! The best set that this machine can run.
const kernel_set& kernels();

extern const kernel_set kernels_base;
extern const kernel_set kernels_avx2;
extern const kernel_set kernels_avx512;

} // namespace engine
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ENGINE_KERNELS_H */
