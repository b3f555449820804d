/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_SOAPY_CARRIER_H
#define INCLUDED_DLCOMM_SOAPY_CARRIER_H

#include "channel/gaussian.h"

#include <complex>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gr {
namespace dlcomm {
namespace loopback {

/*!
 * \brief Rotates a stream: frequency offset and a Wiener process in the phase.
 *
 * Phases are whole numbers of 2^-64 turns, and so add up without any error and the same
 * however the stream is cut. The rotation of a phase comes from two tables and is right
 * to about 1e-7.
 */
class carrier
{
public:
    //! \param seed, stream name the sequence of the phase noise, as in channel::gaussian
    carrier(uint64_t seed, uint32_t stream);

    void set_seed(uint64_t seed);
    //! \param cycles_per_sample any finite number; whole cycles change nothing
    void set_frequency(double cycles_per_sample);
    //! \param variance of one step of the phase, rad^2, not below 0
    void set_phase_noise(double variance);

    //! Does it let everything pass as it is?
    bool rests() const { return d_step == 0 && d_sigma == 0.0f && d_phase == 0; }

    /*!
     * \brief data[i] *= gain * exp(j phase), and the phase goes on.
     * \param start index of data[0] in the sequence of the phase noise
     */
    void rotate(std::complex<float>* data, size_t count, uint64_t start, float gain);

private:
    uint32_t d_stream;
    channel::gaussian d_gaussian;
    uint64_t d_step = 0;
    uint64_t d_phase = 0;
    float d_sigma = 0.0f; // radians
    std::vector<std::complex<float>> d_coarse, d_fine;
    std::vector<std::complex<float>> d_steps;
};

} // namespace loopback
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_SOAPY_CARRIER_H */
