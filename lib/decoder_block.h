/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_DECODER_BLOCK_H
#define INCLUDED_DLCOMM_DECODER_BLOCK_H

#include "engine/decoder.h"
#include "engine/model_store.h"
#include "frame_ratio.h"
#include "lockable.h"
#include "named_errors.h"
#include <gnuradio/block.h>
#include <gnuradio/io_signature.h>
#include <volk/volk_alloc.hh>
#include <algorithm>

namespace gr {
namespace dlcomm {

/*!
 * \brief Everything that the hard and the soft neural decoder share.
 *
 * \tparam Interface the public block class
 * \tparam Output type of an output item
 *
 * The derived class says how many output items a message has and which of the engine's
 * two verbs makes them.
 */
template <class Interface, class Output>
class decoder_block : public lockable<Interface>
{
public:
    static std::unique_ptr<engine::decoder> load(const std::string& block,
                                                 const std::string& model)
    {
        return with_name(block, [&] {
            return engine::decoder::load(engine::model_file(model, "decoder"));
        });
    }

    void set_model(const std::string& model) override
    {
        auto decoder = load(this->name(), model);
        const auto& now = decoder->about();
        if (now.n != d_n || now.k != d_k || now.uses_csi != d_uses_csi)
            throw std::runtime_error(
                this->name() + ": model '" + now.file + "': (n, k) is " +
                link_text(now.n, now.k, now.uses_csi) + ", expected " +
                link_text(d_n, d_k, d_uses_csi) + " as of the model it replaces");
        gr::thread::scoped_lock l(this->d_setlock);
        d_decoder.swap(decoder);
        log_executor();
    }

    std::string model() const override
    {
        gr::thread::scoped_lock l(this->setlock());
        return d_decoder->about().file;
    }

    std::string executor() const override
    {
        gr::thread::scoped_lock l(this->setlock());
        return d_decoder->executor_name();
    }

    uint64_t nonfinite_messages() const override
    {
        gr::thread::scoped_lock l(this->setlock());
        return d_nonfinite;
    }

    int n() const override { return d_n; }
    int k() const override { return d_k; }
    bool uses_csi() const override { return d_uses_csi; }

    void forecast(int noutput_items, gr_vector_int& ninput_items_required) override
    {
        const int frames = noutput_items / (d_frame.messages * d_items_per_message);
        std::fill(ninput_items_required.begin(),
                  ninput_items_required.end(),
                  frames * d_frame.samples);
    }

    int general_work(int noutput_items,
                     gr_vector_int& ninput_items,
                     gr_vector_const_void_star& input_items,
                     gr_vector_void_star& output_items) override
    {
        const int available = *std::min_element(ninput_items.begin(), ninput_items.end());
        const int frames =
            std::min(noutput_items / (d_frame.messages * d_items_per_message),
                     available / d_frame.samples);
        const int messages = frames * d_frame.messages;

        gr::thread::scoped_lock l(this->d_setlock);
        const uint64_t before = d_nonfinite;
        try {
            run(input_items, messages, static_cast<Output*>(output_items[0]));
        } catch (const engine::model_error& error) {
            this->d_logger->error("{}; the flowgraph ends here", error.what());
            return gr::block::WORK_DONE;
        }
        if (before == 0 && d_nonfinite > 0)
            this->d_logger->warn("NaN or infinity in the input or the logits (said once; "
                                 "nonfinite_messages() counts)");
        move_tags(frames * d_frame.samples);
        this->consume_each(frames * d_frame.samples);
        return messages * d_items_per_message;
    }

protected:
    static gr::io_signature::sptr input_signature(const engine::decoder& decoder)
    {
        const int streams = decoder.about().uses_csi ? 2 : 1;
        return gr::io_signature::make(streams, streams, sizeof(gr_complex));
    }

    static gr::io_signature::sptr output_signature()
    {
        return gr::io_signature::make(1, 1, sizeof(Output));
    }

    // gr::block is a virtual base: the derived class constructs it, before this.
    decoder_block(std::unique_ptr<engine::decoder>&& decoder, int items_per_message)
        : d_n(decoder->about().n),
          d_k(decoder->about().k),
          d_uses_csi(decoder->about().uses_csi),
          d_frame(d_n),
          d_items_per_message(items_per_message),
          d_decoder(std::move(decoder)),
          d_csi(d_uses_csi ? engine::executor::largest_batch : 0)
    {
        this->set_output_multiple(d_frame.messages * d_items_per_message);
        this->set_relative_rate(d_frame.messages * d_items_per_message, d_frame.samples);
        // The scheduler would round a tag to the nearest message; see move_tags().
        this->set_tag_propagation_policy(gr::block::TPP_DONT);
        log_executor();
    }

    //! Decode messages; returns how many were not finite.
    virtual uint64_t decode(engine::decoder& decoder,
                            const float* symbols,
                            const float* csi,
                            size_t messages,
                            Output* out) = 0;

private:
    void log_executor() const
    {
        this->d_logger->debug("({:d}, {:d}) link {} runs on executor {}",
                              d_n,
                              d_k,
                              d_decoder->about().link,
                              d_decoder->executor_name());
    }

    static std::string link_text(int n, int k, bool uses_csi)
    {
        return "(" + std::to_string(n) + ", " + std::to_string(k) +
               (uses_csi ? ") with csi" : ") without csi");
    }

    void run(gr_vector_const_void_star& input_items, size_t messages, Output* out)
    {
        const auto* symbols = static_cast<const float*>(input_items[0]);
        if (!d_uses_csi) {
            d_nonfinite += decode(*d_decoder, symbols, nullptr, messages, out);
            return;
        }
        // Of the gains per sample the network wants the one at each message's start.
        const auto* gains = static_cast<const gr_complex*>(input_items[1]);
        for (size_t done = 0; done < messages; done += d_csi.size()) {
            const size_t count = std::min(d_csi.size(), messages - done);
            for (size_t b = 0; b < count; ++b)
                d_csi[b] = gains[d_frame.sample_of(done + b)];
            d_nonfinite += decode(*d_decoder,
                                  symbols + done * d_n,
                                  reinterpret_cast<const float*>(d_csi.data()),
                                  count,
                                  out + done * d_items_per_message);
        }
    }

    // A tag on a sample moves to the message that begins there or that it belongs to.
    void move_tags(uint64_t samples)
    {
        for (size_t port = 0; port < (d_uses_csi ? 2 : 1); ++port) {
            const uint64_t begin = this->nitems_read(port);
            this->get_tags_in_range(d_tags, port, begin, begin + samples);
            for (auto& tag : d_tags) {
                tag.offset = d_frame.message_of(tag.offset) * d_items_per_message;
                this->add_item_tag(0, tag);
            }
        }
    }

    const int d_n, d_k;
    const bool d_uses_csi;
    const frame_ratio d_frame;
    const int d_items_per_message;
    std::unique_ptr<engine::decoder> d_decoder;
    volk::vector<gr_complex> d_csi;
    uint64_t d_nonfinite = 0;
    std::vector<tag_t> d_tags;
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_DECODER_BLOCK_H */
