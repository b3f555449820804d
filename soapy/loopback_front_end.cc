/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "loopback_device.h"
#include "open_stream.h"

#include <cmath>

namespace gr {
namespace dlcomm {
namespace loopback {
namespace {

const char* const frequency_name = "RF";

const char* gain_name(int direction) { return direction == SOAPY_SDR_TX ? "PA" : "LNA"; }

SoapySDR::Range gain_range(int direction)
{
    return direction == SOAPY_SDR_TX ? SoapySDR::Range(-90.0, 10.0)
                                     : SoapySDR::Range(-30.0, 60.0);
}

const SoapySDR::Range& frequency_range()
{
    static const SoapySDR::Range range(0.0, 6e9);
    return range;
}

const SoapySDR::Range& rate_range()
{
    static const SoapySDR::Range range(1e3, 64e6);
    return range;
}

void check_name(const char* what, const std::string& name, const char* expected)
{
    if (name != expected)
        throw std::invalid_argument(std::string(what) + ": found '" + name +
                                    "', expected " + expected);
}

void check_range(const char* what,
                 double value,
                 const SoapySDR::Range& range,
                 const char* units)
{
    if (!(value >= range.minimum() && value <= range.maximum()))
        throw std::invalid_argument(std::string(what) + ": found " + shortest(value) +
                                    ", expected " + shortest(range.minimum()) + " to " +
                                    shortest(range.maximum()) + " " + units);
}

const char* side(int direction) { return direction == SOAPY_SDR_TX ? "TX" : "RX"; }

} // namespace

size_t loopback_device::getNumChannels(int) const { return 1; }

bool loopback_device::getFullDuplex(int, size_t) const { return true; }

const loopback_device::channel_state& loopback_device::state(int direction,
                                                             size_t channel) const
{
    if (direction != SOAPY_SDR_TX && direction != SOAPY_SDR_RX)
        throw std::invalid_argument("direction: found " + std::to_string(direction) +
                                    ", expected 0 (TX) or 1 (RX)");
    if (channel != 0)
        throw std::invalid_argument("channel: found " + std::to_string(channel) +
                                    ", expected 0");
    return d_states[direction];
}

loopback_device::channel_state& loopback_device::state(int direction, size_t channel)
{
    return const_cast<channel_state&>(
        static_cast<const loopback_device*>(this)->state(direction, channel));
}

std::vector<std::string> loopback_device::listAntennas(int direction, size_t) const
{
    return { side(direction) };
}

void loopback_device::setAntenna(int direction, size_t channel, const std::string& name)
{
    named([&] {
        state(direction, channel);
        check_name("antenna", name, side(direction));
    });
}

std::string loopback_device::getAntenna(int direction, size_t) const
{
    return side(direction);
}

std::vector<std::string> loopback_device::listGains(int direction, size_t) const
{
    return { gain_name(direction) };
}

void loopback_device::setGain(int direction, size_t channel, double value)
{
    setGain(direction, channel, gain_name(direction), value);
}

void loopback_device::setGain(int direction,
                              size_t channel,
                              const std::string& name,
                              double value)
{
    named([&] {
        channel_state& changed = state(direction, channel);
        check_name("gain", name, gain_name(direction));
        check_range(direction == SOAPY_SDR_TX ? "TX gain" : "RX gain",
                    value,
                    gain_range(direction),
                    "dB");
        changed.gain_db = value;
    });
}

double loopback_device::getGain(int direction, size_t channel) const
{
    return named([&]() -> double { return state(direction, channel).gain_db; });
}

double
loopback_device::getGain(int direction, size_t channel, const std::string& name) const
{
    return named([&]() -> double {
        check_name("gain", name, gain_name(direction));
        return state(direction, channel).gain_db;
    });
}

SoapySDR::Range loopback_device::getGainRange(int direction, size_t) const
{
    return gain_range(direction);
}

SoapySDR::Range
loopback_device::getGainRange(int direction, size_t, const std::string& name) const
{
    named([&] { check_name("gain", name, gain_name(direction)); });
    return gain_range(direction);
}

std::vector<std::string> loopback_device::listFrequencies(int, size_t) const
{
    return { frequency_name };
}

void loopback_device::setFrequency(int direction,
                                   size_t channel,
                                   const std::string& name,
                                   double frequency,
                                   const SoapySDR::Kwargs&)
{
    named([&] {
        channel_state& changed = state(direction, channel);
        check_name("frequency", name, frequency_name);
        check_range(direction == SOAPY_SDR_TX ? "TX frequency" : "RX frequency",
                    frequency,
                    frequency_range(),
                    "Hz");
        const std::lock_guard<std::mutex> lock(d_mutex);
        changed.frequency = frequency;
        for (const auto& stream : d_streams)
            if (stream->direction == direction)
                stream->tune(frequency);
    });
}

double loopback_device::getFrequency(int direction,
                                     size_t channel,
                                     const std::string& name) const
{
    return named([&]() -> double {
        check_name("frequency", name, frequency_name);
        return state(direction, channel).frequency;
    });
}

SoapySDR::RangeList
loopback_device::getFrequencyRange(int, size_t, const std::string& name) const
{
    named([&] { check_name("frequency", name, frequency_name); });
    return { frequency_range() };
}

void loopback_device::setSampleRate(int direction, size_t channel, double rate)
{
    named([&] {
        channel_state& changed = state(direction, channel);
        check_range("sample rate", rate, rate_range(), "samples/s");
        const std::lock_guard<std::mutex> lock(d_mutex);
        for (const auto& stream : d_streams)
            if (stream->direction == direction && stream->active && rate != changed.rate)
                throw std::runtime_error("sample rate: found " + shortest(rate) +
                                         ", expected " + shortest(changed.rate) +
                                         " while the stream is active");
        changed.rate = rate;
    });
}

double loopback_device::getSampleRate(int direction, size_t channel) const
{
    return named([&]() -> double { return state(direction, channel).rate; });
}

std::vector<double> loopback_device::listSampleRates(int, size_t) const
{
    return { 32e3, 48e3, 96e3, 192e3, 250e3, 500e3, 1e6, 2e6, 4e6, 5e6, 10e6, 20e6 };
}

SoapySDR::RangeList loopback_device::getSampleRateRange(int, size_t) const
{
    return { rate_range() };
}

} // namespace loopback
} // namespace dlcomm
} // namespace gr
