/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_INTERFERENCE_CHANNEL_CC_H
#define INCLUDED_DLCOMM_INTERFERENCE_CHANNEL_CC_H

#include <gnuradio/dlcomm/api.h>
#include <gnuradio/sync_block.h>
#include <cstdint>
#include <vector>

namespace gr {
namespace dlcomm {

/*!
 * \brief Two users on one medium: a 2x2 complex matrix and additive white Gaussian noise.
 * \ingroup dlcomm
 *
 * \details
 * y1 = h11 x1 + h12 x2 + w1 and y2 = h21 x1 + h22 x2 + w2 with independent w1, w2.
 * All ones give the symmetric interference channel y1 = y2 = x1 + x2 but for the noise.
 *
 * The noise is white, Gaussian and circular with variance N0 per complex sample,
 * N0 = 1 / (bits_per_sample * Eb/N0): the signal is taken to have unit mean power.
 * Samples of noise depend on seed, stream and position alone (a counter-based
 * generator), never on how the scheduler cuts the stream. A graph that is stopped and
 * started again goes on in the sequence; set_seed() begins it anew.
 */
class DLCOMM_API interference_channel_cc : virtual public gr::sync_block
{
public:
    typedef std::shared_ptr<interference_channel_cc> sptr;

    /*!
     * \brief Make the channel.
     *
     * \param matrix h11, h12, h21, h22: four finite complex numbers
     * \param ebn0_db Eb/N0 in dB; +infinity switches the noise off
     * \param bits_per_sample information bits per complex sample, 2k/n for a link (n, k)
     * \param seed seed of the generator
     * \param stream number of an independent sequence under the same seed
     *
     * Throws std::invalid_argument naming the argument when one is out of range.
     */
    static sptr make(const std::vector<gr_complex>& matrix,
                     double ebn0_db,
                     double bits_per_sample,
                     uint64_t seed = 0,
                     uint32_t stream = 0);

    /*!
     * \brief Replace the matrix h11, h12, h21, h22.
     *
     * Throws std::invalid_argument when it does not hold four finite numbers.
     */
    virtual void set_matrix(const std::vector<gr_complex>& matrix) = 0;

    //! The matrix h11, h12, h21, h22.
    virtual std::vector<gr_complex> matrix() const = 0;

    /*!
     * \brief Set Eb/N0 in dB; +infinity switches the noise off.
     *
     * Throws std::invalid_argument when it is NaN or -infinity.
     */
    virtual void set_ebn0_db(double ebn0_db) = 0;

    //! Eb/N0 in dB.
    virtual double ebn0_db() const = 0;

    /*!
     * \brief Set the noise variance per complex sample directly.
     *
     * Throws std::invalid_argument when it is negative or not finite.
     */
    virtual void set_n0(double n0) = 0;

    //! Noise variance per complex sample.
    virtual double n0() const = 0;

    //! Begin the random sequence of this seed anew with the next sample.
    virtual void set_seed(uint64_t seed) = 0;
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_INTERFERENCE_CHANNEL_CC_H */
