/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "payload_bits.h"
#include "payload_decoder.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace gr {
namespace dlcomm {
namespace burst {

decoded_payload payload_decoder::decode(engine::decoder& decoder,
                                        code outer,
                                        bool soft,
                                        const std::complex<float>* symbols,
                                        size_t count,
                                        std::vector<uint8_t>& payload)
{
    const int n = decoder.about().n, k = decoder.about().k;
    const payload_plan plan(count, outer, n, k);
    const auto* reals = reinterpret_cast<const float*>(symbols);
    const float* csi = gains(decoder, plan.messages);
    decoded_payload result;
    result.bits = plan.bits;
    d_bits.resize(plan.bits);
    if (soft && outer != code::none) {
        d_llrs.resize(plan.messages * k);
        result.nonfinite = decoder.llrs(reals, csi, plan.messages, d_llrs.data());
        std::transform(d_llrs.begin(),
                       d_llrs.begin() + plan.bits,
                       d_bits.begin(),
                       [](float llr) { return llr > 0.0f; });
        result.intact = d_coder.open_soft(d_llrs.data(), count, payload);
    } else {
        d_messages.resize(plan.messages);
        result.nonfinite = decoder.decide(reals, csi, plan.messages, d_messages.data());
        messages_to_bits(d_messages.data(), k, plan.bits, d_bits.data());
        result.intact = d_coder.open_hard(outer, d_bits.data(), count, payload);
    }
    if (result.intact) {
        const auto& sent = d_coder.bits(outer, payload.data(), count);
        result.bit_errors = std::inner_product(sent.begin(),
                                               sent.end(),
                                               d_bits.begin(),
                                               size_t(0),
                                               std::plus<>(),
                                               std::not_equal_to<>());
    }
    return result;
}

const float* payload_decoder::gains(const engine::decoder& decoder, size_t messages)
{
    if (!decoder.about().uses_csi)
        return nullptr;
    while (d_gains.size() < 2 * messages)
        d_gains.insert(d_gains.end(), { 1.0f, 0.0f });
    return d_gains.data();
}

} // namespace burst
} // namespace dlcomm
} // namespace gr
