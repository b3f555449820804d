/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define DLCOMM_KERNEL_SET kernels_avx512vnni
#define DLCOMM_KERNEL_NAME "avx512vnni"
#include "kernels.inc"
