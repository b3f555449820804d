/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_FRESH_STREAM_H
#define INCLUDED_DLCOMM_FRESH_STREAM_H

#include <gnuradio/block.h>
#include <memory>

namespace gr {
namespace dlcomm {

/*!
 * \brief Tells a flowgraph's start from its going on after lock() and unlock().
 *
 * The scheduler calls gr::block::start() in both cases. A flowgraph that is started
 * gives each block a new block_detail with empty buffers; one that was reconfigured keeps
 * the details, and with them what waits in the buffers.
 */
class fresh_stream
{
public:
    //! To be called once in start(): true when the streams begin anew.
    bool begins(const gr::block& block)
    {
        const auto detail = block.detail();
        const bool fresh = d_detail.lock() != detail;
        d_detail = detail;
        return fresh;
    }

private:
    std::weak_ptr<block_detail> d_detail;
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_FRESH_STREAM_H */
