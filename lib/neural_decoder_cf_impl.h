/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_NEURAL_DECODER_CF_IMPL_H
#define INCLUDED_DLCOMM_NEURAL_DECODER_CF_IMPL_H

#include "decoder_block.h"
#include <gnuradio/dlcomm/neural_decoder_cf.h>

namespace gr {
namespace dlcomm {

class neural_decoder_cf_impl : public decoder_block<neural_decoder_cf, float>
{
public:
    explicit neural_decoder_cf_impl(std::unique_ptr<engine::decoder> decoder);

protected:
    uint64_t decode(engine::decoder& decoder,
                    const float* symbols,
                    const float* csi,
                    size_t messages,
                    float* out) override;
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_NEURAL_DECODER_CF_IMPL_H */
