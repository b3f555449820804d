/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "encoder_table.h"
#include "kernels.h"
#include "session.h"

#include <cmath>
#include <cstring>
#include <numeric>

namespace gr {
namespace dlcomm {
namespace engine {
namespace {

constexpr double power_tolerance = 0.01;

// With n known at compile time a row is a few register moves instead of a memcpy call.
template <size_t N>
void copy_rows(const float* codebook,
               const uint8_t* messages,
               uint8_t mask,
               size_t count,
               float* symbols)
{
    for (size_t i = 0; i < count; ++i)
        std::memcpy(
            symbols + i * N, codebook + (messages[i] & mask) * N, N * sizeof(float));
}

} // namespace

std::shared_ptr<const encoder_table> encoder_table::load(const std::string& path)
{
    const onnx_file file = read_onnx_file(path);
    std::shared_ptr<encoder_table> table(new encoder_table);
    table->d_contract = check_contract(file, "encoder");

    const size_t messages = size_t(1) << table->d_contract.k;
    std::vector<int64_t> all(messages);
    std::iota(all.begin(), all.end(), 0);
    table->d_codebook.resize(messages * table->d_contract.n);
    const void* input = all.data();
    session(file).run(&input, table->d_codebook.data(), messages);

    if (!kernels().all_finite(table->d_codebook.data(), table->d_codebook.size()))
        throw model_error(path, "the codebook holds a NaN or an infinity");
    double energy = 0.0;
    for (const float x : table->d_codebook)
        energy += static_cast<double>(x) * x;
    const double power = 2.0 * energy / table->d_codebook.size();
    if (std::abs(power - 1.0) > power_tolerance)
        throw model_error(path,
                          "mean power per complex sample is " + std::to_string(power) +
                              ", expected 1");
    return table;
}

uint64_t
encoder_table::encode(const uint8_t* messages, size_t count, float* symbols) const
{
    const size_t n = d_contract.n;
    const uint8_t mask = static_cast<uint8_t>((1u << d_contract.k) - 1);
    const float* codebook = d_codebook.data();
    switch (n) {
    case 1:
        copy_rows<1>(codebook, messages, mask, count, symbols);
        break;
    case 2:
        copy_rows<2>(codebook, messages, mask, count, symbols);
        break;
    case 4:
        copy_rows<4>(codebook, messages, mask, count, symbols);
        break;
    case 7:
        copy_rows<7>(codebook, messages, mask, count, symbols);
        break;
    case 8:
        copy_rows<8>(codebook, messages, mask, count, symbols);
        break;
    default:
        for (size_t i = 0; i < count; ++i)
            std::memcpy(
                symbols + i * n, codebook + (messages[i] & mask) * n, n * sizeof(float));
    }
    uint64_t out_of_range = 0;
    for (size_t i = 0; i < count; ++i)
        out_of_range += (messages[i] & ~mask) != 0;
    return out_of_range;
}

} // namespace engine
} // namespace dlcomm
} // namespace gr
