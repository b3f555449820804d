/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_LOCKABLE_H
#define INCLUDED_DLCOMM_LOCKABLE_H

#include <gnuradio/block.h>
#include <gnuradio/thread/thread.h>

namespace gr {
namespace dlcomm {

/*!
 * \brief Lets the getters of a block take the lock that its setters and work() share.
 *
 * gr::block's d_setlock is no mutable member, so that a const method cannot lock it.
 *
 * \tparam Interface the public block class
 */
template <class Interface>
class lockable : public Interface
{
protected:
    gr::thread::mutex& setlock() const { return const_cast<lockable*>(this)->d_setlock; }
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_LOCKABLE_H */
