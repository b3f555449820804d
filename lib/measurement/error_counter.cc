/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "error_counter.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>

namespace gr {
namespace dlcomm {
namespace measurement {

namespace {

int checked_k(int k)
{
    if (k < 1 || k > 8)
        throw std::invalid_argument("k is " + std::to_string(k) +
                                    ", expected 1 to 8 bits per message");
    return k;
}

int checked_delay(int delay)
{
    constexpr int largest = error_counter::largest_lag;
    if (delay < -largest || delay > largest)
        throw std::invalid_argument("delay is " + std::to_string(delay) +
                                    ", expected -65536 to 65536 messages");
    return delay;
}

} // namespace

error_counter::error_counter(int k, const rules& r, int delay)
    : d_k(checked_k(k)),
      d_mask(static_cast<uint8_t>((1u << k) - 1)),
      d_rules(r),
      d_state(delay < 0 ? state::searching : state::counting),
      d_lag(std::abs(checked_delay(delay)))
{
    if (r.check_interval < 1)
        throw std::invalid_argument("check_interval is 0, expected at least 1 message");
    if (d_state == state::searching) {
        d_searched_sent.reserve(search_length + d_lag);
        d_searched_decided.reserve(search_length + d_lag);
    } else {
        d_skip = d_lag;
    }
    d_remembered.resize(d_lag);
}

void error_counter::feed(const uint8_t* sent, const uint8_t* decided, size_t count)
{
    if (d_state == state::searching) {
        const size_t taken = collect(sent, decided, count);
        sent += taken;
        decided += taken;
        count -= taken;
    }
    if (d_state == state::searching || count == 0)
        return;
    // Against the first decided messages of this stretch stand remembered ones, against
    // the others those of the stretch itself.
    const size_t from_memory = std::min<size_t>(count, d_lag);
    for (size_t done = 0; done < from_memory;) {
        const size_t part = std::min(from_memory - done, d_lag - d_oldest);
        compare(d_remembered.data() + d_oldest, decided + done, part);
        std::memcpy(
            d_remembered.data() + d_oldest, sent + count - from_memory + done, part);
        d_oldest = (d_oldest + part) % d_lag;
        done += part;
    }
    compare(sent, decided + from_memory, count - from_memory);
}

void error_counter::begin_streams()
{
    d_searched_sent.clear();
    d_searched_decided.clear();
    d_oldest = 0;
    d_skip = d_state == state::searching ? 0 : d_lag;
}

void error_counter::reset()
{
    d_messages = d_block_errors = d_bit_errors = 0;
    if (d_state != state::searching)
        d_state = state::counting;
}

// Store messages until both streams are long enough to try every lag.
size_t error_counter::collect(const uint8_t* sent, const uint8_t* decided, size_t count)
{
    const size_t wanted = search_length + d_lag;
    const size_t taken = std::min(count, wanted - d_searched_sent.size());
    d_searched_sent.insert(d_searched_sent.end(), sent, sent + taken);
    d_searched_decided.insert(d_searched_decided.end(), decided, decided + taken);
    if (d_searched_sent.size() == wanted)
        choose_lag();
    return taken;
}

void error_counter::choose_lag()
{
    size_t fewest = search_length + 1;
    int best = 0;
    for (int lag = 0; lag <= d_lag; ++lag) {
        size_t errors = 0;
        for (size_t i = 0; i < search_length; ++i)
            errors += ((d_searched_sent[i] ^ d_searched_decided[i + lag]) & d_mask) != 0;
        if (errors < fewest) {
            fewest = errors;
            best = lag;
        }
    }
    d_lag = best;
    d_search_mismatch = static_cast<double>(fewest) / search_length;
    d_remembered.assign(d_searched_sent.end() - best, d_searched_sent.end());
    d_oldest = 0;
    d_searched_sent = {};
    d_searched_decided = {};
    d_state = state::counting;
}

// Cut at the positions where a rule is looked at, so that the counts do not depend on
// how the stream arrives.
void error_counter::compare(const uint8_t* sent, const uint8_t* decided, size_t count)
{
    const size_t skipped = std::min(d_skip, count);
    d_skip -= skipped;
    sent += skipped;
    decided += skipped;
    count -= skipped;
    while (count > 0 && !done()) {
        uint64_t part = d_rules.check_interval - d_messages % d_rules.check_interval;
        if (d_rules.max_messages)
            part = std::min(part, d_rules.max_messages - d_messages);
        part = std::min<uint64_t>(part, count);
        count_stretch(sent, decided, part);
        sent += part;
        decided += part;
        count -= part;
        if (d_rules.target_block_errors && d_messages % d_rules.check_interval == 0 &&
            d_block_errors >= d_rules.target_block_errors)
            d_state = state::target_errors;
        else if (d_rules.max_messages && d_messages == d_rules.max_messages)
            d_state = state::max_messages;
    }
}

void error_counter::count_stretch(const uint8_t* sent,
                                  const uint8_t* decided,
                                  size_t count)
{
    constexpr uint64_t ones = 0x0101010101010101u;
    const uint64_t mask = ones * d_mask;
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        uint64_t a, b;
        std::memcpy(&a, sent + i, 8);
        std::memcpy(&b, decided + i, 8);
        uint64_t difference = (a ^ b) & mask;
        if (difference == 0)
            continue;
        d_bit_errors += __builtin_popcountll(difference);
        // Fold every byte onto its lowest bit: one bit per message that differs.
        difference |= (difference >> 4) & (ones * 0x0f);
        difference |= (difference >> 2) & (ones * 0x3f);
        difference |= (difference >> 1) & (ones * 0x7f);
        d_block_errors += __builtin_popcountll(difference & ones);
    }
    for (; i < count; ++i) {
        const unsigned difference = (sent[i] ^ decided[i]) & d_mask;
        d_bit_errors += __builtin_popcount(difference);
        d_block_errors += difference != 0;
    }
    d_messages += count;
}

} // namespace measurement
} // namespace dlcomm
} // namespace gr
