/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_SOAPY_COMPLEX_FIR_H
#define INCLUDED_DLCOMM_SOAPY_COMPLEX_FIR_H

#include "settings.h"

#include <complex>
#include <cstddef>
#include <vector>

namespace gr {
namespace dlcomm {
namespace loopback {

/*!
 * \brief A linear filter with complex taps around time 0.
 *
 * y[n] = sum over k of h[k] x[n - k], k from -ahead to behind. The sum is made in the
 * order of k for each output, so results do not depend on how the work is cut.
 */
class complex_fir
{
public:
    //! Lets everything pass.
    complex_fir() : d_ahead(0), d_taps{ 1.0f } {}
    //! \param taps h[-ahead], h[-ahead + 1], ..., at least ahead + 1
    complex_fir(const std::vector<std::complex<double>>& taps, size_t ahead);

    //! in[0] is the input of out[0]; `behind()` samples before and `ahead()` samples
    //! after what is asked for must be there. out must not overlap in.
    void
    filter(const std::complex<float>* in, std::complex<float>* out, size_t count) const;

    size_t ahead() const { return d_ahead; }
    size_t behind() const { return d_taps.size() - 1 - d_ahead; }
    //! Does it let everything pass as it is?
    bool passes() const { return d_taps.size() == 1 && d_taps[0] == 1.0f; }

    const std::vector<std::complex<float>>& taps() const { return d_taps; }

private:
    size_t d_ahead;
    std::vector<std::complex<float>> d_taps;
};

/*!
 * \brief The filter of several paths and of a receiver tuned beside the transmitter.
 *
 * \param paths none stands for one of delay 0 and gain 1. Fractional delays are windowed
 *        sincs of 32 taps, whole ones are exact.
 * \param shift (transmitter's less receiver's frequency) / rate, cycles per sample, of
 *        magnitude below 1. From 0.01 on, what the shift would move out of the receiver's
 *        band is removed (129 taps), as it would come in again at the other end.
 */
complex_fir propagation(const std::vector<path>& paths, double shift);

//! Number of samples that propagation() reaches into the past at most.
constexpr size_t longest_propagation = 64 + 16 + 64;

} // namespace loopback
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_SOAPY_COMPLEX_FIR_H */
