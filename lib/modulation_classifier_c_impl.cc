/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "engine/model_store.h"
#include "modulation_classifier_c_impl.h"
#include "named_errors.h"
#include <gnuradio/io_signature.h>
#include <time.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace dlcomm {
namespace {

using engine::decision_average;
using engine::window_state;
using std::chrono::steady_clock;

constexpr const char* block_name = "modulation_classifier_c";
constexpr int largest_batch = 1024;
constexpr double tolerated_lag = 1.0; // seconds
constexpr auto status_period = std::chrono::milliseconds(500);

const pmt::pmt_t& decisions_port()
{
    static const pmt::pmt_t symbol = pmt::mp("decisions");
    return symbol;
}

const pmt::pmt_t& status_port()
{
    static const pmt::pmt_t symbol = pmt::mp("status");
    return symbol;
}

const pmt::pmt_t& unknown_symbol()
{
    static const pmt::pmt_t symbol = pmt::mp("unknown");
    return symbol;
}

// Processor time of this thread, in seconds.
double cpu_seconds()
{
    timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec + 1e-9 * now.tv_nsec;
}

void require(bool holds, const std::string& argument, const std::string& expected)
{
    if (!holds)
        throw std::invalid_argument(std::string(block_name) + ": " + argument +
                                    ", expected " + expected);
}

void check_average(int average)
{
    const int longest = decision_average::longest;
    require(average >= 1 && average <= longest,
            "average is " + std::to_string(average),
            "1 to " + std::to_string(longest));
}

void check_threshold(double threshold)
{
    require(threshold >= 0.0 && threshold <= 1.0,
            "threshold is " + std::to_string(threshold),
            "0 to 1");
}

std::unique_ptr<engine::classifier> load_classifier(const std::string& model,
                                                    int max_batch)
{
    return with_name(block_name, [&] {
        return engine::classifier::load(engine::model_file(model, "classifier"),
                                        max_batch);
    });
}

} // namespace

modulation_classifier_c::sptr modulation_classifier_c::make(const std::string& model,
                                                            int hop,
                                                            int average,
                                                            double threshold,
                                                            int max_batch,
                                                            double sample_rate)
{
    require(hop >= 0, "hop is " + std::to_string(hop), "0 or more");
    check_average(average);
    check_threshold(threshold);
    require(max_batch >= 1 && max_batch <= largest_batch,
            "max_batch is " + std::to_string(max_batch),
            "1 to " + std::to_string(largest_batch));
    require(sample_rate >= 0.0 && std::isfinite(sample_rate),
            "sample_rate is " + std::to_string(sample_rate),
            "0 or a rate in samples per second");
    auto classifier = load_classifier(model, max_batch);
    const int step = hop ? hop : static_cast<int>(classifier->window());
    return gnuradio::make_block_sptr<modulation_classifier_c_impl>(
        std::move(classifier), step, average, threshold, max_batch, sample_rate);
}

modulation_classifier_c_impl::modulation_classifier_c_impl(
    std::unique_ptr<engine::classifier> classifier,
    int hop,
    int average,
    double threshold,
    int max_batch,
    double sample_rate)
    : gr::block(block_name,
                gr::io_signature::make(1, 1, sizeof(gr_complex)),
                gr::io_signature::make2(
                    1,
                    2,
                    sizeof(uint8_t),
                    static_cast<int>(classifier->classes() * sizeof(float)))),
      d_cutter(classifier->window(), hop),
      d_max_batch(max_batch),
      d_sample_rate(sample_rate),
      d_classifier(std::move(classifier)),
      d_average(std::make_unique<decision_average>(d_classifier->classes(), average)),
      d_average_length(average),
      d_threshold(threshold),
      d_pace(sample_rate),
      d_decision_tags(alias(), sample_rate)
{
    for (const auto& label : d_classifier->about().labels)
        d_symbols.push_back(pmt::mp(label));
    d_messages.reserve(max_batch);
    // The scheduler takes this to size the buffer in front of the block, which must hold
    // two windows; a hop need not fit in it.
    set_relative_rate(1, d_cutter.window());
    // Which decision a tag belongs to depends on the windows; see write_tags().
    set_tag_propagation_policy(TPP_DONT);
    message_port_register_out(decisions_port());
    message_port_register_out(status_port());
    d_logger->debug("windows of {:d} samples run on executor {}",
                    d_cutter.window(),
                    d_classifier->executor_name());
}

void modulation_classifier_c_impl::set_model(const std::string& model)
{
    auto classifier = load_classifier(model, d_max_batch);
    const auto& now = classifier->about();
    if (classifier->window() != d_cutter.window())
        throw std::runtime_error(name() + ": model '" + now.file + "': window is " +
                                 std::to_string(now.window) + ", expected " +
                                 std::to_string(d_cutter.window()) +
                                 " as of the model it replaces");
    const auto expected = labels();
    for (size_t i = 0; i < std::max(expected.size(), now.labels.size()); ++i) {
        const auto text = [i](const std::vector<std::string>& labels) {
            return i < labels.size() ? "'" + engine::one_line(labels[i]) + "'" : "none";
        };
        if (text(now.labels) != text(expected))
            throw std::runtime_error(name() + ": model '" + now.file + "': label " +
                                     std::to_string(i) + " is " + text(now.labels) +
                                     ", expected " + text(expected) +
                                     " as of the model it replaces");
    }
    gr::thread::scoped_lock l(d_setlock);
    d_classifier.swap(classifier);
    d_average->clear();
}

