/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_BURST_SHAPER_C_H
#define INCLUDED_DLCOMM_BURST_SHAPER_C_H

#include <gnuradio/dlcomm/api.h>
#include <gnuradio/sync_block.h>
#include <cstdint>

namespace gr {
namespace dlcomm {

/*!
 * \brief Makes a continuous stream of bursts from packets of symbols.
 * \ingroup dlcomm
 *
 * \details
 * Message port `pdus` takes PDUs, pairs of a dictionary and a c32vector of 1 to 65535
 * payload symbols of unit mean power. Each becomes one burst: a preamble, a header that
 * carries `model`, `code`, `length`, `sequence` and `last` of the dictionary (0 or false
 * where absent) and the number of symbols, the payload, and pilots among them; all shaped
 * by a root-raised-cosine. docs/burst-format.md has the format.
 *
 * Between bursts are `gap` symbols of exact zeros, and more where nothing waits to be
 * sent: the block never lets the stream pause, as radios want it. With `end_after_last`,
 * for files, it does pause instead, and ends the stream behind the gap of a burst whose
 * PDU says `last`.
 *
 * The first sample of a burst carries the tag `burst` with the sequence number. Message
 * port `sent` has a dictionary per burst with `sequence` and `offset` (of that sample in
 * the stream) when its last sample was handed on: a sender that waits for these overfills
 * no queue. PDUs that are none, hold no symbol or too many of them, or are not finite,
 * and those for which there is no room (4 million symbols wait already), are refused,
 * counted and logged.
 */
class DLCOMM_API burst_shaper_c : virtual public gr::sync_block
{
public:
    typedef std::shared_ptr<burst_shaper_c> sptr;

    /*!
     * \brief Make the block.
     *
     * \param sps samples per symbol, an even number from 2 to 16
     * \param amplitude root mean square of the samples within a burst, above 0; the peaks
     * of learned constellations reach about 3.5 times that
     * \param gap zeros between bursts, in symbols, 8 or more
     * \param end_after_last end the stream behind a burst whose PDU says `last`, and
     * never fill it with more zeros than `gap`
     *
     * Throws std::invalid_argument naming the argument when one is out of range.
     */
    static sptr make(int sps = 4,
                     double amplitude = 0.25,
                     int gap = 256,
                     bool end_after_last = false);

    /*!
     * \brief Change the amplitude, from the next burst on.
     *
     * \param amplitude as for make(), otherwise throws std::invalid_argument
     */
    virtual void set_amplitude(double amplitude) = 0;

    //! Root mean square of the samples within a burst.
    virtual double amplitude() const = 0;

    //! Samples per symbol.
    virtual int sps() const = 0;

    //! Zeros between bursts, in symbols.
    virtual int gap() const = 0;

    //! Number of bursts whose last sample was handed on.
    virtual uint64_t bursts() const = 0;

    //! Number of PDUs that were refused.
    virtual uint64_t refused() const = 0;
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_BURST_SHAPER_C_H */
