/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_LAST_MESSAGES_H
#define INCLUDED_DLCOMM_LAST_MESSAGES_H

#include <gnuradio/block.h>
#include <functional>

namespace gr {
namespace dlcomm {

/*!
 * \brief Have a block of messages handle all of them before it ends.
 *
 * GNU Radio tells such a block on its port `system` that the block in front of it has
 * ended, and looks through the ports in no certain order: a message that came right
 * before that would be lost.
 *
 * \param block has no streams
 * \param port of the messages
 * \param handler of the messages
 */
inline void handle_last_messages(gr::block& block,
                                 const pmt::pmt_t& port,
                                 std::function<void(const pmt::pmt_t&)> handler)
{
    block.set_msg_handler(pmt::mp("system"),
                          [&block, port, handler](const pmt::pmt_t& ended) {
                              while (const auto waiting = block.delete_head_nowait(port))
                                  handler(waiting);
                              block.system_handler(ended);
                          });
}

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_LAST_MESSAGES_H */
