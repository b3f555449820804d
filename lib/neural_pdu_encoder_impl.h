/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_NEURAL_PDU_ENCODER_IMPL_H
#define INCLUDED_DLCOMM_NEURAL_PDU_ENCODER_IMPL_H

#include "burst/payload_encoder.h"
#include "lockable.h"
#include <gnuradio/dlcomm/neural_pdu_encoder.h>

namespace gr {
namespace dlcomm {

class neural_pdu_encoder_impl : public lockable<neural_pdu_encoder>
{
public:
    neural_pdu_encoder_impl(std::shared_ptr<const engine::encoder_table> table,
                            burst::code outer);

    void set_model(const std::string& model) override;
    void set_code(const std::string& code) override;
    std::string model() const override;
    std::string code() const override;
    int n() const override;
    int k() const override;
    int max_payload() const override;
    uint64_t encoded() const override;
    uint64_t refused() const override;

private:
    void take(const pmt::pmt_t& message);
    std::string why_not(const pmt::pmt_t& message) const;
    pmt::pmt_t encode(const pmt::pmt_t& message);
    size_t largest() const;

    std::shared_ptr<const engine::encoder_table> d_table;
    burst::code d_outer;
    burst::payload_encoder d_encoder;
    uint64_t d_next_sequence = 0;
    uint64_t d_encoded = 0;
    uint64_t d_refused = 0;
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_NEURAL_PDU_ENCODER_IMPL_H */
