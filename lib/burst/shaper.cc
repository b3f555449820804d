/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "burst/pulse.h"
#include "burst/shaper.h"

#include <volk/volk.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace dlcomm {
namespace burst {

shaper::shaper(int sps)
    : d_sps(sps), d_arm(aligned_taps(pulse_span + 1)), d_arms(d_arm * sps, 0.0f)
{
    check_samples_per_symbol(sps);
    // Sample q sps + r of a burst is the sum over j of symbol q - j by tap j sps + r.
    const auto taps = pulse_taps(d_sps);
    for (size_t i = 0; i < taps.size(); ++i)
        d_arms[i % d_sps * d_arm + pulse_span - i / d_sps] = taps[i];
    d_symbols.reserve(burst_symbols(largest_payload) + pulse_span + d_arm);
}

size_t shaper::burst_samples(size_t payload, size_t sps)
{
    return (burst_symbols(payload) - 1) * sps + 2 * pulse_half(sps) + 1;
}

void shaper::begin(header fields,
                   const std::complex<float>* payload,
                   size_t count,
                   double amplitude)
{
    fields.symbols = static_cast<unsigned>(count);
    const auto head = header_to_symbols(fields);
    // Pulses of unit energy, one every sps samples.
    const auto scale = static_cast<float>(amplitude * std::sqrt(double(d_sps)));

    d_symbols.assign(burst_symbols(count) + pulse_span + d_arm, 0.0f);
    std::complex<float>* const symbols = d_symbols.data() + pulse_span;
    std::copy(preamble().begin(), preamble().end(), symbols);
    for (size_t i = 0; i < header_symbols; ++i)
        symbols[data_place(i)] = head[i];
    for (size_t i = 0; i < count; ++i)
        symbols[data_place(header_symbols + i)] = payload[i];
    const size_t pilots = pilots_among(header_symbols + count);
    for (size_t n = 0; n < pilots; ++n)
        symbols[std::min(pilot_place(n), burst_symbols(count) - 1)] = pilot(n);
    for (auto& symbol : d_symbols)
        symbol *= scale;
    d_next = 0;
    d_end = burst_samples(count, d_sps);
}

size_t shaper::read(std::complex<float>* out, size_t count)
{
    count = std::min(count, left());
    for (size_t i = 0; i < count; ++i, ++d_next)
        volk_32fc_32f_dot_prod_32fc_u(&out[i],
                                      &d_symbols[d_next / d_sps],
                                      &d_arms[d_next % d_sps * d_arm],
                                      static_cast<unsigned int>(d_arm));
    return count;
}

} // namespace burst
} // namespace dlcomm
} // namespace gr
