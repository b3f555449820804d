/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_MEASUREMENT_ERROR_COUNTER_H
#define INCLUDED_DLCOMM_MEASUREMENT_ERROR_COUNTER_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gr {
namespace dlcomm {
namespace measurement {

/*!
 * \brief Compares two message streams, aligned by a lag, and counts until a rule is met.
 *
 * Both streams are taken at the same pace; the last `lag` sent messages are remembered.
 * The rules are those of the block error_rate_sink_bb.
 */
class error_counter
{
public:
    enum class state { searching, counting, target_errors, max_messages };

    struct rules {
        uint64_t target_block_errors; // 0: none
        uint64_t max_messages;        // 0: none
        uint64_t check_interval;      // messages between looks at the target
    };

    //! Sent messages that are compared under every lag when the lag is searched for.
    static constexpr size_t search_length = 4096;
    //! Largest lag, given or searched for.
    static constexpr int largest_lag = 65536;

    /*!
     * \param k bits per message, 1 to 8
     * \param r when to stop
     * \param delay lag of the decided stream in messages; negative: search up to -delay
     *
     * Throws std::invalid_argument naming the argument when one is out of range.
     */
    error_counter(int k, const rules& r, int delay);

    //! Take the next `count` messages of both streams; ignored once a rule is met.
    void feed(const uint8_t* sent, const uint8_t* decided, size_t count);

    //! Both streams begin anew and lag as before: forget what was sent, keep the counts.
    void begin_streams();

    //! Zero counts, go on counting with the next message; the lag is kept.
    void reset();

    uint64_t messages() const { return d_messages; }
    uint64_t block_errors() const { return d_block_errors; }
    uint64_t bit_errors() const { return d_bit_errors; }
    uint64_t bits() const { return d_messages * d_k; }
    state now() const { return d_state; }
    bool done() const { return d_state > state::counting; }

    //! The lag; -1 while it is searched for.
    int delay() const { return d_state == state::searching ? -1 : d_lag; }

    //! Share of messages that differed under the lag a search chose; 0 without a search.
    double search_mismatch() const { return d_search_mismatch; }

private:
    size_t collect(const uint8_t* sent, const uint8_t* decided, size_t count);
    void choose_lag();
    void compare(const uint8_t* sent, const uint8_t* decided, size_t count);
    void count_stretch(const uint8_t* sent, const uint8_t* decided, size_t count);

    const int d_k;
    const uint8_t d_mask;
    const rules d_rules;
    state d_state;
    int d_lag;
    double d_search_mismatch = 0.0;
    size_t d_skip = 0; // decided messages that precede the first sent one
    uint64_t d_messages = 0;
    uint64_t d_block_errors = 0;
    uint64_t d_bit_errors = 0;
    std::vector<uint8_t> d_searched_sent, d_searched_decided;
    std::vector<uint8_t> d_remembered; // ring of the last d_lag sent messages
    size_t d_oldest = 0;
};

} // namespace measurement
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_MEASUREMENT_ERROR_COUNTER_H */
