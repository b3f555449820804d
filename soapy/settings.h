/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_SOAPY_SETTINGS_H
#define INCLUDED_DLCOMM_SOAPY_SETTINGS_H

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace gr {
namespace dlcomm {
namespace loopback {

//! One way from the transmitter to the receiver.
struct path {
    double delay;     // samples, 0 to 64
    double gain_db;   // -200 to 40
    double phase_deg; // -360 to 360
};

//! What a medium does to what it carries. The defaults do nothing.
struct settings {
    double gain_db = 0.0;
    double noise_db = -std::numeric_limits<double>::infinity(); // none
    double cfo = 0.0;                                           // cycles per sample
    double clock_ppm = 0.0;   // how much faster the transmitter's clock runs
    double delay = 0.0;       // samples
    double phase_noise = 0.0; // rad^2 per sample
    std::vector<path> multipath;
    double saturation = std::numeric_limits<double>::infinity(); // none
    uint64_t seed = 0;
    bool pace = true;
    size_t buffer = size_t(1) << 20; // samples
};

//! What there is to know about one setting before it is set.
struct setting_info {
    enum kind { number, integer, boolean, text };
    const char* key;
    kind type;
    const char* units;
    double minimum; // of numbers and integers
    double maximum;
    bool off; // takes "none", which is its default
    const char* description;
};

//! All settings of a medium, in the order in which they are documented.
const std::vector<setting_info>& medium_settings();

//! fail_after, the one setting that belongs to a device.
const setting_info& fail_after_info();

/*!
 * \brief Set one value from its text.
 *
 * Throws std::invalid_argument "key: found '...', expected ..." when there is no such key
 * or the value is not one of its values; `changed` is as it was then.
 */
void write_setting(settings& changed, const std::string& key, const std::string& value);

//! The text of one value, which write_setting() reads back to the same value.
std::string read_setting(const settings& from, const std::string& key);

//! A number of samples of `fail_after`, or its greatest value for "none".
uint64_t parse_fail_after(const std::string& value);
std::string format_fail_after(uint64_t samples);

//! A name of a medium: 1 to 64 letters, digits, '-', '_' and '.'.
std::string checked_medium_name(const std::string& name);

//! A number as short as it can be written without being another one.
std::string shortest(double number);

} // namespace loopback
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_SOAPY_SETTINGS_H */
