/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "crc.h"
#include "payload_bits.h"
#include "payload_plan.h"
#include "whitening.h"

#include <algorithm>

namespace gr {
namespace dlcomm {
namespace burst {

void close_payload(const uint8_t* payload, size_t count, std::vector<uint8_t>& bits)
{
    std::vector<uint8_t> bytes(payload, payload + count);
    const uint32_t crc = crc32(payload, count);
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes.push_back(static_cast<uint8_t>(crc >> shift));
    whiten(bytes.data(), bytes.size());
    bits.resize(8 * bytes.size());
    messages_to_bits(bytes.data(), 8, bits.size(), bits.data());
}

bool open_payload(const uint8_t* bits, size_t count, std::vector<uint8_t>& payload)
{
    payload.resize(count + crc_bytes);
    bits_to_messages(bits, 8 * payload.size(), 8, payload.size(), payload.data());
    whiten(payload.data(), payload.size());
    uint32_t stated = 0;
    for (size_t i = count; i < payload.size(); ++i)
        stated = stated << 8 | payload[i];
    payload.resize(count);
    return stated == crc32(payload.data(), count);
}

void bits_to_messages(
    const uint8_t* bits, size_t count, int k, size_t messages, uint8_t* out)
{
    for (size_t m = 0; m < messages; ++m) {
        const size_t first = m * k;
        unsigned message = 0;
        for (size_t i = first; i < first + k; ++i)
            message = message << 1 | (i < count ? bits[i] : 0u);
        out[m] = static_cast<uint8_t>(message);
    }
}

void messages_to_bits(const uint8_t* messages, int k, size_t count, uint8_t* bits)
{
    for (size_t first = 0; first < count; first += k, ++messages) {
        const size_t here = std::min<size_t>(k, count - first);
        for (size_t i = 0; i < here; ++i)
            bits[first + i] = *messages >> (k - 1 - i) & 1;
    }
}

} // namespace burst
} // namespace dlcomm
} // namespace gr
