/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "burst/receiver.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace gr {
namespace dlcomm {
namespace burst {
namespace {

constexpr size_t piece = 4096; // samples that are taken at once

// Samples beyond this would overflow float32 in powers and sums.
constexpr float largest_sample = 1e15f;

void require(bool holds, const char* name, double found, const std::string& expected)
{
    if (!holds)
        throw std::invalid_argument(std::string(name) + " is " + std::to_string(found) +
                                    ", expected " + expected);
}

const receiver::settings& checked(const receiver::settings& s)
{
    check_samples_per_symbol(s.sps);
    require(s.threshold > 0.0 && s.threshold < 1.0,
            "threshold",
            s.threshold,
            "above 0 and below 1, or 0 for the default");
    require(s.max_payload >= 1 && s.max_payload <= largest_payload,
            "max_payload_symbols",
            static_cast<double>(s.max_payload),
            "1 to " + std::to_string(largest_payload));
    const double largest = preamble_detector::largest_offset / s.sps;
    require(s.max_cfo >= 0.0 && s.max_cfo <= largest * (1.0 + 1e-9),
            "max_cfo",
            s.max_cfo,
            "0 to " + std::to_string(largest) + " with " + std::to_string(s.sps) +
                " samples per symbol");
    require(s.phase_noise >= 0.0 && s.phase_noise <= 0.1,
            "phase_noise",
            s.phase_noise,
            "0 to 0.1");
    require(s.max_clock_ppm >= 0.0 && s.max_clock_ppm <= 1000.0,
            "max_clock_ppm",
            s.max_clock_ppm,
            "0 to 1000");
    return s;
}

} // namespace

receiver::receiver(const settings& settings)
    : d_settings(checked(settings)),
      d_sps(settings.sps),
      d_detector(settings.sps, settings.threshold, settings.max_cfo),
      d_synchroniser({ static_cast<size_t>(settings.sps),
                       settings.max_payload,
                       settings.phase_noise,
                       settings.max_clock_ppm }),
      d_margin(-d_synchroniser.first_sample({ 0, 0.0, 0.0 }))
{
    // As many samples that are done with as that are needed, see drop().
    d_samples.reserve(2 * d_synchroniser.most_samples() + 3 * piece);
    restart();
}

void receiver::change(const settings& settings)
{
    d_settings = checked(settings);
    d_detector.set_threshold(d_settings.threshold);
    d_synchroniser.set_phase_noise(d_settings.phase_noise);
}

void receiver::set_threshold(double threshold)
{
    settings changed = d_settings;
    changed.threshold = threshold;
    change(changed);
}

void receiver::set_phase_noise(double phase_noise)
{
    settings changed = d_settings;
    changed.phase_noise = phase_noise;
    change(changed);
}

void receiver::restart()
{
    // In front of the stream are zeros.
    d_samples.assign(static_cast<size_t>(d_margin), 0.0f);
    d_begin = -d_margin;
    resume(0);
}

int64_t receiver::oldest() const
{
    const int64_t half_symbol =
        d_state == state::searching ? d_detector.oldest() : d_found.half_symbol;
    return half_symbol * (d_sps / 2) - d_sps;
}

void receiver::push(const std::complex<float>* samples, size_t count, const sink& found)
{
    while (count) {
        const size_t size = std::min(count, piece);
        take(samples, size);
        samples += size;
        count -= size;
        while (advance(found))
            ;
        drop();
    }
}

void receiver::take(const std::complex<float>* samples, size_t count)
{
    const size_t old = d_samples.size();
    d_samples.insert(d_samples.end(), samples, samples + count);
    d_counters.samples += count;
    for (size_t i = old; i < d_samples.size(); ++i) {
        auto& x = d_samples[i];
        if (!(std::abs(x.real()) <= largest_sample &&
              std::abs(x.imag()) <= largest_sample)) {
            x = 0.0f;
            ++d_counters.nonfinite;
        }
    }
}

void receiver::resume(int64_t half_symbol)
{
    d_state = state::searching;
    d_detector.restart(half_symbol);
}

// One step; false when it needs more samples.
bool receiver::advance(const sink& found)
{
    const sample_view view{ d_samples.data(),
                            d_begin,
                            d_begin + static_cast<int64_t>(d_samples.size()) };
    switch (d_state) {
    case state::searching: {
        // After a burst that was not listened to, its end may be still to come.
        if (d_detector.oldest() * (d_sps / 2) > view.end)
            return false;
        const auto detection = d_detector.search(view);
        if (!detection)
            return false;
        ++d_counters.detections;
        d_found = *detection;
        d_state = state::header;
        return true;
    }
    case state::header: {
        if (d_synchroniser.header_end(d_found) > view.end)
            return false;
        const auto fields = d_synchroniser.read_header(view, d_found);
        if (!fields || (fields->version == header::this_version && !fields->symbols)) {
            ++d_counters.header_errors;
            resume(d_found.half_symbol + 2);
        } else if (fields->version != header::this_version) {
            ++d_counters.unknown_versions;
            resume(d_found.half_symbol + 2);
        } else if (fields->symbols > d_settings.max_payload) {
            ++d_counters.too_long;
            resume(d_found.half_symbol +
                   2 * static_cast<int64_t>(burst_symbols(fields->symbols)));
        } else {
            d_fields = *fields;
            d_state = state::payload;
        }
        return true;
    }
    case state::payload:
        if (d_synchroniser.payload_end(d_found, d_fields.symbols) > view.end)
            return false;
        const auto& payload = d_synchroniser.read_payload(view);
        ++d_counters.bursts;
        found(d_fields, d_synchroniser.about(), payload);
        resume(d_found.half_symbol +
               2 * static_cast<int64_t>(d_synchroniser.ended_well()
                                            ? burst_symbols(d_fields.symbols)
                                            : data_place(header_symbols)));
        return true;
    }
    return false;
}

// Forget samples that nothing asks for any more, once they are as many as the others: so
// each is moved once on average.
void receiver::drop()
{
    const int64_t half_symbol =
        d_state == state::searching ? d_detector.oldest() : d_found.half_symbol;
    const int64_t keep = half_symbol * (d_sps / 2) - d_margin;
    const auto size = static_cast<int64_t>(d_samples.size());
    const int64_t done = std::min(keep - d_begin, size);
    if (done < static_cast<int64_t>(piece) || done < size - done)
        return;
    d_samples.erase(d_samples.begin(), d_samples.begin() + static_cast<ptrdiff_t>(done));
    d_begin += done;
}

} // namespace burst
} // namespace dlcomm
} // namespace gr
