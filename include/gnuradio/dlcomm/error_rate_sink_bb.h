/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ERROR_RATE_SINK_BB_H
#define INCLUDED_DLCOMM_ERROR_RATE_SINK_BB_H

#include <gnuradio/dlcomm/api.h>
#include <gnuradio/sync_block.h>
#include <cstdint>
#include <string>

namespace gr {
namespace dlcomm {

/*!
 * \brief Compares two message streams, counts bit and message errors, stops the graph.
 * \ingroup dlcomm
 *
 * \details
 * Input 0 is what was sent, input 1 what was decided, one byte per message of k bits
 * (higher bits are ignored). The decided stream may lag: its first `delay` messages are
 * passed over before the comparison begins. With a negative `delay` the lag is found
 * from the streams: the first 4096 sent messages are compared with the decided ones
 * under every lag up to -delay, the lag with the fewest errors is kept, and counting
 * begins after that stretch, so that the search does not flatter the count.
 *
 * Counting ends when target_block_errors are reached or when max_messages are counted,
 * whichever comes first; 0 means no such rule. The target is looked at only after every
 * check_interval messages, at positions that do not depend on how the scheduler cuts the
 * stream, and all messages up to that position count. So equal seeds give equal counts,
 * and the estimate errors/trials keeps no bias of its own beyond that of any rule that
 * stops on errors: at most 1/target_block_errors, relative.
 *
 * The message port `counts` emits a dictionary (messages, block_errors, bits,
 * bit_errors, delay, stop_reason) twice a second while counting and once at the end.
 * When the streams end before a rule is met, a receiver may have ended before that last
 * message comes; the getters always tell.
 */
class DLCOMM_API error_rate_sink_bb : virtual public gr::sync_block
{
public:
    typedef std::shared_ptr<error_rate_sink_bb> sptr;

    /*!
     * \brief Make the sink.
     *
     * \param k bits per message, 1 to 8
     * \param target_block_errors end after this many message errors; 0: no such rule
     * \param max_messages end after exactly this many messages; 0: no such rule
     * \param delay messages by which input 1 lags behind input 0; negative: find it, up
     * to -delay (at most 65536)
     * \param check_interval messages between two looks at target_block_errors
     * \param stop_graph end the flowgraph when counting ends; otherwise go on consuming
     * with the counts frozen
     *
     * Throws std::invalid_argument naming the argument when one is out of range.
     */
    static sptr make(int k,
                     uint64_t target_block_errors = 0,
                     uint64_t max_messages = 0,
                     int delay = 0,
                     uint64_t check_interval = 10000,
                     bool stop_graph = true);

    //! Messages compared so far.
    virtual uint64_t messages() const = 0;

    //! Messages that differed so far.
    virtual uint64_t block_errors() const = 0;

    //! Bits compared so far: k times messages().
    virtual uint64_t bits() const = 0;

    //! Bits that differed so far.
    virtual uint64_t bit_errors() const = 0;

    //! The lag in use; -1 while it is still being looked for.
    virtual int delay() const = 0;

    //! `counting`, `target_errors`, `max_messages` or, after the graph ended,
    //! `end_of_stream`.
    virtual std::string stop_reason() const = 0;

    //! Set the counts to zero and begin counting with the next message.
    virtual void reset() = 0;
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ERROR_RATE_SINK_BB_H */
