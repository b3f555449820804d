/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define DLCOMM_KERNEL_SET kernels_base
#define DLCOMM_KERNEL_NAME "base"
#include "kernels.inc"
