/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "kernels.h"

namespace gr {
namespace dlcomm {
namespace engine {
namespace {

struct runnable_list {
    const kernel_set* sets[4];
    size_t count = 0;

    runnable_list()
    {
#ifdef DLCOMM_X86_KERNELS
        if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
            __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw")) {
            if (__builtin_cpu_supports("avx512vnni"))
                sets[count++] = &kernels_avx512vnni;
            sets[count++] = &kernels_avx512;
        }
        if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
            sets[count++] = &kernels_avx2;
#endif
        sets[count++] = &kernels_base;
    }
};

const runnable_list& runnable()
{
    static const runnable_list list;
    return list;
}

} // namespace

const kernel_set* const* runnable_kernels(size_t& count)
{
    count = runnable().count;
    return runnable().sets;
}

const kernel_set& kernels() { return *runnable().sets[0]; }

} // namespace engine
} // namespace dlcomm
} // namespace gr
