/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "settings.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace gr {
namespace dlcomm {
namespace loopback {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr uint64_t never = std::numeric_limits<uint64_t>::max();
constexpr size_t most_paths = 16;
const char* const paths_expected =
    "none or 1 to 16 times delay_samples:gain_db:phase_deg (0 to 64, -200 to 40, "
    "-360 to 360) with ',' or '/' between them";

[[noreturn]] void
refuse(const std::string& key, const std::string& found, const std::string& expected)
{
    throw std::invalid_argument(key + ": found '" + found + "', expected " + expected);
}

// The whole text as one finite number; C's locale whatever the program's is.
bool parse_number(const std::string& text, double& number)
{
    const char* begin = text.data() + (text.size() > 1 && text[0] == '+' ? 1 : 0);
    const char* end = text.data() + text.size();
    const auto result = std::from_chars(begin, end, number);
    return result.ec == std::errc() && result.ptr == end && std::isfinite(number);
}

bool parse_integer(const std::string& text, uint64_t& number)
{
    const char* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, number);
    return result.ec == std::errc() && result.ptr == end;
}

std::string range_of(const setting_info& info)
{
    const std::string range =
        (info.type == setting_info::integer ? "a whole number from " : "a number from ") +
        shortest(info.minimum) + " to " + shortest(info.maximum);
    return info.off ? range + " or none" : range;
}

double checked_number(const setting_info& info, const std::string& value, double off)
{
    if (info.off && value == "none")
        return off;
    double number = 0.0;
    if (!parse_number(value, number) || number < info.minimum || number > info.maximum)
        refuse(info.key, value, range_of(info));
    return number;
}

uint64_t checked_integer(const setting_info& info, const std::string& value)
{
    uint64_t number = 0;
    if (!parse_integer(value, number) || static_cast<double>(number) < info.minimum ||
        static_cast<double>(number) > info.maximum)
        refuse(info.key, value, range_of(info));
    return number;
}

bool checked_boolean(const std::string& key, const std::string& value)
{
    if (value == "true" || value == "1")
        return true;
    if (value == "false" || value == "0")
        return false;
    refuse(key, value, "true, false, 1 or 0");
}

path checked_path(const std::string& text, const std::string& whole)
{
    double fields[3];
    size_t begin = 0;
    for (int i = 0; i < 3; ++i) {
        const size_t end = i < 2 ? text.find(':', begin) : text.size();
        if (end == std::string::npos ||
            !parse_number(text.substr(begin, end - begin), fields[i]))
            refuse("multipath", whole, paths_expected);
        begin = end + 1;
    }
    if (fields[0] < 0.0 || fields[0] > 64.0 || fields[1] < -200.0 || fields[1] > 40.0 ||
        std::abs(fields[2]) > 360.0)
        refuse("multipath", whole, paths_expected);
    return { fields[0], fields[1], fields[2] };
}

std::vector<path> checked_paths(const std::string& value)
{
    std::vector<path> paths;
    if (value == "none")
        return paths;
    size_t begin = 0;
    while (begin <= value.size()) {
        const size_t end = std::min(value.find_first_of(",/", begin), value.size());
        paths.push_back(checked_path(value.substr(begin, end - begin), value));
        if (paths.size() > most_paths)
            refuse("multipath", value, paths_expected);
        begin = end + 1;
    }
    return paths;
}

std::string format_paths(const std::vector<path>& paths)
{
    std::string text;
    for (const path& one : paths)
        text += (text.empty() ? "" : "/") + shortest(one.delay) + ":" +
                shortest(one.gain_db) + ":" + shortest(one.phase_deg);
    return text.empty() ? "none" : text;
}

std::string format_or_none(double number, double off)
{
    return number == off ? "none" : shortest(number);
}

// One function for reading and for writing, so that no key can be known to one only.
struct access {
    setting_info info;
    void (*write)(settings&, const setting_info&, const std::string&);
    std::string (*read)(const settings&);
};

#define NUMBER(member)                                                    \
    [](settings& s, const setting_info& info, const std::string& value) { \
        s.member = checked_number(info, value, 0.0);                      \
    },                                                                    \
        [](const settings& s) { return shortest(s.member); }
#define NUMBER_OR_NONE(member, none)                                      \
    [](settings& s, const setting_info& info, const std::string& value) { \
        s.member = checked_number(info, value, none);                     \
    },                                                                    \
        [](const settings& s) { return format_or_none(s.member, none); }
#define INTEGER(member)                                                   \
    [](settings& s, const setting_info& info, const std::string& value) { \
        s.member = checked_integer(info, value);                          \
    },                                                                    \
        [](const settings& s) { return std::to_string(s.member); }

const std::vector<access>& accesses()
{
    using info = setting_info;
    static const std::vector<access> all = {
        { { "gain_db", info::number, "dB", -200, 200, false, "Gain of the medium" },
          NUMBER(gain_db) },
        { { "noise_db",
            info::number,
            "dB",
            -200,
            200,
            true,
            "Noise power per complex sample, relative to 1, before the receiver's gain" },
          NUMBER_OR_NONE(noise_db, -infinity) },
        { { "cfo",
            info::number,
            "cycles/sample",
            -0.5,
            0.5,
            false,
            "Carrier frequency of the transmitter above that of the receiver" },
          NUMBER(cfo) },
        { { "clock_ppm",
            info::number,
            "ppm",
            -1000,
            1000,
            false,
            "How much faster the transmitter's sample clock runs" },
          NUMBER(clock_ppm) },
        { { "delay",
            info::number,
            "samples",
            0,
            4096,
            false,
            "Delay, may be fractional" },
          NUMBER(delay) },
        { { "phase_noise",
            info::number,
            "rad^2/sample",
            0,
            1,
            false,
            "Variance per sample of the steps of a Wiener process in the phase" },
          NUMBER(phase_noise) },
        { { "multipath",
            info::text,
            "",
            0,
            0,
            true,
            "Paths delay_samples:gain_db:phase_deg, with '/' between them" },
          [](settings& s, const setting_info&, const std::string& value) {
              s.multipath = checked_paths(value);
          },
          [](const settings& s) { return format_paths(s.multipath); } },
        { { "saturation",
            info::number,
            "",
            1e-6,
            1e6,
            true,
            "Largest amplitude of the transmitter's amplifier (Rapp's model, p = 2)" },
          NUMBER_OR_NONE(saturation, infinity) },
        { { "seed",
            info::integer,
            "",
            0,
            1.8446744073709551615e19,
            false,
            "Seed of the noise and of the phase noise" },
          INTEGER(seed) },
        { { "pace",
            info::boolean,
            "",
            0,
            0,
            false,
            "Samples pass at the sample rate; false: as fast as the receiver reads" },
          [](settings& s, const setting_info& info, const std::string& value) {
              s.pace = checked_boolean(info.key, value);
          },
          [](const settings& s) { return std::string(s.pace ? "true" : "false"); } },
        { { "buffer",
            info::integer,
            "samples",
            16384,
            16777216,
            false,
            "Size of the medium's memory, half of which a receiver may be late" },
          INTEGER(buffer) },
    };
    return all;
}

#undef NUMBER
#undef NUMBER_OR_NONE
#undef INTEGER

const access& find(const std::string& key)
{
    std::string keys;
    for (const access& one : accesses()) {
        if (key == one.info.key)
            return one;
        keys += std::string(keys.empty() ? "" : ", ") + one.info.key;
    }
    throw std::invalid_argument("no setting '" + key + "', expected one of medium, " +
                                keys + ", " + fail_after_info().key);
}

} // namespace

