/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "burst/crc.h"
#include "burst_keys.h"
#include "engine/model_error.h"
#include "engine/model_store.h"
#include "last_messages.h"
#include "named_errors.h"
#include "neural_pdu_decoder_impl.h"
#include "pdu_fields.h"
#include <gnuradio/io_signature.h>

namespace gr {
namespace dlcomm {
namespace {

const burst_keys& keys = burst_keys::get();
constexpr const char* block_name = "neural_pdu_decoder";
const pmt::pmt_t failed_port = pmt::intern("failed");
const pmt::pmt_t bits_key = pmt::intern("bits");
const pmt::pmt_t bit_errors_key = pmt::intern("bit_errors");
const pmt::pmt_t reason_key = pmt::intern("reason");
const pmt::pmt_t crc_reason = pmt::intern("crc");
const pmt::pmt_t model_reason = pmt::intern("unknown model");
const pmt::pmt_t code_reason = pmt::intern("unknown code");
const pmt::pmt_t lengths_reason = pmt::intern("inconsistent lengths");
const pmt::pmt_t network_reason = pmt::intern("network");

std::unique_ptr<engine::decoder> load(const std::string& model)
{
    return with_name(block_name, [&] {
        return engine::decoder::load(engine::model_file(model, "decoder"));
    });
}

} // namespace

neural_pdu_decoder::sptr neural_pdu_decoder::make(const std::string& model, bool soft)
{
    return gnuradio::make_block_sptr<neural_pdu_decoder_impl>(load(model), soft);
}

neural_pdu_decoder_impl::neural_pdu_decoder_impl(std::unique_ptr<engine::decoder> decoder,
                                                 bool soft)
    : gr::block(
          block_name, gr::io_signature::make(0, 0, 0), gr::io_signature::make(0, 0, 0)),
      d_decoder(std::move(decoder)),
      d_link(burst::crc16(d_decoder->about().link)),
      d_soft(soft)
{
    message_port_register_in(keys.pdus);
    message_port_register_out(keys.pdus);
    message_port_register_out(failed_port);
    const auto handler = [this](const pmt::pmt_t& message) { take(message); };
    set_msg_handler(keys.pdus, handler);
    handle_last_messages(*this, keys.pdus, handler);
}

void neural_pdu_decoder_impl::set_model(const std::string& model)
{
    auto decoder = load(model);
    gr::thread::scoped_lock l(d_setlock);
    d_decoder.swap(decoder);
    d_link = burst::crc16(d_decoder->about().link);
}

void neural_pdu_decoder_impl::set_soft(bool soft)
{
    gr::thread::scoped_lock l(d_setlock);
    d_soft = soft;
}

std::string neural_pdu_decoder_impl::model() const
{
    gr::thread::scoped_lock l(setlock());
    return d_decoder->about().file;
}

bool neural_pdu_decoder_impl::soft() const
{
    gr::thread::scoped_lock l(setlock());
    return d_soft;
}

int neural_pdu_decoder_impl::n() const
{
    gr::thread::scoped_lock l(setlock());
    return d_decoder->about().n;
}

int neural_pdu_decoder_impl::k() const
{
    gr::thread::scoped_lock l(setlock());
    return d_decoder->about().k;
}

std::string neural_pdu_decoder_impl::executor() const
{
    gr::thread::scoped_lock l(setlock());
    return d_decoder->executor_name();
}

uint64_t neural_pdu_decoder_impl::locked(const uint64_t& counter) const
{
    gr::thread::scoped_lock l(setlock());
    return counter;
}

void neural_pdu_decoder_impl::take(const pmt::pmt_t& message)
{
    pmt::pmt_t fields = has_fields(message) ? pmt::car(message) : pmt::make_dict();
    pmt::pmt_t reason, payload;
    {
        gr::thread::scoped_lock l(d_setlock);
        reason = reason_against(message);
        if (!reason) {
            try {
                payload = decode(fields, pmt::cdr(message));
                reason = payload ? nullptr : crc_reason;
            } catch (const engine::model_error& error) {
                d_logger->error("{}; the burst is lost", error.what());
                reason = network_reason;
            }
        }
    }
    if (reason)
        message_port_pub(failed_port, pmt::dict_add(fields, reason_key, reason));
    else
        message_port_pub(keys.pdus, pmt::cons(fields, payload));
}

// Null: it can be decoded.
pmt::pmt_t neural_pdu_decoder_impl::reason_against(const pmt::pmt_t& message)
{
    if (!has_fields(message) || !pmt::is_c32vector(pmt::cdr(message))) {
        ++d_inconsistent;
        return lengths_reason;
    }
    const pmt::pmt_t fields = pmt::car(message);
    if (count_field(fields, keys.model) != d_link) {
        ++d_unknown_models;
        return model_reason;
    }
    const auto code = count_field(fields, keys.code);
    if (!code || *code > static_cast<uint64_t>(burst::code::cc)) {
        ++d_unknown_codes;
        return code_reason;
    }
    const auto length = count_field(fields, keys.length);
    const auto& link = d_decoder->about();
    if (!length || *length == 0 || *length > burst::most_payload_bytes ||
        burst::payload_plan(*length, static_cast<burst::code>(*code), link.n, link.k)
                .symbols != pmt::length(pmt::cdr(message))) {
        ++d_inconsistent;
        return lengths_reason;
    }
    return nullptr;
}

// The payload, or null when its CRC-32 does not hold.
pmt::pmt_t neural_pdu_decoder_impl::decode(pmt::pmt_t& fields, const pmt::pmt_t& symbols)
{
    size_t count;
    const gr_complex* samples = pmt::c32vector_elements(symbols, count);
    const auto result = d_payload_decoder.decode(
        *d_decoder,
        static_cast<burst::code>(*count_field(fields, keys.code)),
        d_soft,
        samples,
        *count_field(fields, keys.length),
        d_payload);
    if (d_nonfinite == 0 && result.nonfinite > 0)
        d_logger->warn("NaN or infinity in the symbols or the logits (said once; "
                       "nonfinite_messages() counts)");
    d_nonfinite += result.nonfinite;
    if (!result.intact) {
        ++d_crc_errors;
        return nullptr;
    }
    ++d_decoded;
    d_bits += result.bits;
    d_bit_errors += result.bit_errors;
    fields = with_count(fields, bits_key, result.bits);
    fields = with_count(fields, bit_errors_key, result.bit_errors);
    return pmt::init_u8vector(d_payload.size(), d_payload.data());
}

} // namespace dlcomm
} // namespace gr
