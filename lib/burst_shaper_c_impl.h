/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_BURST_SHAPER_C_IMPL_H
#define INCLUDED_DLCOMM_BURST_SHAPER_C_IMPL_H

#include "burst/shaper.h"
#include "lockable.h"
#include <gnuradio/dlcomm/burst_shaper_c.h>
#include <deque>

namespace gr {
namespace dlcomm {

class burst_shaper_c_impl : public lockable<burst_shaper_c>
{
public:
    burst_shaper_c_impl(int sps, double amplitude, int gap, bool end_after_last);

    void set_amplitude(double amplitude) override;
    double amplitude() const override;
    int sps() const override { return d_sps; }
    int gap() const override { return d_gap; }
    uint64_t bursts() const override;
    uint64_t refused() const override;

    int work(int noutput_items,
             gr_vector_const_void_star& input_items,
             gr_vector_void_star& output_items) override;

private:
    struct packet {
        burst::header fields;
        pmt::pmt_t symbols;
    };

    void take(const pmt::pmt_t& pdu);
    // All called with the lock held.
    void refuse(const std::string& why);
    bool begin_next(uint64_t offset);
    void end_burst();

    const int d_sps, d_gap;
    const bool d_end_after_last;
    double d_amplitude;
    burst::shaper d_shaper;
    std::deque<packet> d_waiting;
    size_t d_waiting_symbols = 0;
    bool d_sending = false, d_last = false; // of the burst that is or was sent last
    uint32_t d_sequence = 0;                // of it
    uint64_t d_offset = 0;                  // of its first sample
    uint64_t d_zeros = 0;                   // that still belong to its gap
    uint64_t d_bursts = 0, d_refused = 0;
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_BURST_SHAPER_C_IMPL_H */
