/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_BURST_PULSE_H
#define INCLUDED_DLCOMM_BURST_PULSE_H

#include <volk/volk_alloc.hh>
#include <complex>
#include <cstddef>
#include <vector>

namespace gr {
namespace dlcomm {
namespace burst {

//! The pulse of the bursts: root-raised-cosine, cut off after span / 2 symbols on either
//! side, with the energy of its samples equal to one.
constexpr double pulse_rolloff = 0.35;
constexpr size_t pulse_span = 11; // symbols

//! Samples per symbol that bursts can have: even ones.
constexpr int fewest_samples_per_symbol = 2, most_samples_per_symbol = 16;

//! Throws std::invalid_argument unless sps is an even number within these bounds.
void check_samples_per_symbol(int sps);

//! Samples from the first one of the pulse to its centre.
constexpr size_t pulse_half(size_t sps) { return pulse_span * sps / 2; }

//! Filters lie in memory in rows of a multiple of this many taps, filled up with zeros:
//! VOLK's kernels for unaligned data want aligned taps all the same.
constexpr size_t tap_alignment = 16;
constexpr size_t aligned_taps(size_t taps)
{
    return (taps + tap_alignment - 1) / tap_alignment * tap_alignment;
}

//! Taps of the pulse, 2 pulse_half(sps) + 1 of them.
std::vector<float> pulse_taps(size_t sps);

/*!
 * \brief The matched filter at any instant between samples.
 *
 * The instant is rounded to 1/128 of a sample.
 */
class pulse_bank
{
public:
    explicit pulse_bank(size_t sps);

    //! Samples that at() reads in front of floor(instant), and from there on.
    size_t before() const { return d_before; }
    size_t after() const { return d_taps - d_before; }

    /*!
     * \brief The filter's output.
     *
     * \param samples that of index 0, with those around it
     * \param instant in samples
     */
    std::complex<float> at(const std::complex<float>* samples, double instant) const;

private:
    static constexpr int phases = 128;

    const size_t d_taps, d_before; // of one phase: taps, those before its centre
    volk::vector<float> d_bank;
};

} // namespace burst
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_BURST_PULSE_H */
