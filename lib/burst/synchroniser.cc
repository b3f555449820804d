/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "burst/synchroniser.h"

#include <algorithm>
#include <cmath>

namespace gr {
namespace dlcomm {
namespace burst {
namespace {

const double pi = std::acos(-1.0);

constexpr double step = 0.125;                // symbols, of the search for the instant
constexpr int timing_steps = 5;               // on either side
constexpr double frequency_step = 1.0 / 1024; // cycles per symbol
constexpr int frequency_steps = 5;            // on either side: a bin of the detector
constexpr size_t preamble_block = 16;         // symbols that make one observation
constexpr size_t known_block = pilot_spacing + 1;
constexpr double least_noise = 1e-9; // variance that is taken for none
constexpr double trust = 10.0;       // variance of a frequency estimate, over its bound


// Pilots at the end of a burst that are held against each other, and the mean product of
// neighbours, 1 without noise, that says that the burst did not break off.
constexpr size_t pilots_at_end = 16;
constexpr double least_agreement = 0.3;

constexpr size_t margin_symbols = 2; // around a burst, for its instant is not known yet

// Where a parabola through (-1, left), (0, middle), (1, right) is highest.
double peak(double left, double middle, double right)
{
    const double bend = left - 2.0 * middle + right;
    return bend < 0.0 ? std::clamp(0.5 * (left - right) / bend, -1.0, 1.0) : 0.0;
}

// The Cramer-Rao bound of a frequency estimate from n known symbols, in (rad/symbol)^2,
// and what phase noise adds to it.
double frequency_variance(double n, double noise, double phase_noise)
{
    return trust * (6.0 * noise / (n * n * n) + 1.2 * phase_noise / n);
}

} // namespace

synchroniser::synchroniser(const settings& settings)
    : d_settings(settings),
      d_sps(static_cast<double>(settings.sps)),
      d_bank(settings.sps),
      d_margin(static_cast<int64_t>(d_bank.before() + margin_symbols * settings.sps)),
      d_margin_behind(
          static_cast<int64_t>(d_bank.after() + margin_symbols * settings.sps)),
      d_phase(settings.phase_noise),
      d_clock(settings.max_clock_ppm)
{
    d_samples.reserve(most_samples());
    d_symbols.reserve(settings.max_payload);
    d_phases.reserve(burst_symbols(settings.max_payload));
}

void synchroniser::set_phase_noise(double phase_noise)
{
    d_settings.phase_noise = phase_noise;
    d_phase.set_phase_noise(phase_noise);
}

int64_t synchroniser::origin(const preamble_detector::detection& found) const
{
    return found.half_symbol * static_cast<int64_t>(d_settings.sps / 2);
}

int64_t synchroniser::first_sample(const preamble_detector::detection& found) const
{
    return origin(found) - d_margin;
}

int64_t synchroniser::header_end(const preamble_detector::detection& found) const
{
    return origin(found) + static_cast<int64_t>(known_symbols * d_settings.sps) +
           d_margin_behind;
}

int64_t synchroniser::payload_end(const preamble_detector::detection& found,
                                  size_t payload) const
{
    const size_t symbols = burst_symbols(payload);
    const double drift = 1e-6 * d_settings.max_clock_ppm * d_sps * symbols;
    return origin(found) + static_cast<int64_t>(symbols * d_settings.sps) +
           d_margin_behind + static_cast<int64_t>(std::ceil(drift));
}

size_t synchroniser::most_samples() const
{
    const preamble_detector::detection at_zero{ 0, 0.0, 0.0 };
    return static_cast<size_t>(payload_end(at_zero, d_settings.max_payload) -
                               first_sample(at_zero));
}

// Fill d_samples with those of so many symbols and the margins around them.
void synchroniser::derotate_from(const sample_view& samples, size_t count)
{
    d_samples.resize(count);
    derotate(
        samples.at(d_origin - d_margin), d_samples.data(), count, -d_margin, d_frequency);
}

// The matched filter's output at a symbol, counted from the first one's instant.
synchroniser::value synchroniser::matched(double symbol) const
{
    return d_bank.at(d_samples.data() + d_margin, d_instant + symbol * d_sps);
}

// Instant, frequency, gain and noise by the preamble.
void synchroniser::find_preamble()
{
    const auto& known = preamble();
    std::array<double, 2 * timing_steps + 1> levels;
    for (int i = -timing_steps; i <= timing_steps; ++i) {
        value sum = 0.0;
        for (size_t k = 0; k < preamble_symbols; ++k)
            sum += double(known[k]) * matched(k + i * step);
        levels[i + timing_steps] = std::abs(sum);
    }
    const auto best = std::clamp<ptrdiff_t>(
        std::max_element(levels.begin(), levels.end()) - levels.begin(),
        1,
        2 * timing_steps - 1);
    d_instant += d_sps * step *
                 (static_cast<double>(best) - timing_steps +
                  peak(levels[best - 1], levels[best], levels[best + 1]));

    double energy = 0.0;
    for (size_t k = 0; k < preamble_symbols; ++k) {
        d_received[k] = matched(k);
        energy += std::norm(d_received[k]);
    }
    std::array<double, 2 * frequency_steps + 1> heights;
    const auto height = [&](double frequency) {
        value sum = 0.0;
        for (size_t k = 0; k < preamble_symbols; ++k)
            sum += double(known[k]) * d_received[k] *
                   std::polar(1.0, -2.0 * pi * frequency * k);
        return std::abs(sum);
    };
    for (int i = -frequency_steps; i <= frequency_steps; ++i)
        heights[i + frequency_steps] = height(i * frequency_step);
    const auto top = std::clamp<ptrdiff_t>(
        std::max_element(heights.begin(), heights.end()) - heights.begin(),
        1,
        2 * frequency_steps - 1);
    d_residual =
        frequency_step * (static_cast<double>(top) - frequency_steps +
                          peak(heights[top - 1], heights[top], heights[top + 1]));
    d_gain = height(d_residual) / preamble_symbols;
    const double power = d_gain * d_gain;
    d_noise = std::max(least_noise, energy / preamble_symbols / power - 1.0);
}

// Take the known symbols' places at the instants given, turned back by the residual.
void synchroniser::receive_known(double drift)
{
    for (size_t k = 0; k < known_symbols; ++k)
        d_received[k] =
            matched(drifted(k, drift)) * std::polar(1.0, -2.0 * pi * d_residual * k);
}

// An observation of the phase from known symbols in a row.
void synchroniser::observe(size_t begin, size_t end)
{
    value sum = 0.0;
    for (size_t k = begin; k < end; ++k)
        sum += d_known[k] * d_received[k];
    const auto count = static_cast<double>(end - begin);
    d_phase.add((begin + end - 1) / 2.0, sum / (count * d_gain), d_noise / (2.0 * count));
}

void synchroniser::observe_preamble()
{
    for (size_t begin = 0; begin < preamble_symbols; begin += preamble_block)
        observe(begin, begin + preamble_block);
}

void synchroniser::observe_header()
{
    for (size_t begin = preamble_symbols; begin < known_symbols; begin += known_block)
        observe(begin, std::min(begin + known_block, known_symbols));
}

// The phase over so many symbols, from what was observed, into d_phases.
void synchroniser::find_phases(size_t symbols)
{
    d_phase.smooth();
    d_phases.resize(symbols);
    d_phase.phases(0.0, d_phases);
}

// The received symbol without its phase.
synchroniser::value synchroniser::turned(size_t symbol) const
{
    return d_received[symbol] * std::polar(1.0, -d_phases[symbol]);
}

std::optional<header> synchroniser::read_header(const sample_view& samples,
                                                const preamble_detector::detection& found)
{
    d_origin = origin(found);
    d_frequency = found.frequency / d_sps;
    d_instant = 0.0;
    derotate_from(samples, static_cast<size_t>(header_end(found) - first_sample(found)));
    find_preamble();
    receive_known(0.0);
    std::copy(preamble().begin(), preamble().end(), d_known.begin());
    d_phase.begin(frequency_variance(preamble_symbols, d_noise, d_settings.phase_noise));
    observe_preamble();
    for (size_t n = 0; pilot_place(n) < known_symbols; ++n) {
        d_known[pilot_place(n)] = pilot(n);
        observe(pilot_place(n), pilot_place(n) + 1);
    }
    find_phases(known_symbols);
    std::array<float, header_symbols> soft;
    for (size_t i = 0; i < header_symbols; ++i)
        soft[i] = static_cast<float>(turned(data_place(i)).real());
    const auto fields = header_from_symbols(soft);
    if (fields)
        refine(*fields);
    return fields;
}

// Instant, frequency, gain and noise anew, by all symbols up to the header's end.
void synchroniser::refine(const header& fields)
{
    d_fields = fields;
    const auto head = header_to_symbols(fields);
    for (size_t i = 0; i < header_symbols; ++i)
        d_known[data_place(i)] = head[i];

    std::array<double, 3> levels{};
    for (size_t k = 0; k < known_symbols; ++k) {
        const value turn =
            d_known[k] * std::polar(1.0, -2.0 * pi * d_residual * k - d_phases[k]);
        for (size_t i = 0; i < 3; ++i)
            levels[i] += (matched(k + (double(i) - 1.0) * step) * turn).real();
    }
    d_instant += d_sps * step * peak(levels[0], levels[1], levels[2]);
    receive_known(0.0);
    d_phase.begin(frequency_variance(preamble_symbols, d_noise, d_settings.phase_noise));
    observe_preamble();
    observe_header();
    find_phases(known_symbols);

    // What is left of the frequency: the slope of the phases.
    double product = 0.0, square = 0.0;
    for (size_t k = 0; k < known_symbols; ++k) {
        const double place = static_cast<double>(k) - middle_of_known;
        product += place * d_phases[k];
        square += place * place;
    }
    d_frequency += (d_residual + product / square / (2.0 * pi)) / d_sps;
    d_residual = 0.0;
    measure_known();
}

// Gain and noise by the known symbols, as received and turned last.
void synchroniser::measure_known()
{
    double sum = 0.0, in_phase = 0.0, across = 0.0;
    for (size_t k = 0; k < known_symbols; ++k)
        sum += d_known[k] * turned(k).real();
    d_gain = sum / known_symbols;
    for (size_t k = 0; k < known_symbols; ++k) {
        const value error = turned(k) / d_gain - d_known[k];
        in_phase += error.real() * error.real();
        across += error.imag() * error.imag();
    }
    // Gain and instant are fitted to the one, some ten values of the phase to the other.
    d_noise = std::max(least_noise,
                       in_phase / (known_symbols - 2) + across / (known_symbols - 10));
}

double synchroniser::find_drift(size_t symbols)
{
    d_clock.begin(symbols);
    std::array<std::complex<float>, 4> quarters;
    for (size_t k = 0; k < symbols; ++k) {
        for (size_t i = 0; i < 4; ++i)
            quarters[i] = d_bank.at(d_samples.data() + d_margin,
                                    d_instant + (k + 0.25 * i) * d_sps);
        d_clock.add(quarters);
    }
    return d_clock.drift(middle_of_known);
}

// The instant of a symbol, in symbols from the first one's without a drift.
double synchroniser::drifted(size_t symbol, double drift)
{
    return symbol + drift * (static_cast<double>(symbol) - middle_of_known);
}

// Observe the phase by the payload's pilots.
void synchroniser::observe_payload(double drift)
{
    const size_t pilots = pilots_among(header_symbols + d_fields.symbols);
    const size_t last = burst_symbols(d_fields.symbols) - 1;
    value before = 0.0, agreement = 0.0;
    for (size_t n = header_symbols / pilot_spacing; n < pilots; ++n) {
        const size_t place = std::min(pilot_place(n), last);
        const value seen = double(pilot(n)) * matched(drifted(place, drift)) / d_gain;
        d_phase.add(place, seen, d_noise / 2.0);
        if (n + pilots_at_end >= pilots)
            agreement += seen * std::conj(before);
        before = seen;
    }
    const auto pairs =
        std::min(pilots - header_symbols / pilot_spacing - 1, pilots_at_end);
    d_ended_well = agreement.real() >= least_agreement * static_cast<double>(pairs);
}

const std::vector<std::complex<float>>&
synchroniser::read_payload(const sample_view& samples)
{
    const size_t payload = d_fields.symbols, symbols = burst_symbols(payload);
    const preamble_detector::detection here{
        d_origin / static_cast<int64_t>(d_settings.sps / 2), 0.0, 0.0
    };
    derotate_from(samples,
                  static_cast<size_t>(payload_end(here, payload) - first_sample(here)));
    const double drift = find_drift(symbols);
    receive_known(drift);
    d_phase.begin(frequency_variance(known_symbols, d_noise, d_settings.phase_noise));
    observe_preamble();
    observe_header();
    observe_payload(drift);
    find_phases(symbols);
    measure_known();
    d_symbols.resize(payload);
    for (size_t i = 0; i < payload; ++i) {
        const size_t place = data_place(header_symbols + i);
        d_symbols[i] = std::complex<float>(matched(drifted(place, drift)) *
                                           std::polar(1.0 / d_gain, -d_phases[place]));
    }

    const double first = d_instant + drifted(0, drift) * d_sps;
    d_about.offset = static_cast<double>(d_origin) + first;
    d_about.cfo = d_frequency;
    d_about.noise_variance = d_noise;
    d_about.snr_db = -10.0 * std::log10(d_noise);
    d_about.clock_ppm = 1e6 * (1.0 / (1.0 + drift) - 1.0);
    d_about.level = d_gain / std::sqrt(d_sps);
    d_about.phase =
        std::remainder(d_phases[0] + 2.0 * pi * d_frequency * first, 2.0 * pi);
    return d_symbols;
}

} // namespace burst
} // namespace dlcomm
} // namespace gr
