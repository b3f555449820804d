/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "engine/model_store.h"
#include "named_errors.h"
#include "neural_encoder_bc_impl.h"
#include <gnuradio/io_signature.h>
#include <algorithm>

namespace gr {
namespace dlcomm {
namespace {

constexpr const char* block_name = "neural_encoder_bc";

std::shared_ptr<const engine::encoder_table> load(const std::string& model)
{
    return with_name(block_name, [&] {
        return engine::encoder_table::load(engine::model_file(model, "encoder"));
    });
}

} // namespace

neural_encoder_bc::sptr neural_encoder_bc::make(const std::string& model)
{
    return gnuradio::make_block_sptr<neural_encoder_bc_impl>(load(model));
}

neural_encoder_bc_impl::neural_encoder_bc_impl(
    std::shared_ptr<const engine::encoder_table> table)
    : gr::block(block_name,
                gr::io_signature::make(1, 1, sizeof(uint8_t)),
                gr::io_signature::make(1, 1, sizeof(gr_complex))),
      d_table(table),
      d_frame(table->about().n),
      d_k(table->about().k)
{
    set_output_multiple(d_frame.samples);
    set_relative_rate(d_frame.samples, d_frame.messages);
    // The scheduler would round a tag to the nearest sample; see move_tags().
    set_tag_propagation_policy(TPP_DONT);
}

void neural_encoder_bc_impl::set_model(const std::string& model)
{
    auto table = load(model);
    const auto& about = table->about();
    if (about.n != n() || about.k != k())
        throw std::runtime_error(std::string(block_name) + ": model '" + about.file +
                                 "': (n, k) is (" + std::to_string(about.n) + ", " +
                                 std::to_string(about.k) + "), expected (" +
                                 std::to_string(n()) + ", " + std::to_string(k()) +
                                 ") as of the model it replaces");
    gr::thread::scoped_lock l(d_setlock);
    d_table.swap(table);
}

std::string neural_encoder_bc_impl::model() const
{
    gr::thread::scoped_lock l(setlock());
    return d_table->about().file;
}

std::vector<float> neural_encoder_bc_impl::codebook() const
{
    gr::thread::scoped_lock l(setlock());
    return d_table->codebook();
}

uint64_t neural_encoder_bc_impl::out_of_range() const
{
    gr::thread::scoped_lock l(setlock());
    return d_out_of_range;
}

void neural_encoder_bc_impl::forecast(int noutput_items,
                                      gr_vector_int& ninput_items_required)
{
    ninput_items_required[0] = noutput_items / d_frame.samples * d_frame.messages;
}

// A tag on a message moves to the sample on which the message begins.
void neural_encoder_bc_impl::move_tags(uint64_t messages)
{
    get_tags_in_range(d_tags, 0, nitems_read(0), nitems_read(0) + messages);
    for (auto& tag : d_tags) {
        tag.offset = d_frame.sample_of(tag.offset);
        add_item_tag(0, tag);
    }
}

int neural_encoder_bc_impl::general_work(int noutput_items,
                                         gr_vector_int& ninput_items,
                                         gr_vector_const_void_star& input_items,
                                         gr_vector_void_star& output_items)
{
    const int frames =
        std::min(noutput_items / d_frame.samples, ninput_items[0] / d_frame.messages);
    const int messages = frames * d_frame.messages;
    gr::thread::scoped_lock l(d_setlock);
    const uint64_t out_of_range =
        d_table->encode(static_cast<const uint8_t*>(input_items[0]),
                        messages,
                        static_cast<float*>(output_items[0]));
    if (out_of_range > 0 && d_out_of_range == 0)
        d_logger->warn("input byte above {:d}: its low {:d} bits are sent (said once; "
                       "out_of_range() counts)",
                       (1 << d_k) - 1,
                       d_k);
    d_out_of_range += out_of_range;
    move_tags(messages);
    consume_each(messages);
    return frames * d_frame.samples;
}

} // namespace dlcomm
} // namespace gr
