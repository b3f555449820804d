/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "interference_channel_cc_impl.h"
#include <gnuradio/io_signature.h>
#include <cmath>

namespace gr {
namespace dlcomm {
namespace {

constexpr const char* block_name = "interference_channel_cc";
// Keeps the second receiver's noise apart from the first's (purpose 0).
constexpr uint32_t purpose_second = 1;

const std::vector<gr_complex>& checked(const std::vector<gr_complex>& matrix)
{
    if (matrix.size() != 4)
        throw std::invalid_argument("matrix has " + std::to_string(matrix.size()) +
                                    " entries, expected 4: h11, h12, h21, h22");
    for (size_t i = 0; i < 4; ++i)
        if (!std::isfinite(matrix[i].real()) || !std::isfinite(matrix[i].imag()))
            throw std::invalid_argument("matrix[" + std::to_string(i) +
                                        "] is not a finite number");
    return matrix;
}

} // namespace

interference_channel_cc::sptr
interference_channel_cc::make(const std::vector<gr_complex>& matrix,
                              double ebn0_db,
                              double bits_per_sample,
                              uint64_t seed,
                              uint32_t stream)
{
    return with_name(block_name, [&] {
        return gnuradio::make_block_sptr<interference_channel_cc_impl>(
            checked(matrix),
            channel::awgn(ebn0_db, bits_per_sample, seed, stream),
            channel::awgn(ebn0_db, bits_per_sample, seed, stream, purpose_second));
    });
}

interference_channel_cc_impl::interference_channel_cc_impl(
    const std::vector<gr_complex>& matrix,
    const channel::awgn& noise_1,
    const channel::awgn& noise_2)
    : gr::sync_block(block_name,
                     gr::io_signature::make(2, 2, sizeof(gr_complex)),
                     gr::io_signature::make(2, 2, sizeof(gr_complex))),
      noise_controls(noise_1),
      d_matrix(matrix),
      d_noise_2(noise_2)
{
    set_tag_propagation_policy(TPP_ONE_TO_ONE);
}

void interference_channel_cc_impl::set_matrix(const std::vector<gr_complex>& matrix)
{
    with_name(block_name, [&] {
        checked(matrix);
        gr::thread::scoped_lock l(d_setlock);
        d_matrix = matrix;
    });
}

std::vector<gr_complex> interference_channel_cc_impl::matrix() const
{
    gr::thread::scoped_lock l(setlock());
    return d_matrix;
}

void interference_channel_cc_impl::begin_sequence(uint64_t seed)
{
    d_noise.set_seed(seed);
    d_noise_2.set_seed(seed);
}

int interference_channel_cc_impl::work(int noutput_items,
                                       gr_vector_const_void_star& input_items,
                                       gr_vector_void_star& output_items)
{
    const auto* x1 = static_cast<const gr_complex*>(input_items[0]);
    const auto* x2 = static_cast<const gr_complex*>(input_items[1]);
    auto* y1 = static_cast<gr_complex*>(output_items[0]);
    auto* y2 = static_cast<gr_complex*>(output_items[1]);

    gr::thread::scoped_lock l(d_setlock);
    const gr_complex h11 = d_matrix[0], h12 = d_matrix[1];
    const gr_complex h21 = d_matrix[2], h22 = d_matrix[3];
    for (int i = 0; i < noutput_items; ++i) {
        y1[i] = h11 * x1[i] + h12 * x2[i];
        y2[i] = h21 * x1[i] + h22 * x2[i];
    }
    d_noise_2.set_n0(d_noise.n0());
    d_noise.add(y1, y1, noutput_items);
    d_noise_2.add(y2, y2, noutput_items);
    return noutput_items;
}

} // namespace dlcomm
} // namespace gr
