/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "decoder.h"
#include "kernels.h"

#include <algorithm>

namespace gr {
namespace dlcomm {
namespace engine {

std::unique_ptr<decoder> decoder::load(const std::string& path)
{
    const onnx_file file = read_onnx_file(path);
    std::unique_ptr<decoder> made(new decoder);
    made->d_contract = check_contract(file, "decoder");
    made->d_executor = make_executor(file);
    const size_t rows = executor::largest_batch;
    made->d_clean_symbols.resize(rows * made->d_contract.n);
    made->d_clean_csi.resize(rows * 2);
    made->d_logits.resize(rows << made->d_contract.k);
    made->d_bad_rows.resize(rows);
    return made;
}

// The next batch. When a value in it is not finite the batch is copied with zeros in the
// rows concerned, so that no graph, whatever it computes across rows, sees them.
decoder::batch decoder::prepare(const float* symbols, const float* csi, size_t count)
{
    const kernel_set& kernel = kernels();
    const size_t n = d_contract.n;
    count = std::min(count, executor::largest_batch);
    if (kernel.all_finite(symbols, count * n) &&
        (!csi || kernel.all_finite(csi, count * 2)))
        return { symbols, csi, count, true };
    for (size_t b = 0; b < count; ++b) {
        const bool good = kernel.all_finite(symbols + b * n, n) &&
                          (!csi || kernel.all_finite(csi + 2 * b, 2));
        d_bad_rows[b] = !good;
        for (size_t i = 0; i < n; ++i)
            d_clean_symbols[b * n + i] = good ? symbols[b * n + i] : 0.0f;
        for (size_t i = 0; csi && i < 2; ++i)
            d_clean_csi[2 * b + i] = good ? csi[2 * b + i] : 0.0f;
    }
    return { d_clean_symbols.data(), csi ? d_clean_csi.data() : nullptr, count, false };
}

uint64_t
decoder::decide(const float* symbols, const float* csi, size_t count, uint8_t* messages)
{
    uint64_t not_finite = 0;
    while (count > 0) {
        const batch now = prepare(symbols, csi, count);
        d_executor->decide(now.symbols, now.csi, now.count, messages);
        for (size_t b = 0; !now.clean && b < now.count; ++b) {
            if (d_bad_rows[b]) {
                messages[b] = 0;
                ++not_finite;
            }
        }
        symbols += now.count * d_contract.n;
        csi = csi ? csi + 2 * now.count : nullptr;
        messages += now.count;
        count -= now.count;
    }
    return not_finite;
}

uint64_t decoder::llrs(const float* symbols, const float* csi, size_t count, float* llrs)
{
    const size_t k = d_contract.k;
    uint64_t not_finite = 0;
    while (count > 0) {
        const batch now = prepare(symbols, csi, count);
        d_executor->logits(now.symbols, now.csi, now.count, d_logits.data());
        not_finite += kernels().llr(d_logits.data(), now.count, size_t(1) << k, llrs);
        for (size_t b = 0; !now.clean && b < now.count; ++b) {
            if (d_bad_rows[b]) {
                std::fill_n(llrs + b * k, k, 0.0f);
                ++not_finite;
            }
        }
        symbols += now.count * d_contract.n;
        csi = csi ? csi + 2 * now.count : nullptr;
        llrs += now.count * k;
        count -= now.count;
    }
    return not_finite;
}

} // namespace engine
} // namespace dlcomm
} // namespace gr
