/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "amplifier.h"
#include "purposes.h"
#include "reception.h"

#include <volk/volk.h>

#include <algorithm>
#include <cmath>

namespace gr {
namespace dlcomm {
namespace loopback {

reception::reception(uint32_t number)
    : d_number(number),
      d_carrier(0, number),
      d_noise(0, number, purposes::noise),
      d_amplified(longest_window),
      d_filtered(longest_window)
{
}

void reception::configure(const settings& wanted, double shift)
{
    if (wanted.seed != d_seed) {
        d_seed = wanted.seed;
        d_noise = channel::gaussian(d_seed, d_number, purposes::noise);
        d_carrier.set_seed(d_seed);
    }
    d_deaf = !(std::abs(shift) < 1.0);
    d_largest =
        std::isfinite(wanted.saturation) ? static_cast<float>(wanted.saturation) : 0.0f;
    d_propagation = propagation(wanted.multipath, d_deaf ? 0.0 : shift);
    d_delay = sample_position::from(wanted.delay);
    d_step = sample_position::from(1.0 + wanted.clock_ppm * 1e-6);
    d_carrier.set_frequency(wanted.cfo + (d_deaf ? 0.0 : shift));
    d_carrier.set_phase_noise(wanted.phase_noise);
    d_gain = static_cast<float>(std::pow(10.0, wanted.gain_db / 20.0));
    d_sigma = static_cast<float>(std::sqrt(0.5 * std::pow(10.0, wanted.noise_db / 10.0)));
}

bool reception::between_samples(const sample_position& position) const
{
    return position.fraction != 0 || d_step.fraction != 0;
}

reception::window reception::needed(sample_position position, size_t count) const
{
    position -= d_delay;
    const bool between = between_samples(position);
    window found;
    found.first = position.index - static_cast<int64_t>(d_propagation.behind()) -
                  (between ? interpolator::before : 0);
    position += times(d_step, count - 1);
    found.end = position.index + static_cast<int64_t>(d_propagation.ahead()) + 1 +
                (between ? interpolator::behind : 0);
    return found;
}

size_t reception::possible(sample_position position, size_t wanted, int64_t end) const
{
    size_t fits = 0;
    size_t above = std::min(wanted, most) + 1; // the least that is known not to fit
    while (above - fits > 1) {
        const size_t middle = fits + (above - fits) / 2;
        (needed(position, middle).end <= end ? fits : above) = middle;
    }
    return fits;
}

void reception::process(const std::complex<float>* in,
                        sample_position position,
                        std::complex<float>* out,
                        size_t count,
                        uint64_t number)
{
    if (d_deaf) {
        std::fill(out, out + count, 0.0f);
    } else {
        const window all = needed(position, count);
        int64_t first = all.first;
        size_t length = static_cast<size_t>(all.end - all.first);
        if (d_largest > 0.0f) {
            amplify(in, d_amplified.data(), length, d_largest);
            in = d_amplified.data();
        }
        if (!d_propagation.passes()) {
            length -= d_propagation.behind() + d_propagation.ahead();
            d_propagation.filter(in + d_propagation.behind(), d_filtered.data(), length);
            in = d_filtered.data();
            first += static_cast<int64_t>(d_propagation.behind());
        }
        position -= d_delay;
        if (between_samples(position))
            d_interpolator.read(in, first, position, d_step, out, count);
        else
            std::copy(in, in + count, out);
        if (!d_carrier.rests())
            d_carrier.rotate(out, count, number, d_gain);
        else if (d_gain != 1.0f)
            volk_32f_s32f_multiply_32f(reinterpret_cast<float*>(out),
                                       reinterpret_cast<const float*>(out),
                                       d_gain,
                                       2 * count);
    }
    if (d_sigma > 0.0f)
        d_noise.add(out, out, count, number, d_sigma);
}

} // namespace loopback
} // namespace dlcomm
} // namespace gr
