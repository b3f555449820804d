/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_CHANNEL_GAUSSIAN_KERNEL_H
#define INCLUDED_DLCOMM_CHANNEL_GAUSSIAN_KERNEL_H

#include <stdint.h>

namespace gr {
namespace dlcomm {
namespace channel {

/*!
 * \brief Add noise to whole groups of 32 complex samples.
 *
 * out = in + rail_sigma * g for the groups first_group, first_group + 1, ...; in and out
 * hold 64 floats per group (I and Q alternate) and may be the same. See class gaussian.
 */
typedef void gaussian_kernel(const float* in,
                             float* out,
                             uint64_t groups,
                             uint64_t first_group,
                             float rail_sigma,
                             uint64_t seed,
                             uint32_t stream,
                             uint32_t purpose);

gaussian_kernel gaussian_base;
gaussian_kernel gaussian_avx2;
gaussian_kernel gaussian_avx512;

} // namespace channel
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_CHANNEL_GAUSSIAN_KERNEL_H */
