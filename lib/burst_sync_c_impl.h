/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_BURST_SYNC_C_IMPL_H
#define INCLUDED_DLCOMM_BURST_SYNC_C_IMPL_H

#include "burst/receiver.h"
#include "fresh_stream.h"
#include "lockable.h"
#include "stream_clock.h"
#include <gnuradio/dlcomm/burst_sync_c.h>

namespace gr {
namespace dlcomm {

class burst_sync_c_impl : public lockable<burst_sync_c>
{
public:
    explicit burst_sync_c_impl(const burst::receiver::settings& settings);

    void set_threshold(double threshold) override;
    void set_phase_noise(double phase_noise) override;
    double threshold() const override;
    double phase_noise() const override;
    uint64_t samples() const override { return counted().samples; }
    uint64_t detections() const override { return counted().detections; }
    uint64_t bursts() const override { return counted().bursts; }
    uint64_t header_errors() const override { return counted().header_errors; }
    uint64_t unknown_versions() const override { return counted().unknown_versions; }
    uint64_t too_long() const override { return counted().too_long; }
    uint64_t nonfinite_samples() const override { return counted().nonfinite; }

    bool start() override;
    int work(int noutput_items,
             gr_vector_const_void_star& input_items,
             gr_vector_void_star& output_items) override;

private:
    burst::receiver::counters counted() const;
    void hand_on(const burst::header& fields,
                 const burst::estimates& about,
                 const std::vector<gr_complex>& payload);

    burst::receiver d_receiver;
    const burst::receiver::sink d_sink;
    fresh_stream d_stream;
    stream_clock d_clock;
    std::vector<tag_t> d_tags;
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_BURST_SYNC_C_IMPL_H */
