/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_SOAPY_MEDIUM_H
#define INCLUDED_DLCOMM_SOAPY_MEDIUM_H

#include "pacer.h"
#include "reception.h"
#include "sample_ring.h"
#include "settings.h"

#include <condition_variable>
#include <volk/volk_alloc.hh>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace gr {
namespace dlcomm {
namespace loopback {

/*!
 * \brief What one transmitter and up to 16 receivers share.
 *
 * Paced, sample i of the transmitter passes at its time: what it has not delivered by
 * then is silence (an underflow), and a receiver that is late by more than half the
 * buffer loses samples (an overflow). Not paced, both wait and nothing is lost: the
 * transmitter for room, which the slowest receiver gives, and receivers for samples. They
 * hear silence when the transmitter is gone, and when none has come in five seconds.
 *
 * All functions may be called from any thread, those of one receiver (or of the
 * transmitter) from one thread at a time.
 */
class medium
{
public:
    using samples = std::complex<float>;
    using time_point = pacer::clock::time_point;

    //! One receiver's place in the stream.
    struct receiver {
        explicit receiver(uint32_t number) : heard(number) {}
        reception heard;
        sample_position position; // of its next output
        uint64_t number = 0;      // of its next output
        bool active = false;
        time_point activated;
        double frequency = 0.0;
        uint64_t overflows = 0;
        uint64_t configured = 0; // the change of the medium that `heard` knows
        volk::vector<samples> window;
    };

    enum class outcome { samples, timeout, overflow };

    explicit medium(std::string name);

    const std::string& name() const { return d_name; }

    settings current() const;
    //! One setting; throws std::invalid_argument when it is wrong, and
    //! std::runtime_error when it cannot be changed while streams are open.
    void set(const std::string& key, const std::string& value);

    //! Throws std::runtime_error when there is a transmitter.
    void connect_transmitter(double frequency);
    void disconnect_transmitter();
    //! Throws std::runtime_error when the medium runs at another rate.
    void activate_transmitter(double rate);
    void deactivate_transmitter();
    void tune_transmitter(double frequency);
    //! Number of samples that were taken before the deadline; 0: none. Waits while there
    //! is no room or the transmitter is not active.
    size_t write(const samples* in, size_t count, time_point deadline);
    //! The transmitter is silent on purpose from here to the next write.
    void end_burst();
    //! Was there an underflow that was not told yet? Waits for one.
    bool wait_for_underflow(time_point deadline);
    uint64_t underflows();

    //! Throws std::runtime_error when there are 16.
    receiver* connect_receiver(double frequency);
    void disconnect_receiver(receiver* gone);
    //! Throws std::runtime_error when the medium runs at another rate.
    void activate_receiver(receiver* who, double rate);
    void deactivate_receiver(receiver* who);
    void tune_receiver(receiver* who, double frequency);
    uint64_t overflows(const receiver* who) const;

    /*!
     * \brief Wait for samples and make what this receiver hears of them.
     *
     * While the receiver is not active there are none.
     *
     * \param count in: room in out; out: samples made, 0 unless the outcome is samples
     * \param nanoseconds out: when the first of them passed
     */
    outcome read(receiver* who,
                 samples* out,
                 size_t& count,
                 long long& nanoseconds,
                 time_point deadline);

    //! The medium's time.
    long long nanoseconds() const;

private:
    struct passage {
        size_t count;
        sample_position position;
        uint64_t number;
    };

    bool paced() const { return d_settings.pace; }
    void activate(double rate);
    void deactivate();
    void open_stream();
    void close_stream();
    void set_clock(time_point now, int64_t index);
    size_t lead() const;
    size_t most_waiting() const;
    int64_t slowest() const;
    void note_underflow(time_point now);
    void configure(receiver& who);
    outcome take(receiver& who, size_t wanted, time_point deadline, passage& taken);
    bool nobody_transmits(const receiver& who, time_point now) const;
    bool skip_lost(receiver& who, int64_t now);

    const std::string d_name;
    mutable std::mutex d_mutex;
    std::condition_variable d_changed;
    settings d_settings;
    uint64_t d_changes = 1;
    const time_point d_born;
    pacer d_pacer;
    std::unique_ptr<sample_ring> d_ring; // while streams are open
    bool d_heard = false;                // there was a receiver since it was made
    size_t d_open = 0;
    size_t d_active = 0;
    double d_rate = 0.0; // of the active streams

    bool d_transmitter = false;
    bool d_transmitted = false;  // there was one since the ring was made
    bool d_transmitting = false; // active
    bool d_flowing = false;      // samples follow each other without a gap
    double d_frequency = 0.0;
    uint64_t d_underflows = 0;
    uint64_t d_underflows_told = 0;

    std::vector<std::unique_ptr<receiver>> d_receivers; // by number; may be empty
    int64_t d_first_unheard = 0; // where a receiver begins when there is no other
};

//! The medium of this name, which lives as long as somebody holds it.
std::shared_ptr<medium> shared_medium(const std::string& name);

} // namespace loopback
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_SOAPY_MEDIUM_H */