void modulation_classifier_c_impl::set_average(int average)
{
    check_average(average);
    auto made = std::make_unique<decision_average>(d_symbols.size(), average);
    gr::thread::scoped_lock l(d_setlock);
    d_average.swap(made);
    d_average_length = average;
}

void modulation_classifier_c_impl::set_threshold(double threshold)
{
    check_threshold(threshold);
    gr::thread::scoped_lock l(d_setlock);
    d_threshold = threshold;
}

std::string modulation_classifier_c_impl::model() const
{
    gr::thread::scoped_lock l(setlock());
    return d_classifier->about().file;
}

std::vector<std::string> modulation_classifier_c_impl::labels() const
{
    gr::thread::scoped_lock l(setlock());
    return d_classifier->about().labels;
}

int modulation_classifier_c_impl::average() const
{
    gr::thread::scoped_lock l(setlock());
    return d_average_length;
}

double modulation_classifier_c_impl::threshold() const
{
    gr::thread::scoped_lock l(setlock());
    return d_threshold;
}

std::string modulation_classifier_c_impl::executor() const
{
    gr::thread::scoped_lock l(setlock());
    return d_classifier->executor_name();
}

uint64_t modulation_classifier_c_impl::decisions() const
{
    gr::thread::scoped_lock l(setlock());
    return d_decisions;
}

uint64_t modulation_classifier_c_impl::unknown() const
{
    gr::thread::scoped_lock l(setlock());
    return d_unknown;
}

uint64_t modulation_classifier_c_impl::silent_windows() const
{
    gr::thread::scoped_lock l(setlock());
    return d_silent;
}

uint64_t modulation_classifier_c_impl::nonfinite_windows() const
{
    gr::thread::scoped_lock l(setlock());
    return d_nonfinite;
}

double modulation_classifier_c_impl::lag() const
{
    gr::thread::scoped_lock l(setlock());
    return d_pace.lag();
}

double modulation_classifier_c_impl::load() const
{
    gr::thread::scoped_lock l(setlock());
    return d_pace.load(steady_clock::now());
}

bool modulation_classifier_c_impl::start()
{
    {
        gr::thread::scoped_lock l(d_setlock);
        if (d_stream.begins(*this)) {
            d_cutter.restart();
            d_average->clear();
            d_decision_tags.restart();
            d_tags_read = 0;
        }
        d_pace.restart();
        d_next_status = steady_clock::now();
    }
    return block::start();
}

void modulation_classifier_c_impl::forecast(int /*noutput_items*/,
                                            gr_vector_int& ninput_items_required)
{
    // One window, however much room there is: what is there is decided at once.
    ninput_items_required[0] = window();
}

int modulation_classifier_c_impl::general_work(int noutput_items,
                                               gr_vector_int& ninput_items,
                                               gr_vector_const_void_star& input_items,
                                               gr_vector_void_star& output_items)
{
    pmt::pmt_t status_message;
    size_t windows = 0;
    {
        gr::thread::scoped_lock l(d_setlock);
        const auto begin = steady_clock::now();
        const double cpu_begin = cpu_seconds();
        const size_t available = ninput_items[0], hop = d_cutter.hop();
        const auto cut = d_cutter.next(
            available, std::min<size_t>(noutput_items, d_classifier->largest_batch()));
        windows = cut.windows;
        const auto* iq = static_cast<const float*>(input_items[0]) + 2 * cut.first;
        try {
            if (windows)
                d_classifier->classify(iq, hop, windows);
        } catch (const engine::model_error& error) {
            d_logger->error("{}; the flowgraph ends here", error.what());
            return WORK_DONE;
        }

        uint64_t sample = nitems_read(0) + cut.first;
        read_tags(std::max(nitems_read(0) + cut.consumed,
                           windows ? sample + (windows - 1) * hop + d_cutter.window()
                                   : 0));
        const bool heard = !pmt::is_null(message_subscribers(decisions_port()));
        const uint64_t silent_before = d_silent, nonfinite_before = d_nonfinite;
        const size_t classes = d_classifier->classes(), ports = output_items.size();
        auto* indices = static_cast<uint8_t*>(output_items[0]);
        double missing = 0.0;
        for (size_t w = 0; w < windows; ++w, sample += hop) {
            const window_state state = d_classifier->state(w);
            const decision made = d_average->next(
                state == window_state::good ? d_classifier->log_probabilities(w) : nullptr,
                d_threshold);
            indices[w] = made.index;
            if (ports > 1)
                std::copy_n(d_average->probabilities(),
                            classes,
                            static_cast<float*>(output_items[1]) + w * classes);
            count(state, made);
            write_tags(nitems_written(0) + w, sample, made, ports);
            missing += d_decision_tags.missing();
            if (heard)
                d_messages.push_back(message(sample, made));
        }
        warn_once(silent_before, nonfinite_before);
        consume_each(static_cast<int>(cut.consumed));

        status_message = keep_pace({ available,
                                     cut.consumed,
                                     cpu_seconds() - cpu_begin,
                                     missing,
                                     begin,
                                     steady_clock::now() });
    }
    for (const auto& message : d_messages)
        message_port_pub(decisions_port(), message);
    d_messages.clear();
    if (status_message)
        message_port_pub(status_port(), status_message);
    return static_cast<int>(windows);
}

