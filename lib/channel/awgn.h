/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_CHANNEL_AWGN_H
#define INCLUDED_DLCOMM_CHANNEL_AWGN_H

#include "gaussian.h"

#include <complex>
#include <cstdint>

namespace gr {
namespace dlcomm {
namespace channel {

/*!
 * \brief White Gaussian noise at a stated Eb/N0, in sequence.
 *
 * Keeps the noise level and the position in the sequence. N0 is the variance per complex
 * sample, N0 = 1 / (bits_per_sample * Eb/N0) at unit signal power.
 */
class awgn
{
public:
    /*!
     * \param ebn0_db Eb/N0 in dB, +infinity for no noise
     * \param bits_per_sample information bits per complex sample, above 0
     * \param seed, stream, purpose name the sequence, as in class gaussian
     *
     * Throws std::invalid_argument naming the argument when one is out of range.
     */
    awgn(double ebn0_db,
         double bits_per_sample,
         uint64_t seed,
         uint32_t stream,
         uint32_t purpose = 0);

    void set_ebn0_db(double ebn0_db);
    double ebn0_db() const;
    void set_n0(double n0);
    double n0() const { return d_n0; }

    //! Begin the sequence of this seed.
    void set_seed(uint64_t seed);

    //! out = in + w for the next count samples; in may be out.
    void add(const std::complex<float>* in, std::complex<float>* out, size_t count);

private:
    double d_bits_per_sample;
    double d_n0;
    float d_rail_sigma;
    uint32_t d_stream;
    uint32_t d_purpose;
    gaussian d_gaussian;
    uint64_t d_position = 0;
};

} // namespace channel
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_CHANNEL_AWGN_H */
