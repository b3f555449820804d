/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_NEURAL_PDU_DECODER_IMPL_H
#define INCLUDED_DLCOMM_NEURAL_PDU_DECODER_IMPL_H

#include "burst/payload_decoder.h"
#include "lockable.h"
#include <gnuradio/dlcomm/neural_pdu_decoder.h>

namespace gr {
namespace dlcomm {

class neural_pdu_decoder_impl : public lockable<neural_pdu_decoder>
{
public:
    neural_pdu_decoder_impl(std::unique_ptr<engine::decoder> decoder, bool soft);

    void set_model(const std::string& model) override;
    void set_soft(bool soft) override;
    std::string model() const override;
    bool soft() const override;
    int n() const override;
    int k() const override;
    std::string executor() const override;
    uint64_t decoded() const override { return locked(d_decoded); }
    uint64_t crc_errors() const override { return locked(d_crc_errors); }
    uint64_t unknown_models() const override { return locked(d_unknown_models); }
    uint64_t unknown_codes() const override { return locked(d_unknown_codes); }
    uint64_t inconsistent_lengths() const override { return locked(d_inconsistent); }
    uint64_t bits() const override { return locked(d_bits); }
    uint64_t bit_errors() const override { return locked(d_bit_errors); }
    uint64_t nonfinite_messages() const override { return locked(d_nonfinite); }

private:
    uint64_t locked(const uint64_t& counter) const;
    void take(const pmt::pmt_t& message);
    pmt::pmt_t reason_against(const pmt::pmt_t& message);
    pmt::pmt_t decode(pmt::pmt_t& fields, const pmt::pmt_t& symbols);

    std::unique_ptr<engine::decoder> d_decoder;
    uint16_t d_link;
    bool d_soft;
    burst::payload_decoder d_payload_decoder;
    std::vector<uint8_t> d_payload;
    uint64_t d_decoded = 0;
    uint64_t d_crc_errors = 0;
    uint64_t d_unknown_models = 0;
    uint64_t d_unknown_codes = 0;
    uint64_t d_inconsistent = 0;
    uint64_t d_bits = 0;
    uint64_t d_bit_errors = 0;
    uint64_t d_nonfinite = 0;
};

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_NEURAL_PDU_DECODER_IMPL_H */
