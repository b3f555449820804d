/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_FRAME_RATIO_H
#define INCLUDED_DLCOMM_FRAME_RATIO_H

#include <cstdint>

namespace gr {
namespace dlcomm {

/*!
 * \brief How messages of n real channel uses lie on a stream of complex samples.
 *
 * Real channel uses are packed in order onto I and Q: sample j carries reals 2j and
 * 2j + 1. A frame is the shortest whole number of messages on whole samples: one message
 * on n/2 samples with even n, two messages on n samples with odd n.
 */
struct frame_ratio {
    explicit frame_ratio(int n)
        : n(n), messages(n % 2 ? 2 : 1), samples(n % 2 ? n : n / 2)
    {
    }

    //! Sample on which a message begins.
    uint64_t sample_of(uint64_t message) const { return message * n / 2; }

    //! The message that begins on a sample, or else the one that the sample belongs to.
    uint64_t message_of(uint64_t sample) const
    {
        const uint64_t next = (2 * sample + n - 1) / n;
        return next * n <= 2 * sample + 1 ? next : 2 * sample / n;
    }

    int n;
    int messages; // per frame
    int samples;  // per frame
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_FRAME_RATIO_H */
