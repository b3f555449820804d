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

//! What stands behind a SoapySDR::Stream.
struct loopback_device::open_stream {
    open_stream(medium& shared, int direction, bool integers, double frequency);
    ~open_stream();
    open_stream(const open_stream&) = delete;
    open_stream& operator=(const open_stream&) = delete;

    void activate(double rate);
    void deactivate();
    void tune(double frequency);

    medium& shared;
    const int direction;
    const bool integers; // CS16, not CF32
    medium::receiver* receiver = nullptr;
    std::atomic<bool> active{ false };
    uint64_t passed = 0; // samples, since it was set up
    volk::vector<medium::samples> scratch;
};

} // namespace loopback
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_SOAPY_OPEN_STREAM_H */
