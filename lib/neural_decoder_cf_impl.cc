/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "neural_decoder_cf_impl.h"

namespace gr {
namespace dlcomm {
namespace {

constexpr const char* block_name = "neural_decoder_cf";

} // namespace

neural_decoder_cf::sptr neural_decoder_cf::make(const std::string& model)
{
    return gnuradio::make_block_sptr<neural_decoder_cf_impl>(
        neural_decoder_cf_impl::load(block_name, model));
}

neural_decoder_cf_impl::neural_decoder_cf_impl(std::unique_ptr<engine::decoder> decoder)
    : gr::block(block_name, input_signature(*decoder), output_signature()),
      decoder_block(std::move(decoder), decoder->about().k)
{
}

uint64_t neural_decoder_cf_impl::decode(engine::decoder& decoder,
                                        const float* symbols,
                                        const float* csi,
                                        size_t messages,
                                        float* out)
{
    return decoder.llrs(symbols, csi, messages, out);
}

} // namespace dlcomm
} // namespace gr
