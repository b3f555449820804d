/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "loopback_device.h"
#include "open_stream.h"

#include <SoapySDR/Errors.hpp>
#include <SoapySDR/Formats.hpp>
#include <SoapySDR/Logger.hpp>
#include <volk/volk.h>

#include <algorithm>
#include <cmath>
#include <thread>

namespace gr {
namespace dlcomm {
namespace loopback {
namespace {

// Integers of 16 bits: 32768 stands for 1.
constexpr float full_scale_16 = 32768.0f;

medium::time_point after(long timeout_us)
{
    return pacer::clock::now() + std::chrono::microseconds(std::max(0L, timeout_us));
}

float amplitude(double gain_db)
{
    return static_cast<float>(std::pow(10.0, gain_db / 20.0));
}

// What a device that was unplugged says; not as fast as a program can ask.
int failed(long timeout_us)
{
    std::this_thread::sleep_for(
        std::chrono::microseconds(std::clamp(timeout_us, 0L, 100000L)));
    return SOAPY_SDR_STREAM_ERROR;
}

float* rails(medium::samples* samples) { return reinterpret_cast<float*>(samples); }

} // namespace

loopback_device::open_stream::open_stream(medium& shared,
                                          int direction,
                                          bool integers,
                                          double frequency)
    : shared(shared), direction(direction), integers(integers), scratch(reception::most)
{
    try {
        connect(frequency);
    } catch (const std::runtime_error&) {
        // activate() tries again, and tells why it cannot be
    }
}

loopback_device::open_stream::~open_stream()
{
    deactivate();
    if (receiver)
        shared.disconnect_receiver(receiver);
    else if (connected)
        shared.disconnect_transmitter();
}

void loopback_device::open_stream::connect(double frequency)
{
    if (receives())
        receiver = shared.connect_receiver(frequency);
    else
        shared.connect_transmitter(frequency);
    connected = true;
}

void loopback_device::open_stream::activate(double rate, double frequency)
{
    if (active)
        return;
    refused = true;
    if (!connected)
        connect(frequency);
    if (receives())
        shared.activate_receiver(receiver, rate);
    else
        shared.activate_transmitter(rate);
    refused = false;
    active = true;
}

void loopback_device::open_stream::deactivate()
{
    if (!active.exchange(false))
        return;
    if (receives())
        shared.deactivate_receiver(receiver);
    else
        shared.deactivate_transmitter();
}

void loopback_device::open_stream::tune(double frequency)
{
    if (receiver)
        shared.tune_receiver(receiver, frequency);
    else if (connected)
        shared.tune_transmitter(frequency);
}

loopback_device::open_stream& loopback_device::from(SoapySDR::Stream* stream)
{
    return *reinterpret_cast<open_stream*>(stream);
}

std::vector<std::string> loopback_device::getStreamFormats(int, size_t) const
{
    return { SOAPY_SDR_CF32, SOAPY_SDR_CS16 };
}

std::string loopback_device::getNativeStreamFormat(int, size_t, double& full_scale) const
{
    full_scale = 1.0;
    return SOAPY_SDR_CF32;
}

SoapySDR::Stream* loopback_device::setupStream(int direction,
                                               const std::string& format,
                                               const std::vector<size_t>& channels,
                                               const SoapySDR::Kwargs&)
{
    return named([&] {
        if (format != SOAPY_SDR_CF32 && format != SOAPY_SDR_CS16)
            throw std::invalid_argument("stream format: found '" + format +
                                        "', expected CF32 or CS16");
        if (channels.size() > 1)
            throw std::invalid_argument("channels: found " +
                                        std::to_string(channels.size()) +
                                        " of them, expected channel 0 alone");
        const channel_state& tuned =
            state(direction, channels.empty() ? 0 : channels.front());
        const std::lock_guard<std::mutex> lock(d_mutex);
        d_streams.push_back(std::make_unique<open_stream>(
            *d_medium, direction, format == SOAPY_SDR_CS16, tuned.frequency));
        return reinterpret_cast<SoapySDR::Stream*>(d_streams.back().get());
    });
}

void loopback_device::closeStream(SoapySDR::Stream* stream)
{
    const std::lock_guard<std::mutex> lock(d_mutex);
    const auto same = [stream](const auto& each) { return each.get() == &from(stream); };
    const auto found = std::find_if(d_streams.begin(), d_streams.end(), same);
    if (found == d_streams.end())
        return;
    if ((*found)->receiver)
        d_closed_overflows += d_medium->overflows((*found)->receiver);
    d_streams.erase(found);
}

size_t loopback_device::getStreamMTU(SoapySDR::Stream*) const { return reception::most; }

int loopback_device::activateStream(SoapySDR::Stream* stream,
                                    int flags,
                                    long long,
                                    size_t count)
{
    if (flags != 0 || count != 0)
        return SOAPY_SDR_NOT_SUPPORTED;
    open_stream& open = from(stream);
    const std::lock_guard<std::mutex> lock(d_mutex); // of tuning
    try {
        const channel_state& tuned = state(open.direction, 0);
        open.activate(tuned.rate, tuned.frequency);
    } catch (const std::runtime_error& refusal) {
        SoapySDR::log(SOAPY_SDR_ERROR, std::string(driver_name) + ": " + refusal.what());
        return SOAPY_SDR_STREAM_ERROR;
    }
    return 0;
}

int loopback_device::deactivateStream(SoapySDR::Stream* stream, int flags, long long)
{
    if (flags != 0)
        return SOAPY_SDR_NOT_SUPPORTED;
    from(stream).deactivate();
    return 0;
}

int loopback_device::readStream(SoapySDR::Stream* stream,
                                void* const* buffers,
                                size_t count,
                                int& flags,
                                long long& time_ns,
                                long timeout_us)
{
    open_stream& open = from(stream);
    flags = 0;
    const uint64_t fail_after = d_fail_after;
    if (!open.receives())
        return SOAPY_SDR_NOT_SUPPORTED;
    if (open.refused || open.passed >= fail_after)
        return failed(timeout_us);
    if (!open.connected)
        return SOAPY_SDR_TIMEOUT;
    count = std::min({ count, reception::most, size_t(fail_after - open.passed) });
    const int result = receive(open, buffers[0], count, time_ns, after(timeout_us));
    if (result > 0) {
        flags = SOAPY_SDR_HAS_TIME;
        open.passed += static_cast<uint64_t>(result);
        d_received += static_cast<uint64_t>(result);
    }
    return result;
}

int loopback_device::receive(open_stream& open,
                             void* out,
                             size_t count,
                             long long& time_ns,
                             medium::time_point deadline)
{
    medium::samples* samples =
        open.integers ? open.scratch.data() : static_cast<medium::samples*>(out);
    switch (d_medium->read(open.receiver, samples, count, time_ns, deadline)) {
    case medium::outcome::timeout:
        return SOAPY_SDR_TIMEOUT;
    case medium::outcome::overflow:
        return SOAPY_SDR_OVERFLOW;
    case medium::outcome::samples:
        break;
    }
    const float gain = amplitude(d_states[SOAPY_SDR_RX].gain_db);
    const unsigned int values = static_cast<unsigned int>(2 * count);
    if (open.integers)
        volk_32f_s32f_convert_16i(
            static_cast<int16_t*>(out), rails(samples), gain * full_scale_16, values);
    else if (gain != 1.0f)
        volk_32f_s32f_multiply_32f(rails(samples), rails(samples), gain, values);
    return static_cast<int>(count);
}

int loopback_device::writeStream(SoapySDR::Stream* stream,
                                 const void* const* buffers,
                                 size_t count,
                                 int& flags,
                                 long long,
                                 long timeout_us)
{
    open_stream& open = from(stream);
    if (open.receives() || (flags & ~SOAPY_SDR_END_BURST))
        return SOAPY_SDR_NOT_SUPPORTED;
    const uint64_t fail_after = d_fail_after;
    if (open.refused || open.passed >= fail_after)
        return failed(timeout_us);
    if (!open.connected)
        return SOAPY_SDR_TIMEOUT;
    const size_t part =
        std::min({ count, reception::most, size_t(fail_after - open.passed) });
    const int result = transmit(open, buffers[0], part, after(timeout_us));
    if (result >= 0 && static_cast<size_t>(result) == count &&
        (flags & SOAPY_SDR_END_BURST))
        d_medium->end_burst();
    if (result > 0) {
        open.passed += static_cast<uint64_t>(result);
        d_transmitted += static_cast<uint64_t>(result);
    }
    return result;
}

int loopback_device::transmit(open_stream& open,
                              const void* in,
                              size_t count,
                              medium::time_point deadline)
{
    if (count == 0)
        return 0;
    const float gain = amplitude(d_states[SOAPY_SDR_TX].gain_db);
    const unsigned int values = static_cast<unsigned int>(2 * count);
    float* scaled = rails(open.scratch.data());
    const medium::samples* samples = open.scratch.data();
    if (open.integers)
        volk_16i_s32f_convert_32f(
            scaled, static_cast<const int16_t*>(in), full_scale_16 / gain, values);
    else if (gain != 1.0f)
        volk_32f_s32f_multiply_32f(scaled, static_cast<const float*>(in), gain, values);
    else
        samples = static_cast<const medium::samples*>(in);
    const size_t taken = d_medium->write(samples, count, deadline);
    return taken > 0 ? static_cast<int>(taken) : SOAPY_SDR_TIMEOUT;
}

int loopback_device::readStreamStatus(SoapySDR::Stream* stream,
                                      size_t& channel_mask,
                                      int& flags,
                                      long long& time_ns,
                                      long timeout_us)
{
    open_stream& open = from(stream);
    if (open.receives())
        return SOAPY_SDR_NOT_SUPPORTED;
    channel_mask = 1;
    flags = 0;
    if (!d_medium->wait_for_underflow(after(timeout_us)))
        return SOAPY_SDR_TIMEOUT;
    flags = SOAPY_SDR_HAS_TIME;
    time_ns = d_medium->nanoseconds();
    return SOAPY_SDR_UNDERFLOW;
}

} // namespace loopback
} // namespace dlcomm
} // namespace gr
