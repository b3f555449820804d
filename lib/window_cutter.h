/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_WINDOW_CUTTER_H
#define INCLUDED_DLCOMM_WINDOW_CUTTER_H

#include <algorithm>
#include <cstddef>

namespace gr {
namespace dlcomm {

/*!
 * \brief Windows that begin every `hop` samples of a stream that arrives in pieces.
 *
 * Windows overlap where hop < window and leave gaps where hop > window. A gap is given up
 * as it arrives, so that the last complete window of a stream needs no samples behind it.
 */
class window_cutter
{
public:
    window_cutter(size_t window, size_t hop) : d_window(window), d_hop(hop) {}

    struct cut {
        size_t first;    // sample of the piece on which the first window begins
        size_t windows;  // complete ones
        size_t consumed; // samples of the piece that no later window needs
    };

    //! What can be cut from the stream's next `available` samples, at most `most` windows.
    cut next(size_t available, size_t most)
    {
        const size_t first = std::min(d_gap, available);
        d_gap -= first;
        const size_t left = available - first;
        const size_t complete = left < d_window ? 0 : 1 + (left - d_window) / d_hop;
        const size_t windows = std::min(complete, most);
        const size_t used = std::min(windows * d_hop, left);
        d_gap += windows * d_hop - used;
        return { first, windows, first + used };
    }

    //! Begin a new stream.
    void restart() { d_gap = 0; }

    size_t window() const { return d_window; }
    size_t hop() const { return d_hop; }

private:
    const size_t d_window, d_hop;
    size_t d_gap = 0; // samples before the next window that are still to come
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_WINDOW_CUTTER_H */
