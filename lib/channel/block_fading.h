/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_CHANNEL_BLOCK_FADING_H
#define INCLUDED_DLCOMM_CHANNEL_BLOCK_FADING_H

#include "gaussian.h"

#include <complex>
#include <cstdint>

namespace gr {
namespace dlcomm {
namespace channel {

/*!
 * \brief Block Rayleigh fading gains in sequence.
 *
 * h ~ CN(0,1), constant over block_length complex samples, independent between blocks;
 * gain number b is sample b of its own counter-based sequence.
 */
class block_fading
{
public:
    /*!
     * \param block_length complex samples per block, at least 1
     * \param real_positive use |h| instead of h
     * \param seed, stream name the sequence, as in class gaussian
     *
     * Throws std::invalid_argument when block_length is below 1.
     */
    block_fading(int block_length, bool real_positive, uint64_t seed, uint32_t stream);

    //! A stretch of samples that share one gain.
    struct stretch {
        std::complex<float> gain;
        size_t length;
        bool begins_block;
    };

    //! The next stretch, at most `limit` (at least 1) samples long.
    stretch next(size_t limit);

    //! Go on with a fresh block, whatever is left of the current one.
    void align();

    //! Fading off gives h = 1 from the next block on.
    void set_fading(bool fading) { d_fading = fading; }
    bool fading() const { return d_fading; }
    int block_length() const { return d_block_length; }

    //! Begin the sequence of this seed.
    void set_seed(uint64_t seed);

private:
    int d_block_length;
    bool d_real_positive;
    bool d_fading = true;
    uint32_t d_stream;
    gaussian d_gaussian;
    uint64_t d_block = 0; // number of the next block to begin
    size_t d_left = 0;    // samples left in the current block
    std::complex<float> d_gain{ 1.0f, 0.0f };
};

} // namespace channel
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_CHANNEL_BLOCK_FADING_H */
