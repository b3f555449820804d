/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_BURST_CLOCK_TRACKER_H
#define INCLUDED_DLCOMM_BURST_CLOCK_TRACKER_H

#include <array>
#include <complex>
#include <cstddef>
#include <vector>

namespace gr {
namespace dlcomm {
namespace burst {

/*!
 * \brief How far the symbols of a burst drift from their expected instants.
 *
 * The square law of Oerder and Meyr (IEEE Trans. Commun. 36(5), 1988): the energy of the
 * matched filter's output has a line at the symbol rate whose phase is the instants'
 * offset, whatever the symbols are. The drift is a straight line through the phases of
 * blocks of symbols; that clocks are good is known beforehand.
 */
class clock_tracker
{
public:
    //! \param max_clock_ppm largest difference of the clocks, in parts per million
    explicit clock_tracker(double max_clock_ppm) : d_largest(max_clock_ppm * 1e-6) {}

    //! Begin with a burst of this many symbols.
    void begin(size_t symbols);

    //! Note the matched filter's output at a symbol's expected instant and 1/4, 1/2 and
    //! 3/4 of a symbol behind it; once per symbol, in their order.
    void add(const std::array<std::complex<float>, 4>& quarters);

    /*!
     * \brief The drift, in symbols per symbol: positive when symbols come ever later.
     *
     * \param anchor symbol at which the expected instant is (nearly) right
     */
    double drift(double anchor) const;

private:
    const double d_largest;
    size_t d_block = 1, d_count = 0; // symbols: per block, noted
    std::vector<std::complex<double>> d_lines;
};

} // namespace burst
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_BURST_CLOCK_TRACKER_H */
