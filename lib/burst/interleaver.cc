/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "interleaver.h"

#include <numeric>
#include <random>
#include <utility>

namespace gr {
namespace dlcomm {
namespace burst {

void interleaver::set_length(size_t length)
{
    if (length == d_place.size())
        return;
    d_place.resize(length);
    std::iota(d_place.begin(), d_place.end(), 0u);
    std::mt19937 generator(static_cast<uint32_t>(length));
    for (size_t i = length; i-- > 1;)
        std::swap(d_place[i], d_place[generator() % (i + 1)]);
}

} // namespace burst
} // namespace dlcomm
} // namespace gr
