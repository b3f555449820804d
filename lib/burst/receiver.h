/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_BURST_RECEIVER_H
#define INCLUDED_DLCOMM_BURST_RECEIVER_H

#include "burst/synchroniser.h"

#include <functional>

namespace gr {
namespace dlcomm {
namespace burst {

/*!
 * \brief Bursts out of a stream that comes in pieces of any size.
 *
 * What is found does not depend on the pieces: all is counted in samples from the
 * stream's beginning. Memory is bounded by the longest burst.
 */
class receiver
{
public:
    struct settings {
        int sps = 4;
        double threshold = preamble_detector::default_threshold;
        size_t max_payload = 16384;
        double max_cfo = 5e-3;
        double phase_noise = 3e-5;
        double max_clock_ppm = 50.0;
    };

    struct counters {
        uint64_t samples = 0;          // that were taken
        uint64_t nonfinite = 0;        // of them, or beyond 1e15: taken as zeros
        uint64_t detections = 0;       // preambles
        uint64_t bursts = 0;           // that were handed on
        uint64_t header_errors = 0;    // whose check sum did not hold, or without payload
        uint64_t unknown_versions = 0; // of the format
        uint64_t too_long = 0;         // over max_payload
    };

    //! A header, what else is known, and the payload's symbols, valid during the call.
    using sink = std::function<void(
        const header&, const estimates&, const std::vector<std::complex<float>>&)>;

    //! Throws std::invalid_argument naming the setting that is out of range.
    explicit receiver(const settings& settings);

    //! Change a setting from here on; throws as the constructor does, and changes nothing
    //! then.
    void set_threshold(double threshold);
    void set_phase_noise(double phase_noise);
    const settings& set() const { return d_settings; }

    //! Take the next samples; the sink is called for each burst that they complete.
    void push(const std::complex<float>* samples, size_t count, const sink& found);

    //! Begin a new stream; the counters go on.
    void restart();

    const counters& counted() const { return d_counters; }

    //! No later burst has its first symbol's centre before this sample.
    int64_t oldest() const;

private:
    enum class state { searching, header, payload };

    void take(const std::complex<float>* samples, size_t count);
    bool advance(const sink& found);
    void drop();
    void resume(int64_t half_symbol);

    void change(const settings& settings);

    settings d_settings;
    const int64_t d_sps;
    preamble_detector d_detector;
    synchroniser d_synchroniser;
    const int64_t d_margin; // samples kept in front of a hypothesis
    std::vector<std::complex<float>> d_samples;
    int64_t d_begin; // number of the first one of these
    state d_state = state::searching;
    preamble_detector::detection d_found{};
    header d_fields;
    counters d_counters;
};

} // namespace burst
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_BURST_RECEIVER_H */
