/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_BURST_SYNC_C_H
#define INCLUDED_DLCOMM_BURST_SYNC_C_H

#include <gnuradio/dlcomm/api.h>
#include <gnuradio/sync_block.h>
#include <cstdint>

namespace gr {
namespace dlcomm {

/*!
 * \brief Finds bursts in a stream and hands on their symbols.
 * \ingroup dlcomm
 *
 * \details
 * Bursts are those of burst_shaper_c; docs/burst-format.md has the format. Each whose
 * header is intact becomes a PDU on message port `pdus`: a pair of a dictionary and a
 * c32vector of the payload's symbols at unit scale, without pilots, carrier offset and
 * clock offset. Whether the payload is right is for a decoder to say.
 *
 * The dictionary has, from the header, `version`, `last` (bool), `model`, `code`,
 * `length`, `symbols` and `sequence`; and, measured, `offset` (sample of the stream, with
 * a fraction, at the centre of the first symbol), `cfo` (cycles per sample), `snr_db`
 * (Es/N0), `noise_variance` (per symbol, the signal's power being 1), `clock_ppm` (by how
 * much the transmitter's clock is faster), `level` (root mean square of the signal within
 * the burst) and `phase` (of the first symbol, in radians). Where the stream has tags
 * rx_time and rx_rate there is `time`: that of `offset`, in seconds.
 *
 * No level needs to be set. Samples that are not finite, or beyond 1e15, are taken as
 * zeros. No result depends on how the scheduler cuts the stream, and memory is bounded by
 * the longest burst. While a burst is under way nothing else is searched; when it turns
 * out to have broken off, what came in its place is searched then. A burst is handed on
 * when the stream has gone some 10 symbols beyond its last one.
 */
class DLCOMM_API burst_sync_c : virtual public gr::sync_block
{
public:
    typedef std::shared_ptr<burst_sync_c> sptr;

    /*!
     * \brief Make the block.
     *
     * \param sps samples per symbol, an even number from 2 to 16
     * \param threshold of the detector's metric, 0 to 1; 0: the default of 0.3, at which
     * noise triggers less than once in 1e9 samples
     * \param max_payload_symbols longer bursts are dropped, 1 to 65535
     * \param max_cfo largest carrier frequency offset in cycles per sample; max_cfo times
     * sps is 0.08 at most
     * \param phase_noise variance that the carrier's phase gains per symbol, in rad^2, 0
     * to 0.1: what the phase tracker expects
     * \param max_clock_ppm largest difference between the clocks, in parts per million,
     * 0 to 1000
     *
     * Throws std::invalid_argument naming the argument when one is out of range.
     */
    static sptr make(int sps = 4,
                     double threshold = 0.0,
                     int max_payload_symbols = 16384,
                     double max_cfo = 5e-3,
                     double phase_noise = 3e-5,
                     double max_clock_ppm = 50.0);

    /*!
     * \brief Change the threshold while the flowgraph runs.
     *
     * \param threshold as for make(), otherwise throws std::invalid_argument
     */
    virtual void set_threshold(double threshold) = 0;

    /*!
     * \brief Change what the phase tracker expects while the flowgraph runs.
     *
     * \param phase_noise as for make(), otherwise throws std::invalid_argument
     */
    virtual void set_phase_noise(double phase_noise) = 0;

    //! Threshold of the detector's metric; the default's value where 0 was given.
    virtual double threshold() const = 0;

    //! Variance that the carrier's phase is expected to gain per symbol, in rad^2.
    virtual double phase_noise() const = 0;

    //! Number of samples taken so far.
    virtual uint64_t samples() const = 0;

    //! Number of preambles detected so far.
    virtual uint64_t detections() const = 0;

    //! Number of bursts handed on so far.
    virtual uint64_t bursts() const = 0;

    //! Number of detections without an intact header behind them.
    virtual uint64_t header_errors() const = 0;

    //! Number of intact headers of another version of the format.
    virtual uint64_t unknown_versions() const = 0;

    //! Number of bursts dropped because they are longer than max_payload_symbols.
    virtual uint64_t too_long() const = 0;

    //! Number of samples that were not finite or beyond 1e15.
    virtual uint64_t nonfinite_samples() const = 0;
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_BURST_SYNC_C_H */
