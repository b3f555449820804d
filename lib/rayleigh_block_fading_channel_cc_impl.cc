/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "rayleigh_block_fading_channel_cc_impl.h"
#include <gnuradio/io_signature.h>
#include <algorithm>

namespace gr {
namespace dlcomm {
namespace {

constexpr const char* block_name = "rayleigh_block_fading_channel_cc";

const pmt::pmt_t& tag_key()
{
    static const pmt::pmt_t key = pmt::mp("fading_gain");
    return key;
}

} // namespace

rayleigh_block_fading_channel_cc::sptr
rayleigh_block_fading_channel_cc::make(int block_length,
                                       double ebn0_db,
                                       double bits_per_sample,
                                       uint64_t seed,
                                       uint32_t stream,
                                       bool real_positive,
                                       bool tag_blocks)
{
    return with_name(block_name, [&] {
        return gnuradio::make_block_sptr<rayleigh_block_fading_channel_cc_impl>(
            channel::block_fading(block_length, real_positive, seed, stream),
            channel::awgn(ebn0_db, bits_per_sample, seed, stream),
            tag_blocks);
    });
}

rayleigh_block_fading_channel_cc_impl::rayleigh_block_fading_channel_cc_impl(
    const channel::block_fading& fading, const channel::awgn& noise, bool tag_blocks)
    : gr::sync_block(block_name,
                     gr::io_signature::make(1, 1, sizeof(gr_complex)),
                     gr::io_signature::make(1, 2, sizeof(gr_complex))),
      noise_controls(noise),
      d_fading(fading),
      d_tag_blocks(tag_blocks)
{
    // The scheduler knows no policy for "from the input to output 0 alone" once there is
    // an output 1; see move_tags().
    set_tag_propagation_policy(TPP_DONT);
}

void rayleigh_block_fading_channel_cc_impl::set_fading(bool fading)
{
    gr::thread::scoped_lock l(d_setlock);
    d_fading.set_fading(fading);
}

bool rayleigh_block_fading_channel_cc_impl::fading() const
{
    gr::thread::scoped_lock l(setlock());
    return d_fading.fading();
}

void rayleigh_block_fading_channel_cc_impl::begin_sequence(uint64_t seed)
{
    d_noise.set_seed(seed);
    d_fading.set_seed(seed);
}

bool rayleigh_block_fading_channel_cc_impl::start()
{
    // A stream that begins anew begins with a whole block, as its messages do.
    gr::thread::scoped_lock l(d_setlock);
    if (d_stream.begins(*this))
        d_fading.align();
    return sync_block::start();
}

// Tags of the signal stay with the signal: the gain is no delayed copy of it, and a
// decoder that reads both would see them twice.
void rayleigh_block_fading_channel_cc_impl::move_tags(int samples)
{
    get_tags_in_window(d_tags, 0, 0, samples);
    for (const auto& tag : d_tags)
        add_item_tag(0, tag);
}

int rayleigh_block_fading_channel_cc_impl::work(int noutput_items,
                                                gr_vector_const_void_star& input_items,
                                                gr_vector_void_star& output_items)
{
    const auto* in = static_cast<const gr_complex*>(input_items[0]);
    auto* out = static_cast<gr_complex*>(output_items[0]);
    auto* csi =
        output_items.size() > 1 ? static_cast<gr_complex*>(output_items[1]) : nullptr;

    gr::thread::scoped_lock l(d_setlock);
    for (int done = 0; done < noutput_items;) {
        const auto stretch = d_fading.next(noutput_items - done);
        if (stretch.begins_block && d_tag_blocks)
            add_item_tag(0,
                         nitems_written(0) + done,
                         tag_key(),
                         pmt::from_complex(stretch.gain),
                         alias_pmt());
        for (size_t i = done; i < done + stretch.length; ++i)
            out[i] = {
                stretch.gain.real() * in[i].real() - stretch.gain.imag() * in[i].imag(),
                stretch.gain.real() * in[i].imag() + stretch.gain.imag() * in[i].real()
            };
        if (csi)
            std::fill_n(csi + done, stretch.length, stretch.gain);
        done += static_cast<int>(stretch.length);
    }
    d_noise.add(out, out, noutput_items);
    move_tags(noutput_items);
    return noutput_items;
}

} // namespace dlcomm
} // namespace gr
