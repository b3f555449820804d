/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_SOAPY_PACER_H
#define INCLUDED_DLCOMM_SOAPY_PACER_H

#include <chrono>
#include <cmath>
#include <cstdint>

namespace gr {
namespace dlcomm {
namespace loopback {

/*!
 * \brief Which sample passes at which time. Time is given from outside.
 */
class pacer
{
public:
    using clock = std::chrono::steady_clock;

    //! \param begin the time that nanoseconds() counts from
    explicit pacer(clock::time_point begin) : d_begin(begin), d_since(begin) {}

    //! From now on, with sample `index`, samples pass at `rate` per second.
    void set(clock::time_point now, int64_t index, double rate)
    {
        d_since = now;
        d_index = index;
        d_rate = rate;
    }

    //! The sample that passes at this time.
    int64_t index(clock::time_point now) const
    {
        const std::chrono::duration<double> passed = now - d_since;
        return d_index + static_cast<int64_t>(std::floor(passed.count() * d_rate));
    }

    //! A time at which sample `index` passes or has passed, less than 2 ns late.
    clock::time_point when(int64_t index) const
    {
        const double seconds = static_cast<double>(index - d_index) / d_rate;
        return d_since + std::chrono::nanoseconds(std::llround(seconds * 1e9) + 1);
    }

    //! When the sample at a position (from index on by a fraction) passes.
    long long nanoseconds(int64_t index, double fraction) const
    {
        const double seconds = (static_cast<double>(index - d_index) + fraction) / d_rate;
        return std::chrono::duration_cast<std::chrono::nanoseconds>(d_since - d_begin)
                   .count() +
               std::llround(seconds * 1e9);
    }

    long long nanoseconds(clock::time_point now) const
    {
        return std::chrono::duration_cast<std::chrono::nanoseconds>(now - d_begin)
            .count();
    }

private:
    clock::time_point d_begin;
    clock::time_point d_since;
    int64_t d_index = 0;
    double d_rate = 1.0;
};

} // namespace loopback
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_SOAPY_PACER_H */
