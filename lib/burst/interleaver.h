/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_BURST_INTERLEAVER_H
#define INCLUDED_DLCOMM_BURST_INTERLEAVER_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gr {
namespace dlcomm {
namespace burst {

/*!
 * \brief Spreads what stands side by side over the whole block, and puts it back.
 *
 * A wrong message spoils k bits at once, and a stretch of bad phase many more; a
 * convolutional code wants errors one by one.
 *
 * The permutation follows from the length alone: the Mersenne twister MT19937, seeded
 * with the length, shuffles 0, 1, 2, ... after Fisher and Yates, from the end: for i from
 * length - 1 down to 1, places i and j are exchanged, where j is the generator's next
 * number modulo i + 1.
 */
class interleaver
{
public:
    //! \param length items of a block
    explicit interleaver(size_t length = 0) { set_length(length); }

    //! Items of a block; nothing is done when it is that length already.
    void set_length(size_t length);

    size_t length() const { return d_place.size(); }

    //! Item i of `in` becomes item place(i) of `out`; both hold length() items.
    template <class T>
    void interleave(const T* in, T* out) const
    {
        for (size_t i = 0; i < d_place.size(); ++i)
            out[d_place[i]] = in[i];
    }

    //! The inverse of interleave().
    template <class T>
    void restore(const T* in, T* out) const
    {
        for (size_t i = 0; i < d_place.size(); ++i)
            out[i] = in[d_place[i]];
    }

private:
    std::vector<uint32_t> d_place;
};

} // namespace burst
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_BURST_INTERLEAVER_H */
