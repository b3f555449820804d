/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_SOAPY_LOOPBACK_DEVICE_H
#define INCLUDED_DLCOMM_SOAPY_LOOPBACK_DEVICE_H

#include "medium.h"
#include "named_errors.h"
#include "settings.h"

#include <SoapySDR/Device.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace gr {
namespace dlcomm {
namespace loopback {

/*!
 * \brief A SoapySDR device in front of a medium: one channel in each direction.
 *
 * Its transmitter and its receivers are streams; it adds what a front end has: gains,
 * frequencies, sample formats. See docs/loopback-device.md.
 */
class loopback_device : public SoapySDR::Device
{
public:
    /*!
     * Throws std::invalid_argument in one line when an argument is unknown or wrong, and
     * std::runtime_error when it cannot be changed because streams are open.
     */
    explicit loopback_device(const SoapySDR::Kwargs& arguments);
    ~loopback_device() override;

    //! Is this a key of an argument that the device knows, or passes over?
    static bool knows(const std::string& key);

    std::string getDriverKey() const override;
    std::string getHardwareKey() const override;
    SoapySDR::Kwargs getHardwareInfo() const override;

    size_t getNumChannels(int direction) const override;
    bool getFullDuplex(int direction, size_t channel) const override;

    // streams: loopback_streams.cc
    std::vector<std::string> getStreamFormats(int direction,
                                              size_t channel) const override;
    std::string getNativeStreamFormat(int direction,
                                      size_t channel,
                                      double& full_scale) const override;
    SoapySDR::Stream* setupStream(int direction,
                                  const std::string& format,
                                  const std::vector<size_t>& channels,
                                  const SoapySDR::Kwargs& arguments) override;
    void closeStream(SoapySDR::Stream* stream) override;
    size_t getStreamMTU(SoapySDR::Stream* stream) const override;
    int activateStream(SoapySDR::Stream* stream,
                       int flags,
                       long long time_ns,
                       size_t count) override;
    int deactivateStream(SoapySDR::Stream* stream, int flags, long long time_ns) override;
    int readStream(SoapySDR::Stream* stream,
                   void* const* buffers,
                   size_t count,
                   int& flags,
                   long long& time_ns,
                   long timeout_us) override;
    int writeStream(SoapySDR::Stream* stream,
                    const void* const* buffers,
                    size_t count,
                    int& flags,
                    long long time_ns,
                    long timeout_us) override;
    int readStreamStatus(SoapySDR::Stream* stream,
                         size_t& channel_mask,
                         int& flags,
                         long long& time_ns,
                         long timeout_us) override;

    // the front end: loopback_front_end.cc
    std::vector<std::string> listAntennas(int direction, size_t channel) const override;
    void setAntenna(int direction, size_t channel, const std::string& name) override;
    std::string getAntenna(int direction, size_t channel) const override;
    std::vector<std::string> listGains(int direction, size_t channel) const override;
    void setGain(int direction, size_t channel, double value) override;
    void setGain(int direction,
                 size_t channel,
                 const std::string& name,
                 double value) override;
    double getGain(int direction, size_t channel) const override;
    double getGain(int direction, size_t channel, const std::string& name) const override;
    SoapySDR::Range getGainRange(int direction, size_t channel) const override;
    SoapySDR::Range
    getGainRange(int direction, size_t channel, const std::string& name) const override;
    std::vector<std::string> listFrequencies(int direction,
                                             size_t channel) const override;
    void setFrequency(int direction,
                      size_t channel,
                      const std::string& name,
                      double frequency,
                      const SoapySDR::Kwargs& arguments) override;
    double
    getFrequency(int direction, size_t channel, const std::string& name) const override;
    SoapySDR::RangeList getFrequencyRange(int direction,
                                          size_t channel,
                                          const std::string& name) const override;
    void setSampleRate(int direction, size_t channel, double rate) override;
    double getSampleRate(int direction, size_t channel) const override;
    std::vector<double> listSampleRates(int direction, size_t channel) const override;
    SoapySDR::RangeList getSampleRateRange(int direction, size_t channel) const override;

    // time, counters, settings: loopback_device.cc
    bool hasHardwareTime(const std::string& what) const override;
    long long getHardwareTime(const std::string& what) const override;
    std::vector<std::string> listSensors() const override;
    SoapySDR::ArgInfo getSensorInfo(const std::string& key) const override;
    std::string readSensor(const std::string& key) const override;
    SoapySDR::ArgInfoList getSettingInfo() const override;
    void writeSetting(const std::string& key, const std::string& value) override;
    std::string readSetting(const std::string& key) const override;

    using SoapySDR::Device::getFrequency;
    using SoapySDR::Device::getFrequencyRange;
    using SoapySDR::Device::getSensorInfo;
    using SoapySDR::Device::getSettingInfo;
    using SoapySDR::Device::listSensors;
    using SoapySDR::Device::readSensor;
    using SoapySDR::Device::readSetting;
    using SoapySDR::Device::setFrequency;
    using SoapySDR::Device::writeSetting;

private:
    struct open_stream;
    //! What each direction has of its own.
    struct channel_state {
        std::atomic<double> gain_db{ 0.0 };
        std::atomic<double> frequency{ 1e9 };
        std::atomic<double> rate{ 1e6 };
    };

    static open_stream& from(SoapySDR::Stream* stream);
    const channel_state& state(int direction, size_t channel) const;
    channel_state& state(int direction, size_t channel);
    int receive(open_stream& stream,
                void* out,
                size_t count,
                long long& time_ns,
                medium::time_point deadline);
    int transmit(open_stream& stream,
                 const void* in,
                 size_t count,
                 medium::time_point deadline);

    std::shared_ptr<medium> d_medium;
    channel_state d_states[2]; // by direction
    std::atomic<uint64_t> d_fail_after;
    mutable std::mutex d_mutex; // of d_streams and of tuning them
    std::vector<std::unique_ptr<open_stream>> d_streams;
    std::atomic<uint64_t> d_received{ 0 };
    std::atomic<uint64_t> d_transmitted{ 0 };
    std::atomic<uint64_t> d_closed_overflows{ 0 };
};

//! The name of the driver, which begins every message.
extern const char* const driver_name;

//! Run f; what it throws gets the driver's name in front.
template <typename F>
auto named(F f) -> decltype(f())
{
    return with_name(driver_name, f);
}

} // namespace loopback
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_SOAPY_LOOPBACK_DEVICE_H */
