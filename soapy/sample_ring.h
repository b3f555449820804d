/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_SOAPY_SAMPLE_RING_H
#define INCLUDED_DLCOMM_SOAPY_SAMPLE_RING_H

#include <complex>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gr {
namespace dlcomm {
namespace loopback {

/*!
 * \brief The last samples of a stream, by their index.
 *
 * Everything before index 0, everything not yet written and everything already
 * overwritten reads as zeros.
 */
class sample_ring
{
public:
    //! \param capacity samples, at least 1
    explicit sample_ring(size_t capacity) : d_samples(capacity) {}

    size_t capacity() const { return d_samples.size(); }
    //! Index of the next sample to be written.
    int64_t end() const { return d_end; }

    //! Append up to capacity() samples; nullptr stands for zeros.
    void append(const std::complex<float>* in, size_t count);
    //! Append zeros up to an index that is not before end().
    void skip_to(int64_t index);
    //! out[0] is the sample of index `first`.
    void read(int64_t first, std::complex<float>* out, size_t count) const;

private:
    std::vector<std::complex<float>> d_samples; // sample i is at i mod capacity
    int64_t d_end = 0;
};

} // namespace loopback
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_SOAPY_SAMPLE_RING_H */
