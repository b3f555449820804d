/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_NOISE_CONTROLS_H
#define INCLUDED_DLCOMM_NOISE_CONTROLS_H

#include "channel/awgn.h"
#include "lockable.h"
#include "named_errors.h"
#include <gnuradio/sync_block.h>

namespace gr {
namespace dlcomm {

/*!
 * \brief The noise setters and getters that every channel block has.
 *
 * \tparam Interface the public block class
 */
template <class Interface>
class noise_controls : public lockable<Interface>
{
public:
    void set_ebn0_db(double ebn0_db) override
    {
        with_name(this->name(), [&] {
            gr::thread::scoped_lock l(this->d_setlock);
            d_noise.set_ebn0_db(ebn0_db);
        });
    }

    double ebn0_db() const override
    {
        gr::thread::scoped_lock l(this->setlock());
        return d_noise.ebn0_db();
    }

    void set_n0(double n0) override
    {
        with_name(this->name(), [&] {
            gr::thread::scoped_lock l(this->d_setlock);
            d_noise.set_n0(n0);
        });
    }

    double n0() const override
    {
        gr::thread::scoped_lock l(this->setlock());
        return d_noise.n0();
    }

    void set_seed(uint64_t seed) override
    {
        gr::thread::scoped_lock l(this->d_setlock);
        begin_sequence(seed);
    }

protected:
    explicit noise_controls(const channel::awgn& noise) : d_noise(noise) {}

    //! Begin the random sequences of this seed; called with the lock held.
    virtual void begin_sequence(uint64_t seed) { d_noise.set_seed(seed); }

    channel::awgn d_noise;
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_NOISE_CONTROLS_H */
