/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "medium.h"

#include <algorithm>
#include <stdexcept>

namespace gr {
namespace dlcomm {
namespace loopback {
namespace {

// How long an unpaced receiver waits for the first transmitter.
constexpr std::chrono::seconds patience(5);

} // namespace

medium::receiver* medium::connect_receiver(double frequency)
{
    const std::lock_guard<std::mutex> lock(d_mutex);
    const auto free = std::find(d_receivers.begin(), d_receivers.end(), nullptr);
    if (free == d_receivers.end())
        throw std::runtime_error("medium '" + d_name + "' is busy: it has " +
                                 std::to_string(d_receivers.size()) +
                                 " receivers, expected fewer");
    auto made =
        std::make_unique<receiver>(static_cast<uint32_t>(free - d_receivers.begin()));
    made->frequency = frequency;
    made->window.resize(reception::longest_window);
    open_stream();
    d_heard = true;
    made->position.index = slowest();
    *free = std::move(made);
    return free->get();
}

void medium::disconnect_receiver(receiver* gone)
{
    const std::lock_guard<std::mutex> lock(d_mutex);
    d_first_unheard = gone->position.index;
    const auto same = [gone](const auto& each) { return each.get() == gone; };
    std::find_if(d_receivers.begin(), d_receivers.end(), same)->reset();
    close_stream();
}

void medium::activate_receiver(receiver* who, double rate)
{
    const std::lock_guard<std::mutex> lock(d_mutex);
    activate(rate);
    who->active = true;
    who->activated = pacer::clock::now();
    if (paced())
        who->position = { d_pacer.index(pacer::clock::now()), 0 };
    d_changed.notify_all();
}

void medium::deactivate_receiver(receiver* who)
{
    const std::lock_guard<std::mutex> lock(d_mutex);
    who->active = false;
    deactivate();
}

void medium::tune_receiver(receiver* who, double frequency)
{
    const std::lock_guard<std::mutex> lock(d_mutex);
    who->frequency = frequency;
    ++d_changes;
}

uint64_t medium::overflows(const receiver* who) const
{
    const std::lock_guard<std::mutex> lock(d_mutex);
    return who->overflows;
}

void medium::configure(receiver& who)
{
    if (who.configured == d_changes)
        return;
    who.heard.configure(d_settings, (d_frequency - who.frequency) / d_rate);
    who.configured = d_changes;
}

// A receiver more than half the buffer behind the passing sample: go on at a quarter.
bool medium::skip_lost(receiver& who, int64_t now)
{
    const int64_t half = static_cast<int64_t>(d_ring->capacity() / 2);
    if (now - who.position.index <= half)
        return false;
    const int64_t lost = now - half / 2 - who.position.index;
    who.position.index += lost;
    who.number += static_cast<uint64_t>(lost);
    ++who.overflows;
    return true;
}

// Unpaced, a receiver waits for the first transmitter, since one that is started at the
// same time may be there later; but not for ever, since programs wait for samples without
// end (gr-soapy's source, which cannot be stopped then).
bool medium::nobody_transmits(const receiver& who, time_point now) const
{
    return !d_transmitter && (d_transmitted || now >= who.activated + patience);
}

medium::outcome
medium::take(receiver& who, size_t wanted, time_point deadline, passage& taken)
{
    std::unique_lock<std::mutex> lock(d_mutex);
    for (;;) {
        const time_point now = pacer::clock::now();
        if (!who.active) {
            if (now >= deadline)
                return outcome::timeout;
            d_changed.wait_until(lock, deadline);
            continue;
        }
        configure(who);
        // A thousandth of a second at a time is often enough.
        const size_t enough =
            paced() ? std::min(wanted, static_cast<size_t>(d_rate / 1000.0) + 1) : 1;
        const int64_t end_of_enough = who.heard.needed(who.position, enough).end;
        if (!paced() && nobody_transmits(who, now)) {
            const int64_t most = slowest() + static_cast<int64_t>(most_waiting());
            const int64_t wished = who.heard.needed(who.position, wanted).end;
            d_ring->skip_to(std::max(d_ring->end(), std::min(most, wished)));
        }
        const int64_t limit = paced() ? d_pacer.index(now) : d_ring->end();
        if (paced() && skip_lost(who, limit))
            return outcome::overflow;
        const size_t possible = who.heard.possible(who.position, wanted, limit);
        if (possible >= enough || (possible > 0 && now >= deadline)) {
            taken = { possible, who.position, who.number };
            const reception::window range = who.heard.needed(who.position, possible);
            d_ring->read(range.first,
                         who.window.data(),
                         static_cast<size_t>(range.end - range.first));
            who.position += times(who.heard.step(), possible);
            who.number += possible;
            d_changed.notify_all();
            return outcome::samples;
        }
        if (now >= deadline)
            return outcome::timeout;
        d_changed.wait_until(
            lock,
            std::min(deadline,
                     paced() ? d_pacer.when(end_of_enough) : who.activated + patience));
    }
}

medium::outcome medium::read(receiver* who,
                             samples* out,
                             size_t& count,
                             long long& nanoseconds,
                             time_point deadline)
{
    passage taken{ 0, {}, 0 };
    const size_t wanted = std::min(count, reception::most);
    const outcome result =
        wanted == 0 ? outcome::timeout : take(*who, wanted, deadline, taken);
    count = taken.count;
    if (result == outcome::samples) {
        who->heard.process(
            who->window.data(), taken.position, out, taken.count, taken.number);
        const std::lock_guard<std::mutex> lock(d_mutex);
        nanoseconds = d_pacer.nanoseconds(
            taken.position.index, static_cast<double>(taken.position.fraction) * 0x1p-64);
    }
    return result;
}

} // namespace loopback
} // namespace dlcomm
} // namespace gr
