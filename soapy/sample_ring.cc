/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sample_ring.h"

#include <algorithm>

namespace gr {
namespace dlcomm {
namespace loopback {

void sample_ring::append(const std::complex<float>* in, size_t count)
{
    while (count > 0) {
        const size_t place = static_cast<size_t>(d_end) % capacity();
        const size_t part = std::min(count, capacity() - place);
        if (in) {
            std::copy(in, in + part, &d_samples[place]);
            in += part;
        } else {
            std::fill_n(&d_samples[place], part, 0.0f);
        }
        d_end += static_cast<int64_t>(part);
        count -= part;
    }
}

void sample_ring::skip_to(int64_t index)
{
    const size_t zeros = std::min(static_cast<size_t>(index - d_end), capacity());
    d_end = index - static_cast<int64_t>(zeros);
    append(nullptr, zeros);
}

void sample_ring::read(int64_t first, std::complex<float>* out, size_t count) const
{
    const int64_t last = first + static_cast<int64_t>(count);
    const int64_t begin = std::clamp(
        std::max<int64_t>(0, d_end - static_cast<int64_t>(capacity())), first, last);
    const int64_t end = std::clamp(d_end, begin, last);
    out = std::fill_n(out, begin - first, 0.0f);
    for (int64_t i = begin; i < end;) {
        const size_t place = static_cast<size_t>(i) % capacity();
        const size_t part = std::min(static_cast<size_t>(end - i), capacity() - place);
        out = std::copy_n(&d_samples[place], part, out);
        i += static_cast<int64_t>(part);
    }
    std::fill_n(out, last - end, 0.0f);
}

} // namespace loopback
} // namespace dlcomm
} // namespace gr
