/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "payload_bits.h"
#include "payload_encoder.h"

namespace gr {
namespace dlcomm {
namespace burst {

const std::vector<std::complex<float>>& payload_encoder::encode(
    code outer, const engine::encoder_table& table, const uint8_t* payload, size_t count)
{
    const int n = table.about().n, k = table.about().k;
    const payload_plan plan(count, outer, n, k);
    const auto& bits = d_coder.bits(outer, payload, count);
    d_messages.resize(plan.messages);
    bits_to_messages(bits.data(), bits.size(), k, plan.messages, d_messages.data());
    d_symbols.resize(plan.symbols);
    table.encode(
        d_messages.data(), plan.messages, reinterpret_cast<float*>(d_symbols.data()));
    return d_symbols;
}

} // namespace burst
} // namespace dlcomm
} // namespace gr
