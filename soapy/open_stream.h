/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_SOAPY_OPEN_STREAM_H
#define INCLUDED_DLCOMM_SOAPY_OPEN_STREAM_H

#include "loopback_device.h"

namespace gr {
namespace dlcomm {
namespace loopback {

/*!
 * \brief What stands behind a SoapySDR::Stream.
 *
 * A stream that its medium has no place for can be set up; it cannot be activated. GNU
 * Radio 3.10 waits for ever for a block that throws while it starts, which is when
 * gr-soapy sets up streams.
 */
struct loopback_device::open_stream {
    open_stream(medium& shared, int direction, bool integers, double frequency);
    ~open_stream();
    open_stream(const open_stream&) = delete;
    open_stream& operator=(const open_stream&) = delete;

    bool receives() const { return direction == SOAPY_SDR_RX; }
    //! Throws std::runtime_error when the medium refuses.
    void activate(double rate, double frequency);
    void deactivate();
    void tune(double frequency);

    medium& shared;
    const int direction;
    const bool integers; // CS16, not CF32
    bool connected = false;
    medium::receiver* receiver = nullptr; // of a connected one that receives
    std::atomic<bool> active{ false };
    std::atomic<bool> refused{ false }; // at the last attempt to activate it
    uint64_t passed = 0;                // samples, since it was set up
    volk::vector<medium::samples> scratch;

private:
    void connect(double frequency);
};

} // namespace loopback
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_SOAPY_OPEN_STREAM_H */
