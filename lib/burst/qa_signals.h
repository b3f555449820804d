/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_BURST_QA_SIGNALS_H
#define INCLUDED_DLCOMM_BURST_QA_SIGNALS_H

#include "burst/layout.h"
#include "burst/pulse.h"
#include "burst/shaper.h"

#include <cmath>
#include <complex>
#include <random>
#include <vector>

namespace qa {

using samples = std::vector<std::complex<float>>;

inline samples qpsk(size_t count, unsigned seed)
{
    std::mt19937 random(seed);
    samples symbols;
    while (symbols.size() < count)
        symbols.emplace_back(random() & 1 ? M_SQRT1_2 : -M_SQRT1_2,
                             random() & 1 ? M_SQRT1_2 : -M_SQRT1_2);
    return symbols;
}

//! White circular Gaussian samples of this variance.
inline samples noise(size_t count, double variance, unsigned seed)
{
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0.0f,
                                           static_cast<float>(std::sqrt(variance / 2.0)));
    samples out(count);
    for (auto& x : out) {
        const float re = normal(random);
        x = { re, normal(random) };
    }
    return out;
}

//! A burst as the shaper makes it; its first symbol's centre is at pulse_half(sps).
inline samples burst(const gr::dlcomm::burst::header& fields,
                     const samples& payload,
                     int sps = 4,
                     double amplitude = 0.25)
{
    gr::dlcomm::burst::shaper shaper(sps);
    shaper.begin(fields, payload.data(), payload.size(), amplitude);
    samples out(shaper.left());
    shaper.read(out.data(), out.size());
    return out;
}

inline samples turned(samples x, double frequency, double phase = 0.0)
{
    for (size_t i = 0; i < x.size(); ++i)
        x[i] *= std::complex<float>(
            std::polar(1.0, 2.0 * std::acos(-1.0) * frequency * double(i) + phase));
    return x;
}

inline samples plus(samples x, const samples& y, double scale = 1.0)
{
    for (size_t i = 0; i < x.size(); ++i)
        x[i] += static_cast<float>(scale) * y[i];
    return x;
}

inline samples scaled(samples x, double scale)
{
    for (auto& value : x)
        value *= static_cast<float>(scale);
    return x;
}

inline samples operator+(samples a, const samples& b)
{
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

inline samples zeros(size_t count) { return samples(count); }

} // namespace qa

#endif /* INCLUDED_DLCOMM_BURST_QA_SIGNALS_H */
