/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_BURST_SYNCHRONISER_H
#define INCLUDED_DLCOMM_BURST_SYNCHRONISER_H

#include "burst/clock_tracker.h"
#include "burst/header.h"
#include "burst/phase_tracker.h"
#include "burst/preamble_detector.h"
#include "burst/pulse.h"
#include "burst/samples.h"

#include <optional>
#include <vector>

namespace gr {
namespace dlcomm {
namespace burst {

//! What was found out about a burst, besides what it says.
struct estimates {
    double offset;         // sample, in the stream, of the centre of the first symbol
    double cfo;            // cycles per sample
    double noise_variance; // per symbol, the signal's power being 1
    double snr_db;         // Es/N0: its inverse
    double clock_ppm;      // by how much the transmitter's clock is faster
    double level;          // root mean square of the signal's samples
    double phase;          // of the first symbol, in radians, -pi to pi
};

/*!
 * \brief From the samples around a detection to the symbols of the burst.
 *
 * read_header() estimates timing and frequency on the preamble, follows the phase over
 * the header's pilots and decodes it. With the header known, 293 symbols in a row are:
 * they give the estimates anew. read_payload() finds the drift of the clock over the
 * whole burst, takes the symbols at the corrected instants, and turns and scales them by
 * what the known symbols say.
 */
class synchroniser
{
public:
    struct settings {
        size_t sps;
        size_t max_payload;   // symbols
        double phase_noise;   // rad^2 per symbol
        double max_clock_ppm; // parts per million
    };

    explicit synchroniser(const settings& settings);

    //! For the next header or payload that is read.
    void set_phase_noise(double phase_noise);

    //! The samples that a burst takes up in the work on it: the first one that is needed,
    //! and the one behind the last.
    int64_t first_sample(const preamble_detector::detection& found) const;
    int64_t header_end(const preamble_detector::detection& found) const;
    int64_t payload_end(const preamble_detector::detection& found, size_t payload) const;

    //! Most samples between the two.
    size_t most_samples() const;

    //! Nothing when what was found is no header. `samples` hold first_sample() up to
    //! header_end().
    std::optional<header> read_header(const sample_view& samples,
                                      const preamble_detector::detection& found);

    //! The payload of the burst whose header was read last, of at most max_payload
    //! symbols. `samples` hold first_sample() up to payload_end(). Valid until the next
    //! call.
    const std::vector<std::complex<float>>& read_payload(const sample_view& samples);

    //! Of the burst whose payload was read last.
    const estimates& about() const { return d_about; }

    //! Whether the pilots at its end agree with each other. Where they do not, the burst
    //! may have broken off, and another one may have begun.
    bool ended_well() const { return d_ended_well; }

private:
    using value = std::complex<double>;

    static constexpr size_t known_symbols = data_place(header_symbols - 1) + 1;

    static constexpr double middle_of_known = (known_symbols - 1) / 2.0;

    int64_t origin(const preamble_detector::detection& found) const;
    void derotate_from(const sample_view& samples, size_t count);
    value matched(double symbol) const;
    static double drifted(size_t symbol, double drift);
    void find_preamble();
    void receive_known(double drift);
    void observe(size_t begin, size_t end);
    void observe_preamble();
    void observe_header();
    void find_phases(size_t symbols);
    value turned(size_t symbol) const;
    void refine(const header& fields);
    void measure_known();
    double find_drift(size_t symbols);
    void observe_payload(double drift);

    settings d_settings;
    const double d_sps;
    const pulse_bank d_bank;
    // Samples that are needed in front of a burst and behind its last symbol.
    const int64_t d_margin, d_margin_behind;
    phase_tracker d_phase;
    clock_tracker d_clock;

    // The burst under work. Instants are counted from the sample of its detection.
    int64_t d_origin = 0;
    double d_frequency = 0.0; // cycles per sample, by which the samples are turned back
    double d_residual = 0.0;  // cycles per symbol, what is left
    double d_instant = 0.0;   // of the first symbol, in samples
    double d_gain = 1.0;
    double d_noise = 1.0; // variance per symbol at a gain of one
    header d_fields;
    std::array<double, known_symbols> d_known{}; // symbols
    std::array<value, known_symbols>
        d_received{}; // in their places, without the residual
    std::vector<std::complex<float>> d_samples, d_symbols;
    std::vector<double> d_phases;
    estimates d_about{};
    bool d_ended_well = false;
};

} // namespace burst
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_BURST_SYNCHRONISER_H */
