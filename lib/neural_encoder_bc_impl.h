/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_NEURAL_ENCODER_BC_IMPL_H
#define INCLUDED_DLCOMM_NEURAL_ENCODER_BC_IMPL_H

#include "engine/encoder_table.h"
#include "frame_ratio.h"
#include "lockable.h"
#include <gnuradio/dlcomm/neural_encoder_bc.h>

namespace gr {
namespace dlcomm {

class neural_encoder_bc_impl : public lockable<neural_encoder_bc>
{
public:
    explicit neural_encoder_bc_impl(std::shared_ptr<const engine::encoder_table> table);

    void set_model(const std::string& model) override;
    std::string model() const override;
    int n() const override { return d_frame.n; }
    int k() const override { return d_k; }
    std::vector<float> codebook() const override;
    uint64_t out_of_range() const override;

    void forecast(int noutput_items, gr_vector_int& ninput_items_required) override;
    int general_work(int noutput_items,
                     gr_vector_int& ninput_items,
                     gr_vector_const_void_star& input_items,
                     gr_vector_void_star& output_items) override;

private:
    void move_tags(uint64_t messages);

    std::shared_ptr<const engine::encoder_table> d_table;
    const frame_ratio d_frame;
    const int d_k;
    uint64_t d_out_of_range = 0;
    std::vector<tag_t> d_tags;
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_NEURAL_ENCODER_BC_IMPL_H */
