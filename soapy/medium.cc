/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "medium.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>

namespace gr {
namespace dlcomm {
namespace loopback {
namespace {

constexpr size_t most_receivers = 16;
// Samples behind a receiver that its filters still ask for.
constexpr size_t reserve = 4608;
static_assert(reserve > reception::reach, "the ring forgets what filters need");
// Samples on the way when nothing is paced: enough for large steps, small for a cache.
constexpr size_t most_unpaced = 65536;

} // namespace

medium::medium(std::string name)
    : d_name(std::move(name)),
      d_born(pacer::clock::now()),
      d_pacer(d_born),
      d_receivers(most_receivers)
{
}

settings medium::current() const
{
    const std::lock_guard<std::mutex> lock(d_mutex);
    return d_settings;
}

void medium::set(const std::string& key, const std::string& value)
{
    const std::lock_guard<std::mutex> lock(d_mutex);
    settings changed = d_settings;
    write_setting(changed, key, value);
    if (d_open > 0 &&
        (changed.pace != d_settings.pace || changed.buffer != d_settings.buffer))
        throw std::runtime_error(key + ": found '" + value + "', expected " +
                                 read_setting(d_settings, key) +
                                 " while streams of medium '" + d_name + "' are open");
    const bool other_clock = changed.clock_ppm != d_settings.clock_ppm;
    if (changed.pace != d_settings.pace || changed.buffer != d_settings.buffer)
        d_ring.reset();
    d_settings = changed;
    ++d_changes;
    if (other_clock && d_active > 0) {
        const time_point now = pacer::clock::now();
        set_clock(now, d_pacer.index(now));
    }
    d_changed.notify_all();
}

void medium::open_stream()
{
    ++d_open;
    if (d_ring)
        return;
    d_ring = std::make_unique<sample_ring>(d_settings.buffer);
    d_first_unheard = 0;
    d_heard = d_transmitted = false;
    d_pacer.set(d_born, 0, 1.0);
}

void medium::close_stream()
{
    // What nobody was there to hear waits for a receiver: in a flowgraph a short
    // transmission can be over before the receiver is there.
    if (--d_open == 0 && (paced() || d_heard))
        d_ring.reset();
    d_changed.notify_all();
}

void medium::set_clock(time_point now, int64_t index)
{
    const double rate = d_rate * (1.0 + d_settings.clock_ppm * 1e-6);
    if (paced())
        d_pacer.set(now, index, rate);
    else
        d_pacer.set(d_born, 0, rate);
}

void medium::activate(double rate)
{
    if (d_active > 0 && rate != d_rate)
        throw std::runtime_error(
            "sample rate: found " + shortest(rate) + ", expected " + shortest(d_rate) +
            " as the other active streams of medium '" + d_name + "' have");
    if (d_active++ == 0) {
        d_rate = rate;
        set_clock(pacer::clock::now(), d_ring->end());
        ++d_changes; // shifts are in cycles per sample
    }
}

void medium::deactivate()
{
    --d_active;
    d_changed.notify_all();
}

// How far ahead of its time the transmitter may deliver samples.
size_t medium::lead() const
{
    return std::clamp<size_t>(
        static_cast<size_t>(0.1 * d_rate), 256, d_ring->capacity() / 2 - reserve);
}

size_t medium::most_waiting() const
{
    return std::min(most_unpaced, d_ring->capacity() - reserve);
}

// Where the receiver is that has heard least.
int64_t medium::slowest() const
{
    bool any = false;
    int64_t least = 0;
    for (const auto& who : d_receivers) {
        if (who && (!any || who->position.index < least)) {
            least = who->position.index;
            any = true;
        }
    }
    return any ? least : d_first_unheard;
}

void medium::connect_transmitter(double frequency)
{
    const std::lock_guard<std::mutex> lock(d_mutex);
    if (d_transmitter)
        throw std::runtime_error("medium '" + d_name +
                                 "' is busy: it has a transmitter, expected none");
    open_stream();
    d_transmitter = d_transmitted = true;
    d_frequency = frequency;
    d_underflows = d_underflows_told = 0;
    ++d_changes;
}

void medium::disconnect_transmitter()
{
    const std::lock_guard<std::mutex> lock(d_mutex);
    d_transmitter = false;
    close_stream();
}

void medium::activate_transmitter(double rate)
{
    const std::lock_guard<std::mutex> lock(d_mutex);
    activate(rate);
    d_transmitting = true;
    d_flowing = false;
    d_changed.notify_all();
}

void medium::deactivate_transmitter()
{
    const std::lock_guard<std::mutex> lock(d_mutex);
    d_transmitting = false;
    d_flowing = false;
    deactivate();
}

void medium::tune_transmitter(double frequency)
{
    const std::lock_guard<std::mutex> lock(d_mutex);
    d_frequency = frequency;
    ++d_changes;
}

void medium::note_underflow(time_point now)
{
    if (paced() && d_flowing && d_ring->end() < d_pacer.index(now)) {
        d_flowing = false;
        ++d_underflows;
        d_changed.notify_all();
    }
}

size_t medium::write(const samples* in, size_t count, time_point deadline)
{
    std::unique_lock<std::mutex> lock(d_mutex);
    if (count == 0)
        return 0;
    for (;;) {
        const time_point now = pacer::clock::now();
        if (!d_transmitting) {
            if (now >= deadline)
                return 0;
            d_changed.wait_until(lock, deadline);
            continue;
        }
        int64_t limit = slowest() + static_cast<int64_t>(most_waiting());
        if (paced()) {
            note_underflow(now);
            const int64_t passing = d_pacer.index(now);
            limit = passing + static_cast<int64_t>(lead());
            if (!d_flowing) {
                // Half the lead, so that the next write has time to come.
                const int64_t start = passing + static_cast<int64_t>(lead() / 2);
                d_ring->skip_to(std::max(d_ring->end(), start));
            }
        }
        const int64_t room = limit - d_ring->end();
        // Rather wait a little than take samples one by one.
        const int64_t enough = static_cast<int64_t>(
            std::min(count, (paced() ? lead() : most_waiting()) / 8));
        if (room >= enough || (room > 0 && now >= deadline)) {
            const size_t taken = std::min(count, static_cast<size_t>(room));
            d_ring->append(in, taken);
            d_flowing = true;
            d_changed.notify_all();
            return taken;
        }
        if (now >= deadline)
            return 0;
        if (paced())
            d_changed.wait_until(
                lock,
                std::min(deadline, d_pacer.when(d_pacer.index(now) + enough - room)));
        else
            d_changed.wait_until(lock, deadline);
    }
}

void medium::end_burst()
{
    const std::lock_guard<std::mutex> lock(d_mutex);
    note_underflow(pacer::clock::now());
    d_flowing = false;
}

bool medium::wait_for_underflow(time_point deadline)
{
    std::unique_lock<std::mutex> lock(d_mutex);
    for (;;) {
        const time_point now = pacer::clock::now();
        note_underflow(now);
        if (d_underflows_told < d_underflows) {
            ++d_underflows_told;
            return true;
        }
        if (now >= deadline)
            return false;
        const bool runs = paced() && d_flowing;
        d_changed.wait_until(
            lock, runs ? std::min(deadline, d_pacer.when(d_ring->end() + 1)) : deadline);
    }
}

uint64_t medium::underflows()
{
    const std::lock_guard<std::mutex> lock(d_mutex);
    if (d_transmitting)
        note_underflow(pacer::clock::now());
    return d_underflows;
}

long long medium::nanoseconds() const
{
    const std::lock_guard<std::mutex> lock(d_mutex);
    return paced() ? d_pacer.nanoseconds(pacer::clock::now())
                   : d_pacer.nanoseconds(d_ring ? d_ring->end() : 0, 0.0);
}

std::shared_ptr<medium> shared_medium(const std::string& name)
{
    static std::mutex mutex;
    static std::map<std::string, std::weak_ptr<medium>> media;
    const std::lock_guard<std::mutex> lock(mutex);
    for (auto each = media.begin(); each != media.end();)
        each = each->second.expired() ? media.erase(each) : std::next(each);
    auto found = media[name].lock();
    if (!found) {
        found = std::make_shared<medium>(name);
        media[name] = found;
    }
    return found;
}

} // namespace loopback
} // namespace dlcomm
} // namespace gr
