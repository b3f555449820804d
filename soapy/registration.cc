/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "loopback_device.h"

#include <SoapySDR/Registry.hpp>

#include <algorithm>

namespace {

using gr::dlcomm::loopback::driver_name;
using gr::dlcomm::loopback::loopback_device;

// One device is found. It carries the arguments that were asked for, since SoapySDR gives
// everybody who asks for a device of the same description the same one.
SoapySDR::KwargsList find(const SoapySDR::Kwargs& wanted)
{
    // A program that looks for something by, say, its serial number means another device.
    const auto known = [](const auto& each) {
        return loopback_device::knows(each.first);
    };
    if (!wanted.count("driver") && !std::all_of(wanted.begin(), wanted.end(), known))
        return {};
    SoapySDR::Kwargs found = wanted;
    found["driver"] = driver_name;
    found.emplace("medium", "default");
    found["label"] = "gr-dlcomm loopback, medium " + found["medium"];
    return { found };
}

SoapySDR::Device* make(const SoapySDR::Kwargs& arguments)
{
    return new loopback_device(arguments);
}

const SoapySDR::Registry registration(driver_name, &find, &make, SOAPY_SDR_ABI_VERSION);

} // namespace
