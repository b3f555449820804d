/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_BURST_SHAPER_H
#define INCLUDED_DLCOMM_BURST_SHAPER_H

#include "burst/header.h"
#include <volk/volk_alloc.hh>
#include <complex>
#include <cstddef>

namespace gr {
namespace dlcomm {
namespace burst {

/*!
 * \brief Makes the samples of bursts, in pieces of any size.
 *
 * The centre of the first symbol's pulse is pulse_half(sps) samples behind the first
 * sample of a burst.
 */
class shaper
{
public:
    //! \param sps samples per symbol, as check_samples_per_symbol() wants it
    explicit shaper(int sps);

    //! Samples of a burst with this many payload symbols, pulses' tails and all.
    static size_t burst_samples(size_t payload, size_t sps);

    /*!
     * \brief Begin a burst; what was left of the one before is dropped.
     *
     * \param fields of the header; `symbols` is set to `count`
     * \param payload symbols of unit mean power
     * \param count of these, 1 to largest_payload
     * \param amplitude root mean square of the samples within the burst
     */
    void begin(header fields,
               const std::complex<float>* payload,
               size_t count,
               double amplitude);

    //! Samples of the burst that are still to come.
    size_t left() const { return d_end - d_next; }

    //! Write the next samples, at most `count`; returns how many.
    size_t read(std::complex<float>* out, size_t count);

private:
    const size_t d_sps, d_arm; // taps of one arm of the polyphase filter
    volk::vector<float> d_arms;
    volk::vector<std::complex<float>>
        d_symbols;                // of the burst, scaled, zeros around them
    size_t d_next = 0, d_end = 0; // samples
};

} // namespace burst
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_BURST_SHAPER_H */
