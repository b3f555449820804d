/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "packed_integers.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace gr {
namespace dlcomm {
namespace engine {
namespace {

// Bits of an element of an integer type that read_integers() takes; 0: another type.
int bits_of_integer(int32_t type)
{
    switch (type) {
    case onnx_uint2:
    case onnx_int2:
        return 2;
    case onnx_uint4:
    case onnx_int4:
        return 4;
    case onnx_uint8:
    case onnx_int8:
        return 8;
    case onnx_int16:
        return 16;
    case onnx_int32:
        return 32;
    case onnx_int64:
        return 64;
    default:
        return 0;
    }
}

bool is_signed(int32_t type)
{
    return type != onnx_uint8 && type != onnx_uint4 && type != onnx_uint2;
}

// Values of a tensor that are listed one by one, if they are as many as it has elements
// and its type holds them.
bool read_listed(const onnx_tensor& tensor, int bits, std::vector<int32_t>& values)
{
    const int value_bits = std::min(bits, 32) - is_signed(tensor.type);
    const int64_t high = (int64_t(1) << value_bits) - 1;
    const int64_t low = is_signed(tensor.type) ? -high - 1 : 0;
    values.assign(tensor.listed.begin(), tensor.listed.end());
    return static_cast<int64_t>(values.size()) == tensor.elements() &&
           std::all_of(tensor.listed.begin(), tensor.listed.end(), [&](int64_t value) {
               return value >= low && value <= high;
           });
}

} // namespace

bool read_integers(const onnx_file& file,
                   const onnx_tensor& tensor,
                   int64_t largest,
                   std::vector<int32_t>& values)
{
    const int bits = bits_of_integer(tensor.type);
    const int64_t count = tensor.elements();
    if (bits >= 8 && count >= 0 && count <= largest && !tensor.listed.empty())
        return read_listed(tensor, bits, values);
    if (bits == 0 || count < 0 || count > largest || !tensor.only_raw ||
        tensor.raw_size != static_cast<size_t>((count * bits + 7) / 8))
        return false;
    const char* raw = file.bytes.data() + tensor.raw_at;
    const bool has_sign = is_signed(tensor.type);
    values.resize(count);
    for (int64_t i = 0; i < count; ++i) {
        int64_t value = 0;
        if (bits < 8) { // the first element is in the lowest bits
            const auto byte = static_cast<unsigned char>(raw[i * bits / 8]);
            value = byte >> (i * bits % 8) & ((1 << bits) - 1);
            if (has_sign && value >> (bits - 1))
                value -= 1 << bits;
        } else {
            uint64_t pattern = 0;
            std::memcpy(&pattern, raw + i * (bits / 8), bits / 8); // little-endian
            // The sign bit moved to the top and back fills the bits between.
            value = has_sign
                        ? static_cast<int64_t>(pattern << (64 - bits)) >> (64 - bits)
                        : static_cast<int64_t>(pattern);
        }
        if (value < std::numeric_limits<int32_t>::min() ||
            value > std::numeric_limits<int32_t>::max())
            return false;
        values[i] = static_cast<int32_t>(value);
    }
    return true;
}

} // namespace engine
} // namespace dlcomm
} // namespace gr
