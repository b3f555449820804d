/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_CHANNEL_GAUSSIAN_H
#define INCLUDED_DLCOMM_CHANNEL_GAUSSIAN_H

#include <complex>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace gr {
namespace dlcomm {
namespace channel {

/*!
 * \brief Counter-based source of circular complex Gaussian samples.
 *
 * Sample i of a sequence is a pure function of (seed, stream, purpose, i): Philox4x32-10
 * (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011)
 * keyed by the seed makes 32-bit words, and the Box-Muller transform makes a complex
 * sample of two of them. Words have 31 bits of radius, so the tails reach 6.6 sigma.
 *
 * Only correctly rounded IEEE operations are used and none is fused, so all instruction
 * sets, and all machines, give the same bits.
 *
 * How indices map to counters: 32 samples share 16 Philox blocks. Sample i takes words
 * 0, 1 (i mod 32 < 16) or words 2, 3 (otherwise) of block 16 * floor(i / 32) + i mod 16.
 * The counter is (block low, block high, stream, purpose).
 */
class gaussian
{
public:
    gaussian(uint64_t seed, uint32_t stream, uint32_t purpose)
        : d_seed(seed), d_stream(stream), d_purpose(purpose)
    {
    }

    /*!
     * \brief out[j] = in[j] + rail_sigma * g[start + j], E|g|^2 = 2.
     *
     * \param in input samples; nullptr stands for zeros; may be the same as out
     * \param out output samples
     * \param count number of samples
     * \param start index of the first sample in the sequence
     * \param rail_sigma standard deviation per real rail
     */
    void add(const std::complex<float>* in,
             std::complex<float>* out,
             size_t count,
             uint64_t start,
             float rail_sigma) const;

    //! Names of the instruction sets that this machine can run, best first.
    static std::vector<std::string> instruction_sets();

    //! add() with the kernel of one named instruction set (for tests and benchmarks).
    void add_with(const std::string& instruction_set,
                  const std::complex<float>* in,
                  std::complex<float>* out,
                  size_t count,
                  uint64_t start,
                  float rail_sigma) const;

private:
    uint64_t d_seed;
    uint32_t d_stream;
    uint32_t d_purpose;
};

} // namespace channel
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_CHANNEL_GAUSSIAN_H */