const std::vector<setting_info>& medium_settings()
{
    static const std::vector<setting_info> infos = [] {
        std::vector<setting_info> made;
        for (const access& one : accesses())
            made.push_back(one.info);
        return made;
    }();
    return infos;
}

const setting_info& fail_after_info()
{
    static const setting_info info = {
        "fail_after",
        setting_info::integer,
        "samples",
        0,
        1e18,
        true,
        "For tests of programs: a stream fails, as that of a device that was "
        "unplugged, after so many samples",
    };
    return info;
}

void write_setting(settings& changed, const std::string& key, const std::string& value)
{
    const access& one = find(key);
    one.write(changed, one.info, value);
}

std::string read_setting(const settings& from, const std::string& key)
{
    return find(key).read(from);
}

uint64_t parse_fail_after(const std::string& value)
{
    return value == "none" ? never : checked_integer(fail_after_info(), value);
}

std::string format_fail_after(uint64_t samples)
{
    return samples == never ? "none" : std::to_string(samples);
}

std::string checked_medium_name(const std::string& name)
{
    const auto allowed = [](unsigned char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    };
    if (name.empty() || name.size() > 64 ||
        !std::all_of(name.begin(), name.end(), allowed))
        refuse("medium", name, "1 to 64 letters, digits, '-', '_' and '.'");
    return name;
}

std::string shortest(double number)
{
    char text[32];
    const auto result = std::to_chars(text, text + sizeof(text), number);
    return std::string(text, result.ptr);
}

} // namespace loopback
} // namespace dlcomm
} // namespace gr