// Takes note of a batch; returns a status when it is time for one, or a null pointer.
pmt::pmt_t
modulation_classifier_c_impl::keep_pace(const measurement::stream_pace::batch& batch)
{
    d_pace.add(batch);
    if (d_pace.lag() > tolerated_lag && !d_warned_of_lag) {
        d_logger->warn("{:.1f} s behind a stream of {:g} samples/s; deciding takes {:.0f} "
                       "% of a core (said once; lag() and load() tell)",
                       d_pace.lag(),
                       d_sample_rate,
                       100.0 * d_pace.load(batch.end));
        d_warned_of_lag = true;
    }
    if (batch.end < d_next_status)
        return {};
    d_next_status = batch.end + status_period;
    const bool heard = !pmt::is_null(message_subscribers(status_port()));
    return heard ? status(batch.end) : pmt::pmt_t();
}

void modulation_classifier_c_impl::count(window_state state, const decision& made)
{
    ++d_decisions;
    d_unknown += made.index == decision_average::unknown;
    d_silent += state == window_state::silent;
    d_nonfinite += state == window_state::not_finite;
}

void modulation_classifier_c_impl::warn_once(uint64_t silent_before,
                                             uint64_t nonfinite_before)
{
    if (silent_before == 0 && d_silent > 0)
        d_logger->warn("a window without a signal is \"unknown\" (said once; "
                       "silent_windows() counts)");
    if (nonfinite_before == 0 && d_nonfinite > 0)
        d_logger->warn("NaN or infinity in the input or the logits: the window is "
                       "\"unknown\" (said once; nonfinite_windows() counts)");
}

// Take note of the tags before a sample. Those in a gap are read before it is given up.
void modulation_classifier_c_impl::read_tags(uint64_t end)
{
    if (end <= d_tags_read)
        return;
    get_tags_in_range(d_tags, 0, d_tags_read, end);
    d_tags_read = end;
    d_decision_tags.note(d_tags);
}

// The tags of one decision: `item` of the outputs, on the window from `sample` on.
void modulation_classifier_c_impl::write_tags(uint64_t item,
                                              uint64_t sample,
                                              const decision& made,
                                              size_t ports)
{
    const uint64_t hop = d_cutter.hop(), looked_back = (d_average->span() - 1) * hop;
    for (const tag_t& tag : d_decision_tags.next(
             { sample, sample + d_cutter.window(), looked_back, hop }, symbol(made)))
        for (size_t port = 0; port < ports; ++port)
            add_item_tag(
                static_cast<unsigned int>(port), item, tag.key, tag.value, tag.srcid);
}

const pmt::pmt_t& modulation_classifier_c_impl::symbol(const decision& made) const
{
    return made.index == decision_average::unknown ? unknown_symbol()
                                                   : d_symbols[made.index];
}

pmt::pmt_t modulation_classifier_c_impl::message(uint64_t sample,
                                                 const decision& made) const
{
    static const pmt::pmt_t label = pmt::mp("label"), probability = pmt::mp("probability"),
                            offset = pmt::mp("offset"), rate = pmt::mp("rate"),
                            time = pmt::mp("time"), freq = pmt::mp("freq");
    const stream_clock& clock = d_decision_tags.clock();
    pmt::pmt_t dict = pmt::make_dict();
    dict = pmt::dict_add(dict, label, symbol(made));
    dict = pmt::dict_add(dict, probability, pmt::from_double(made.probability));
    dict = pmt::dict_add(dict, offset, pmt::from_uint64(sample));
    if (clock.rate() > 0.0)
        dict = pmt::dict_add(dict, rate, pmt::from_double(clock.rate()));
    if (const auto known = clock.time())
        dict = pmt::dict_add(dict, time, known);
    if (clock.freq())
        dict = pmt::dict_add(dict, freq, clock.freq());
    return dict;
}

pmt::pmt_t
modulation_classifier_c_impl::status(measurement::stream_pace::time_point now) const
{
    pmt::pmt_t dict = pmt::make_dict();
    dict = pmt::dict_add(dict, pmt::mp("lag"), pmt::from_double(d_pace.lag()));
    dict = pmt::dict_add(dict, pmt::mp("load"), pmt::from_double(d_pace.load(now)));
    dict = pmt::dict_add(dict, pmt::mp("decisions"), pmt::from_uint64(d_decisions));
    return pmt::dict_add(dict, pmt::mp("unknown"), pmt::from_uint64(d_unknown));
}

} // namespace dlcomm
} // namespace gr
