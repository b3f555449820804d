/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_STREAM_CLOCK_H
#define INCLUDED_DLCOMM_STREAM_CLOCK_H

#include <gnuradio/tags.h>
#include <pmt/pmt.h>
#include <cstdint>
#include <deque>

namespace gr {
namespace dlcomm {

/*!
 * \brief What the tags rx_time, rx_rate and rx_freq of a radio say of later samples.
 */
class stream_clock
{
public:
    //! \param sample_rate samples per second where no rx_rate was seen; 0: not known
    explicit stream_clock(double sample_rate)
        : d_default_rate(sample_rate), d_rate(sample_rate)
    {
    }

    static const pmt::pmt_t& time_key(); //!< rx_time
    static const pmt::pmt_t& rate_key(); //!< rx_rate
    static const pmt::pmt_t& freq_key(); //!< rx_freq

    //! Note a tag if it is one of the three and well-formed; they come in order.
    //! Returns whether the tag bears one of the three keys.
    bool note(const tag_t& tag);

    struct change {
        bool time, rate, freq;
        double missing; // seconds that times said anew are later than samples account for
    };

    //! Go on to a sample; tells which of the three were said anew up to it.
    change advance(uint64_t sample);

    //! Time of the sample of the last advance(), as rx_time tags state it: (whole seconds,
    //! fraction); a null pointer where it cannot be known.
    pmt::pmt_t time() const;

    double rate() const { return d_rate; }           //!< samples per second, or 0
    const pmt::pmt_t& freq() const { return d_freq; } //!< hertz, or a null pointer

    //! Begin a new stream.
    void restart();

private:
    const double d_default_rate;
    std::deque<tag_t> d_ahead; // noted, on samples that are still to come
    bool d_has_time = false;
    uint64_t d_time_sample = 0, d_seconds = 0; // where the time was said, and what
    double d_fraction = 0.0;
    double d_rate;
    pmt::pmt_t d_freq;
    uint64_t d_now = 0;
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_STREAM_CLOCK_H */
