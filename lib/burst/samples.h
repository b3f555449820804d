/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_BURST_SAMPLES_H
#define INCLUDED_DLCOMM_BURST_SAMPLES_H

#include <complex>
#include <cstddef>
#include <cstdint>

namespace gr {
namespace dlcomm {
namespace burst {

/*!
 * \brief A stretch of the stream, addressed by the numbers of its samples.
 *
 * The first sample of the stream is number 0; those before it are zeros.
 */
struct sample_view {
    const std::complex<float>* data;
    int64_t begin, end;

    const std::complex<float>* at(int64_t sample) const
    {
        return data + (sample - begin);
    }
};

/*!
 * \brief Turn samples back by a frequency offset.
 *
 * out[i] = in[i] exp(-j 2 pi frequency (first + i)), `frequency` in cycles per sample;
 * exact to float32 however many samples there are.
 */
void derotate(const std::complex<float>* in,
              std::complex<float>* out,
              size_t count,
              int64_t first,
              double frequency);

} // namespace burst
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_BURST_SAMPLES_H */
