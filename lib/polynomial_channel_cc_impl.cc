/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "polynomial_channel_cc_impl.h"
#include <gnuradio/io_signature.h>

namespace gr {
namespace dlcomm {
namespace {

constexpr const char* block_name = "polynomial_channel_cc";

} // namespace

polynomial_channel_cc::sptr
polynomial_channel_cc::make(const std::vector<float>& coefficients,
                            double ebn0_db,
                            double bits_per_sample,
                            uint64_t seed,
                            uint32_t stream)
{
    return with_name(block_name, [&] {
        return gnuradio::make_block_sptr<polynomial_channel_cc_impl>(
            channel::polynomial(coefficients),
            channel::awgn(ebn0_db, bits_per_sample, seed, stream));
    });
}

polynomial_channel_cc_impl::polynomial_channel_cc_impl(
    const channel::polynomial& polynomial, const channel::awgn& noise)
    : gr::sync_block(block_name,
                     gr::io_signature::make(1, 1, sizeof(gr_complex)),
                     gr::io_signature::make(1, 1, sizeof(gr_complex))),
      noise_controls(noise),
      d_polynomial(polynomial)
{
}

void polynomial_channel_cc_impl::set_coefficients(const std::vector<float>& coefficients)
{
    with_name(block_name, [&] {
        const channel::polynomial polynomial(coefficients);
        gr::thread::scoped_lock l(d_setlock);
        d_polynomial = polynomial;
    });
}

std::vector<float> polynomial_channel_cc_impl::coefficients() const
{
    gr::thread::scoped_lock l(setlock());
    return d_polynomial.coefficients();
}

int polynomial_channel_cc_impl::work(int noutput_items,
                                     gr_vector_const_void_star& input_items,
                                     gr_vector_void_star& output_items)
{
    auto* out = static_cast<gr_complex*>(output_items[0]);
    gr::thread::scoped_lock l(d_setlock);
    d_polynomial.evaluate(static_cast<const float*>(input_items[0]),
                          reinterpret_cast<float*>(out),
                          2 * static_cast<size_t>(noutput_items));
    d_noise.add(out, out, noutput_items);
    return noutput_items;
}

} // namespace dlcomm
} // namespace gr
