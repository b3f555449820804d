/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "amplifier.h"

#include <cmath>

namespace gr {
namespace dlcomm {
namespace loopback {

void amplify(const std::complex<float>* in,
             std::complex<float>* out,
             size_t count,
             float largest)
{
    const double scale = 1.0 / (static_cast<double>(largest) * largest);
    for (size_t i = 0; i < count; ++i) {
        // In double, where the fourth power of no float overflows.
        const double re = in[i].real();
        const double im = in[i].imag();
        const double square = (re * re + im * im) * scale;
        const double gain = 1.0 / std::sqrt(std::sqrt(1.0 + square * square));
        out[i] = { static_cast<float>(re * gain), static_cast<float>(im * gain) };
    }
}

} // namespace loopback
} // namespace dlcomm
} // namespace gr
