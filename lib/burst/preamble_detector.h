/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_BURST_PREAMBLE_DETECTOR_H
#define INCLUDED_DLCOMM_BURST_PREAMBLE_DETECTOR_H

#include "burst/pulse.h"
#include "burst/samples.h"

#include <array>
#include <optional>
#include <vector>

namespace gr {
namespace dlcomm {
namespace burst {

/*!
 * \brief Finds the preamble of bursts in a stream of unknown level and frequency.
 *
 * A hypothesis is that the preamble's first symbol has its centre at a certain half
 * symbol: half symbol h is at sample h sps / 2. The metric is a generalised likelihood
 * ratio, the largest over frequency of |sum_k p_k y_k exp(-j 2 pi f k)|^2 / (64 sum_k
 * |y_k|^2) with the matched filter's outputs y_k at the 64 symbols: 0 to 1, whatever the
 * level. In white noise alone it exceeds t at one frequency with probability (1 - t)^63.
 * The symbols are summed in short segments first, which are what a frequency offset
 * turns.
 *
 * Of hypotheses within 8 symbols from the first one whose metric is above the threshold,
 * the one of the largest metric is the detection. No result depends on how the stream is
 * cut: nothing is carried from hypothesis to hypothesis.
 */
class preamble_detector
{
public:
    //! Threshold of 2e-10 per hypothesis and frequency in noise.
    static constexpr double default_threshold = 0.3;

    //! Largest offset that segments bear, in cycles per symbol.
    static constexpr double largest_offset = 0.08;

    /*!
     * \param sps samples per symbol, checked by the caller
     * \param threshold of the metric, above 0 and below 1
     * \param max_cfo frequencies up to this in cycles per sample, and a fifth more, are
     * looked at; max_cfo sps is largest_offset at most
     */
    preamble_detector(size_t sps, double threshold, double max_cfo);

    struct detection {
        int64_t half_symbol; // the hypothesis
        double frequency;    // cycles per symbol
        double metric;
    };

    /*!
     * \brief Go on as far as the samples allow.
     *
     * \return the next detection, if there is one; restart() must then be called before
     * the next search
     */
    std::optional<detection> search(const sample_view& samples);

    void set_threshold(double threshold) { d_threshold = threshold; }

    //! Go on with this hypothesis, after or before those that were looked at.
    void restart(int64_t half_symbol);

    //! First hypothesis that a later detection may have.
    int64_t oldest() const { return d_candidate ? d_candidate->half_symbol : d_next; }

private:
    static constexpr size_t batch = 256; // hypotheses of one arm that are tried at once
    static constexpr size_t arm_size = 2048; // symbols

    void filter(const sample_view& samples);
    void screen(size_t arm, size_t first, size_t count);
    template <size_t Segment>
    void correlate(size_t arm, size_t first, size_t count);
    detection measure(int64_t half_symbol) const;

    const size_t d_sps, d_half, d_segment, d_segments;
    double d_threshold;
    std::vector<double> d_bins;               // frequencies, cycles per symbol
    std::vector<std::complex<float>> d_turns; // per bin and segment
    volk::vector<float> d_taps;               // matched filter
    std::array<volk::vector<std::complex<float>>, 2> d_arms; // even and odd half symbols
    int64_t d_base = 0;     // symbol of the first one in the arms
    int64_t d_filtered = 0; // half symbols before this are in them
    int64_t d_next = 0;     // hypothesis
    std::array<std::vector<float>, 2> d_sums, d_energies; // per hypothesis of a batch
    std::vector<float> d_correlations, d_powers, d_runs;
    std::optional<detection> d_candidate;
    int64_t d_decided = 0; // hypothesis with which the candidate is certain
};

} // namespace burst
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_BURST_PREAMBLE_DETECTOR_H */
