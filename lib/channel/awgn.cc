/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "awgn.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string>

namespace gr {
namespace dlcomm {
namespace channel {
namespace {

// Samples stay within the range of float far into the tails.
constexpr double largest_n0 = 1e60;

} // namespace

awgn::awgn(double ebn0_db,
           double bits_per_sample,
           uint64_t seed,
           uint32_t stream,
           uint32_t purpose)
    : d_bits_per_sample(bits_per_sample),
      d_stream(stream),
      d_purpose(purpose),
      d_gaussian(seed, stream, purpose)
{
    if (!(bits_per_sample > 0.0) || !std::isfinite(bits_per_sample))
        throw std::invalid_argument("bits_per_sample is " +
                                    std::to_string(bits_per_sample) +
                                    ", expected a finite number above 0");
    set_ebn0_db(ebn0_db);
}

void awgn::set_ebn0_db(double ebn0_db)
{
    const double n0 = std::pow(10.0, -ebn0_db / 10.0) / d_bits_per_sample;
    if (!(n0 <= largest_n0))
        throw std::invalid_argument("ebn0_db is " + std::to_string(ebn0_db) +
                                    ", expected a number of dB or +infinity");
    set_n0(n0);
}

double awgn::ebn0_db() const
{
    return d_n0 > 0.0 ? -10.0 * std::log10(d_n0 * d_bits_per_sample)
                      : std::numeric_limits<double>::infinity();
}

void awgn::set_n0(double n0)
{
    if (!(n0 >= 0.0) || n0 > largest_n0)
        throw std::invalid_argument("n0 is " + std::to_string(n0) +
                                    ", expected a variance from 0 to 1e60");
    d_n0 = n0;
    d_rail_sigma = static_cast<float>(std::sqrt(n0 / 2.0));
}

void awgn::set_seed(uint64_t seed)
{
    d_gaussian = gaussian(seed, d_stream, d_purpose);
    d_position = 0;
}

void awgn::add(const std::complex<float>* in, std::complex<float>* out, size_t count)
{
    if (d_n0 > 0.0)
        d_gaussian.add(in, out, count, d_position, d_rail_sigma);
    else if (in != out)
        std::memcpy(out, in, count * sizeof(*out));
    d_position += count;
}

} // namespace channel
} // namespace dlcomm
} // namespace gr
