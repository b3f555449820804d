/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "burst/crc.h"
#include "burst/golay.h"
#include "burst/header.h"

#include <tuple>

namespace gr {
namespace dlcomm {
namespace burst {
namespace {

constexpr size_t field_bits = 92, crc_bits = 16, all_bits = field_bits + crc_bits;
constexpr size_t words = all_bits / golay::message_bits;
static_assert(words * golay::message_bits == all_bits, "whole words");
static_assert(words * golay::code_bits == header_symbols, "as the layout has it");

using bit_array = std::array<uint8_t, all_bits>;

class bit_writer
{
public:
    explicit bit_writer(bit_array& bits) : d_bits(bits) {}
    void put(uint32_t value, int width)
    {
        while (width-- > 0)
            d_bits[d_next++] = value >> width & 1;
    }

private:
    bit_array& d_bits;
    size_t d_next = 0;
};

class bit_reader
{
public:
    explicit bit_reader(const bit_array& bits) : d_bits(bits) {}
    uint32_t get(int width)
    {
        uint32_t value = 0;
        while (width-- > 0)
            value = value << 1 | d_bits[d_next++];
        return value;
    }

private:
    const bit_array& d_bits;
    size_t d_next = 0;
};

} // namespace

bool operator==(const header& a, const header& b)
{
    const auto all = [](const header& h) {
        return std::tie(
            h.version, h.flags, h.code, h.model, h.length, h.symbols, h.sequence);
    };
    return all(a) == all(b);
}

std::array<float, header_symbols> header_to_symbols(const header& fields)
{
    bit_array bits;
    bit_writer writer(bits);
    writer.put(fields.version, 4);
    writer.put(fields.flags, 4);
    writer.put(fields.code, 4);
    writer.put(fields.model, 16);
    writer.put(fields.length, 16);
    writer.put(fields.symbols, 16);
    writer.put(fields.sequence, 32);
    writer.put(crc16_of_bits(bits.data(), field_bits), crc_bits);

    std::array<float, header_symbols> symbols;
    bit_reader reader(bits);
    for (size_t word = 0; word < words; ++word) {
        const uint32_t code = golay::encode(reader.get(golay::message_bits));
        for (size_t i = 0; i < golay::code_bits; ++i)
            symbols[i * words + word] =
                code >> (golay::code_bits - 1 - i) & 1 ? -1.0f : 1.0f;
    }
    return symbols;
}

std::optional<header> header_from_symbols(const std::array<float, header_symbols>& soft)
{
    bit_array bits;
    bit_writer writer(bits);
    for (size_t word = 0; word < words; ++word) {
        std::array<float, golay::code_bits> values;
        for (size_t i = 0; i < golay::code_bits; ++i)
            values[i] = soft[i * words + word];
        writer.put(golay::decode(values), golay::message_bits);
    }
    bit_reader reader(bits);
    header fields;
    fields.version = reader.get(4);
    fields.flags = reader.get(4);
    fields.code = reader.get(4);
    fields.model = reader.get(16);
    fields.length = reader.get(16);
    fields.symbols = reader.get(16);
    fields.sequence = reader.get(32);
    if (reader.get(crc_bits) != crc16_of_bits(bits.data(), field_bits))
        return {};
    return fields;
}

} // namespace burst
} // namespace dlcomm
} // namespace gr
