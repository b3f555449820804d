/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_SOAPY_INTERPOLATOR_H
#define INCLUDED_DLCOMM_SOAPY_INTERPOLATOR_H

#include "sample_position.h"

#include <complex>
#include <cstddef>
#include <vector>

namespace gr {
namespace dlcomm {
namespace loopback {

//! sin(pi x) / (pi x) under a Kaiser window that ends at +-half_width.
double windowed_sinc(double x, double half_width);

/*!
 * \brief Reads a signal between its samples.
 *
 * A windowed sinc of 32 taps, tabled at 256 fractions of a sample and interpolated
 * linearly between these: errors stay below -80 dB for signals within 80 % of the band.
 * Every output is a function of the input around it alone, the same however the work is
 * cut.
 */
class interpolator
{
public:
    static constexpr int taps = 32;
    //! Inputs that are needed in front of and behind the whole part of a position.
    static constexpr int before = taps / 2 - 1;
    static constexpr int behind = taps / 2;

    interpolator();

    /*!
     * \brief out[j] = the input at position + j * step.
     *
     * \param in input; in[0] is the sample of index `first`
     * \param position of out[0]; indices from its own less `before` to the last one's
     *        plus `behind` must be in `in`
     * \param step from one output to the next
     */
    void read(const std::complex<float>* in,
              int64_t first,
              sample_position position,
              const sample_position& step,
              std::complex<float>* out,
              size_t count) const;

private:
    static constexpr int phases = 256;
    // Each tap twice, for I and for Q; one row more than phases, for the fraction 1.
    std::vector<float> d_table;
};

} // namespace loopback
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_SOAPY_INTERPOLATOR_H */
