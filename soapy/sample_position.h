/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_SOAPY_SAMPLE_POSITION_H
#define INCLUDED_DLCOMM_SOAPY_SAMPLE_POSITION_H

#include <cmath>
#include <cstdint>

namespace gr {
namespace dlcomm {
namespace loopback {

/*!
 * \brief A place between samples: a whole number and a 64-bit fraction.
 *
 * Adding is exact, so that a million steps one by one end where one stretch of a million
 * ends, and a stream can run for years.
 */
struct sample_position {
    int64_t index = 0;
    uint64_t fraction = 0; // of 2^64

    //! A number of samples, from 0 to 2^52, as a position.
    static sample_position from(double samples)
    {
        const double whole = std::floor(samples);
        // The difference is exact, and below 1.
        return { static_cast<int64_t>(whole),
                 static_cast<uint64_t>((samples - whole) * 0x1p64) };
    }

    sample_position& operator+=(const sample_position& step)
    {
        fraction += step.fraction;
        index += step.index + (fraction < step.fraction ? 1 : 0);
        return *this;
    }

    sample_position& operator-=(const sample_position& step)
    {
        index -= step.index + (fraction < step.fraction ? 1 : 0);
        fraction -= step.fraction;
        return *this;
    }
};

//! `count` times a step from one sample to the next: index part 1 or 0, any fraction.
inline sample_position times(const sample_position& step, uint64_t count)
{
    const unsigned __int128 product =
        static_cast<unsigned __int128>(step.fraction) * count;
    return { step.index * static_cast<int64_t>(count) +
                 static_cast<int64_t>(product >> 64),
             static_cast<uint64_t>(product) };
}

} // namespace loopback
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_SOAPY_SAMPLE_POSITION_H */
