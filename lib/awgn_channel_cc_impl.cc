/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "awgn_channel_cc_impl.h"
#include <gnuradio/io_signature.h>

namespace gr {
namespace dlcomm {
namespace {

constexpr const char* block_name = "awgn_channel_cc";

} // namespace

awgn_channel_cc::sptr awgn_channel_cc::make(double ebn0_db,
                                            double bits_per_sample,
                                            uint64_t seed,
                                            uint32_t stream)
{
    return with_name(block_name, [&] {
        return gnuradio::make_block_sptr<awgn_channel_cc_impl>(
            channel::awgn(ebn0_db, bits_per_sample, seed, stream));
    });
}

awgn_channel_cc_impl::awgn_channel_cc_impl(const channel::awgn& noise)
    : gr::sync_block(block_name,
                     gr::io_signature::make(1, 1, sizeof(gr_complex)),
                     gr::io_signature::make(1, 1, sizeof(gr_complex))),
      noise_controls(noise)
{
}

int awgn_channel_cc_impl::work(int noutput_items,
                               gr_vector_const_void_star& input_items,
                               gr_vector_void_star& output_items)
{
    gr::thread::scoped_lock l(d_setlock);
    d_noise.add(static_cast<const gr_complex*>(input_items[0]),
                static_cast<gr_complex*>(output_items[0]),
                noutput_items);
    return noutput_items;
}

} // namespace dlcomm
} // namespace gr
