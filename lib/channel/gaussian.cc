/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "gaussian.h"
#include "gaussian_kernel.h"

#include <algorithm>
#include <stdexcept>

namespace gr {
namespace dlcomm {
namespace channel {
namespace {

constexpr uint64_t group_size = 32;

struct kernel_entry {
    const char* name;
    gaussian_kernel* run;
};

std::vector<kernel_entry> runnable_kernels()
{
    std::vector<kernel_entry> kernels;
#ifdef DLCOMM_X86_KERNELS
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
        kernels.push_back({ "avx512", gaussian_avx512 });
    if (__builtin_cpu_supports("avx2"))
        kernels.push_back({ "avx2", gaussian_avx2 });
#endif
    kernels.push_back({ "base", gaussian_base });
    return kernels;
}

const std::vector<kernel_entry>& kernels()
{
    static const std::vector<kernel_entry> found = runnable_kernels();
    return found;
}

void run(gaussian_kernel* kernel,
         const std::complex<float>* in,
         std::complex<float>* out,
         size_t count,
         uint64_t start,
         float rail_sigma,
         uint64_t seed,
         uint32_t stream,
         uint32_t purpose)
{
    static const std::complex<float> zeros[group_size] = {};
    while (count > 0) {
        const uint64_t group = start / group_size;
        const size_t offset = start % group_size;
        if (in && offset == 0 && count >= group_size) {
            const uint64_t groups = count / group_size;
            kernel(reinterpret_cast<const float*>(in),
                   reinterpret_cast<float*>(out),
                   groups,
                   group,
                   rail_sigma,
                   seed,
                   stream,
                   purpose);
            const size_t done = groups * group_size;
            in += done;
            out += done;
            count -= done;
            start += done;
            continue;
        }
        // A cut through a group: make the whole group, take the part that is asked for.
        std::complex<float> noise[group_size];
        kernel(reinterpret_cast<const float*>(zeros),
               reinterpret_cast<float*>(noise),
               1,
               group,
               rail_sigma,
               seed,
               stream,
               purpose);
        const size_t part = std::min<size_t>(count, group_size - offset);
        for (size_t j = 0; j < part; ++j)
            out[j] = in ? in[j] + noise[offset + j] : noise[offset + j];
        in = in ? in + part : nullptr;
        out += part;
        count -= part;
        start += part;
    }
}

} // namespace

void gaussian::add(const std::complex<float>* in,
                   std::complex<float>* out,
                   size_t count,
                   uint64_t start,
                   float rail_sigma) const
{
    run(kernels().front().run,
        in,
        out,
        count,
        start,
        rail_sigma,
        d_seed,
        d_stream,
        d_purpose);
}

std::vector<std::string> gaussian::instruction_sets()
{
    std::vector<std::string> names;
    for (const auto& kernel : kernels())
        names.push_back(kernel.name);
    return names;
}

void gaussian::add_with(const std::string& instruction_set,
                        const std::complex<float>* in,
                        std::complex<float>* out,
                        size_t count,
                        uint64_t start,
                        float rail_sigma) const
{
    for (const auto& kernel : kernels()) {
        if (instruction_set == kernel.name)
            return run(kernel.run,
                       in,
                       out,
                       count,
                       start,
                       rail_sigma,
                       d_seed,
                       d_stream,
                       d_purpose);
    }
    throw std::invalid_argument("gaussian: instruction set '" + instruction_set +
                                "' is not one this machine can run");
}

} // namespace channel
} // namespace dlcomm
} // namespace gr
