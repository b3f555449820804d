/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "packed_layer.h"

#include <algorithm>
#include <limits>

namespace gr {
namespace dlcomm {
namespace engine {
namespace {

// An entry of a sparse layer takes about as long as this many of a dense one: it loads
// the inputs of each of its four weights, where a dense one loads them once for all four.
constexpr size_t price_of_sparse = 2;

} // namespace

packed_layer::packed_layer(
    const float* weights, const float* bias, size_t inputs, size_t outputs, bool relu)
    : d_inputs(inputs), d_relu(relu)
{
    const size_t rows = (outputs + 3) / 4 * 4;
    d_bias.assign(rows, -std::numeric_limits<float>::infinity());
    std::copy_n(bias, outputs, d_bias.begin());
    d_begins.assign(1, 0);
    for (size_t row = 0; row < rows; row += 4) {
        size_t most = 0;
        for (size_t r = row; r < std::min(row + 4, outputs); ++r) {
            const float* begin = weights + r * inputs;
            const auto zeros = std::count(begin, begin + inputs, 0.0f);
            most = std::max(most, inputs - zeros);
        }
        d_begins.push_back(d_begins.back() + most);
    }
    if (price_of_sparse * d_begins.back() < rows / 4 * inputs)
        pack_nonzeros(weights, outputs);
    else
        pack_all(weights, outputs);
}

void packed_layer::pack_all(const float* weights, size_t outputs)
{
    for (size_t i = 0; i < d_begins.size(); ++i)
        d_begins[i] = i * d_inputs;
    d_packed.assign(d_bias.size() * d_inputs, 0.0f);
    for (size_t r = 0; r < outputs; ++r)
        for (size_t i = 0; i < d_inputs; ++i)
            d_packed[4 * (d_begins[r / 4] + i) + r % 4] = weights[r * d_inputs + i];
}

void packed_layer::pack_nonzeros(const float* weights, size_t outputs)
{
    // One at least: an empty list of columns stands for all of them.
    const size_t entries = std::max<size_t>(d_begins.back(), 1);
    d_packed.assign(4 * entries, 0.0f);
    d_columns.assign(4 * entries, 0);
    for (size_t r = 0; r < outputs; ++r) {
        size_t at = 4 * d_begins[r / 4] + r % 4;
        for (size_t i = 0; i < d_inputs; ++i) {
            if (weights[r * d_inputs + i] == 0.0f)
                continue;
            d_packed[at] = weights[r * d_inputs + i];
            d_columns[at] = static_cast<uint16_t>(i);
            at += 4;
        }
    }
}

dense_layer_view packed_layer::view() const
{
    return { d_inputs,
             d_bias.size(),
             d_relu,
             d_packed.data(),
             d_bias.data(),
             d_begins.data(),
             sparse() ? d_columns.data() : nullptr };
}

} // namespace engine
} // namespace dlcomm
} // namespace gr
