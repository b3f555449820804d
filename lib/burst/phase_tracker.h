/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_BURST_PHASE_TRACKER_H
#define INCLUDED_DLCOMM_BURST_PHASE_TRACKER_H

#include <array>
#include <complex>
#include <vector>

namespace gr {
namespace dlcomm {
namespace burst {

/*!
 * \brief The phase of a carrier along a burst, from known symbols here and there.
 *
 * Phase and frequency are the state of a random walk: the phase wanders by the phase
 * noise, the frequency by a little, so that an oscillator may drift. A Kalman filter goes
 * through the observations (its innovation is the imaginary part of what is seen, turned
 * back by what is expected: no arc tangent, hence good at low signal-to-noise ratios), a
 * Rauch-Tung-Striebel smoother comes back; between observations the phase is a straight
 * line.
 */
class phase_tracker
{
public:
    //! \param phase_noise variance that the phase gains per symbol, in rad^2
    explicit phase_tracker(double phase_noise) : d_phase_noise(phase_noise) {}

    //! From the next begin() on.
    void set_phase_noise(double phase_noise) { d_phase_noise = phase_noise; }

    //! Drop all observations; from here on `frequency_variance` (rad^2 per symbol^2) is
    //! that of the frequency, whose mean is 0.
    void begin(double frequency_variance);

    /*!
     * \brief Note an observation, in the order of places.
     *
     * \param place in symbols
     * \param value what a known symbol of 1 looks like there, the signal's amplitude
     * being 1
     * \param variance of the noise on its imaginary part
     */
    void add(double place, std::complex<double> value, double variance);

    //! Improve all states by what comes behind them. At least one observation is there.
    void smooth();

    //! Phase at the places first, first + 1, ..., into `phases`.
    void phases(double first, std::vector<double>& phases) const;

private:
    struct state {
        double phase, frequency;
        std::array<double, 3> covariance; // phase, both, frequency
    };

    state predict(const state& from, double distance) const;

    double d_phase_noise;
    double d_frequency_variance = 0.0;
    std::vector<double> d_places;
    std::vector<state> d_states;
};

} // namespace burst
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_BURST_PHASE_TRACKER_H */
