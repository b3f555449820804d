/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "loopback_device.h"
#include "open_stream.h"

#include <algorithm>
#include <vector>

namespace gr {
namespace dlcomm {
namespace loopback {
namespace {

// Keys that programs and SoapyRemote put beside a driver's own.
bool passed_over(const std::string& key)
{
    for (const char* other : { "driver", "label", "prot", "mtu", "window" })
        if (key == other)
            return true;
    return key.compare(0, 5, "soapy") == 0 || key.compare(0, 6, "remote") == 0;
}

// SoapySDR has the default in `value`; gr-soapy 3.10 reads settings and sensors from
// there.
SoapySDR::ArgInfo described(const setting_info& info, const std::string& current)
{
    SoapySDR::ArgInfo told;
    told.key = told.name = info.key;
    told.value = current;
    told.description = info.description;
    told.units = info.units;
    // "none" is no number, and programs read what is called one as such.
    told.type = info.off || info.type == setting_info::text ? SoapySDR::ArgInfo::STRING
                : info.type == setting_info::boolean        ? SoapySDR::ArgInfo::BOOL
                : info.type == setting_info::integer        ? SoapySDR::ArgInfo::INT
                                                            : SoapySDR::ArgInfo::FLOAT;
    if (info.maximum > info.minimum)
        told.range = SoapySDR::Range(info.minimum, info.maximum);
    return told;
}

struct sensor {
    const char* key;
    const char* description;
};

const sensor sensors[] = {
    { "overflows", "Times that received samples were lost because they were read late" },
    { "underflows", "Times that the transmitter had no samples when they were due" },
    { "received", "Samples received" },
    { "transmitted", "Samples transmitted" },
};

const sensor& find_sensor(const std::string& key)
{
    for (const sensor& one : sensors)
        if (key == one.key)
            return one;
    throw std::invalid_argument("no sensor '" + key +
                                "', expected overflows, underflows, received or "
                                "transmitted");
}

} // namespace

const char* const driver_name = "dlcomm_loopback";

bool loopback_device::knows(const std::string& key)
{
    const auto same = [&key](const setting_info& info) { return key == info.key; };
    return passed_over(key) || key == "medium" || key == fail_after_info().key ||
           std::any_of(medium_settings().begin(), medium_settings().end(), same);
}

loopback_device::loopback_device(const SoapySDR::Kwargs& arguments)
    : d_fail_after(parse_fail_after("none"))
{
    named([&] {
        std::string name = "default";
        settings checked; // all of them before the first one changes a medium
        std::vector<std::string> keys;
        for (const auto& [key, value] : arguments) {
            if (passed_over(key))
                continue;
            if (key == "medium") {
                name = checked_medium_name(value);
            } else if (key == fail_after_info().key) {
                d_fail_after = parse_fail_after(value);
            } else {
                write_setting(checked, key, value);
                keys.push_back(key);
            }
        }
        d_medium = shared_medium(name);
        for (const std::string& key : keys)
            d_medium->set(key, arguments.at(key));
    });
}

loopback_device::~loopback_device() = default;

std::string loopback_device::getDriverKey() const { return driver_name; }

std::string loopback_device::getHardwareKey() const { return "loopback"; }

SoapySDR::Kwargs loopback_device::getHardwareInfo() const
{
    return { { "medium", d_medium->name() }, { "origin", "gr-dlcomm" } };
}

bool loopback_device::hasHardwareTime(const std::string& what) const
{
    return what.empty();
}

long long loopback_device::getHardwareTime(const std::string& what) const
{
    if (!what.empty())
        throw std::invalid_argument(std::string(driver_name) + ": time: found '" + what +
                                    "', expected none by name");
    return d_medium->nanoseconds();
}

std::vector<std::string> loopback_device::listSensors() const
{
    std::vector<std::string> keys;
    for (const sensor& one : sensors)
        keys.push_back(one.key);
    return keys;
}

SoapySDR::ArgInfo loopback_device::getSensorInfo(const std::string& key) const
{
    const sensor& one = named([&]() -> const sensor& { return find_sensor(key); });
    SoapySDR::ArgInfo told;
    told.key = told.name = one.key;
    told.description = one.description;
    told.value = readSensor(key); // as with settings
    told.type = SoapySDR::ArgInfo::INT;
    return told;
}

std::string loopback_device::readSensor(const std::string& key) const
{
    named([&] { find_sensor(key); });
    if (key == "received")
        return std::to_string(d_received);
    if (key == "transmitted")
        return std::to_string(d_transmitted);
    if (key == "underflows")
        return std::to_string(d_medium->underflows());
    const std::lock_guard<std::mutex> lock(d_mutex);
    uint64_t overflows = d_closed_overflows;
    for (const auto& stream : d_streams)
        if (stream->receiver)
            overflows += d_medium->overflows(stream->receiver);
    return std::to_string(overflows);
}

SoapySDR::ArgInfoList loopback_device::getSettingInfo() const
{
    const settings current = d_medium->current();
    SoapySDR::ArgInfoList all;
    for (const setting_info& info : medium_settings())
        all.push_back(described(info, read_setting(current, info.key)));
    all.push_back(described(fail_after_info(), format_fail_after(d_fail_after)));
    return all;
}

void loopback_device::writeSetting(const std::string& key, const std::string& value)
{
    named([&] {
        if (key == fail_after_info().key)
            d_fail_after = parse_fail_after(value);
        else
            d_medium->set(key, value);
    });
}

std::string loopback_device::readSetting(const std::string& key) const
{
    return named([&] {
        if (key == "medium")
            return d_medium->name();
        if (key == fail_after_info().key)
            return format_fail_after(d_fail_after);
        return read_setting(d_medium->current(), key);
    });
}

} // namespace loopback
} // namespace dlcomm
} // namespace gr
