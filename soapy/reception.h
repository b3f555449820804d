/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_SOAPY_RECEPTION_H
#define INCLUDED_DLCOMM_SOAPY_RECEPTION_H

#include "carrier.h"
#include "channel/gaussian.h"
#include "complex_fir.h"
#include "interpolator.h"
#include "sample_position.h"
#include "settings.h"

#include <volk/volk_alloc.hh>
#include <complex>
#include <cstddef>
#include <cstdint>

namespace gr {
namespace dlcomm {
namespace loopback {

/*!
 * \brief What one receiver hears of what was transmitted.
 *
 * In the order of a radio: amplifier, paths (and the receiver's band), delay and sample
 * clock, carrier and gain, noise. The first three are functions of the transmitted
 * samples around a position, the rest of the number of the output: nothing depends on how
 * the stream is cut, and a change of settings needs no state to be carried over.
 */
class reception
{
public:
    //! Outputs that one call of process() makes at most.
    static constexpr size_t most = 16384;
    //! Samples that a window reaches behind the position of its first output at most.
    static constexpr int64_t reach =
        4096 + interpolator::before + longest_propagation + 1;
    //! Samples in a window at most.
    static constexpr size_t longest_window = most + most / 512 + 512;

    //! \param number of the receiver: each has noise of its own
    explicit reception(uint32_t number);

    /*!
     * \param shift transmitter's less receiver's frequency, cycles per sample; the
     *        receiver is deaf when its magnitude is 1 or more
     */
    void configure(const settings& wanted, double shift);

    //! From one output's position to the next one's.
    const sample_position& step() const { return d_step; }

    //! Indices of transmitted samples, from first to one behind the last.
    struct window {
        int64_t first;
        int64_t end;
    };
    //! What count (1 to most) outputs from a position on are made of.
    window needed(sample_position position, size_t count) const;

    //! How many outputs, up to `wanted`, can be made of samples before index `end`.
    size_t possible(sample_position position, size_t wanted, int64_t end) const;

    /*!
     * \param in the samples of needed(position, count)
     * \param position of out[0]
     * \param number of out[0], counted from the receiver's first sample
     */
    void process(const std::complex<float>* in,
                 sample_position position,
                 std::complex<float>* out,
                 size_t count,
                 uint64_t number);

private:
    bool between_samples(const sample_position& position) const;

    uint32_t d_number;
    uint64_t d_seed = 0;
    float d_largest = 0.0f; // 0: no saturation
    complex_fir d_propagation;
    sample_position d_delay;
    sample_position d_step{ 1, 0 };
    interpolator d_interpolator;
    carrier d_carrier;
    float d_gain = 1.0f;
    channel::gaussian d_noise;
    float d_sigma = 0.0f; // per rail
    bool d_deaf = false;
    volk::vector<std::complex<float>> d_amplified, d_filtered;
};

} // namespace loopback
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_SOAPY_RECEPTION_H */
