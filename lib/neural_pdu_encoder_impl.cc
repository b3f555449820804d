/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "burst/crc.h"
#include "burst_keys.h"
#include "engine/model_store.h"
#include "last_messages.h"
#include "named_errors.h"
#include "neural_pdu_encoder_impl.h"
#include "pdu_fields.h"
#include <gnuradio/io_signature.h>

namespace gr {
namespace dlcomm {
namespace {

const burst_keys& keys = burst_keys::get();
constexpr const char* block_name = "neural_pdu_encoder";
constexpr uint64_t largest_sequence = 0xffffffff;

std::shared_ptr<const engine::encoder_table> load(const std::string& model)
{
    return with_name(block_name, [&] {
        return engine::encoder_table::load(engine::model_file(model, "encoder"));
    });
}

burst::code code_of(const std::string& name)
{
    if (name == "none")
        return burst::code::none;
    if (name == "cc")
        return burst::code::cc;
    throw std::invalid_argument(std::string(block_name) + ": code is '" + name +
                                "', expected 'none' or 'cc'");
}

} // namespace

neural_pdu_encoder::sptr neural_pdu_encoder::make(const std::string& model,
                                                  const std::string& code)
{
    const burst::code outer = code_of(code);
    return gnuradio::make_block_sptr<neural_pdu_encoder_impl>(load(model), outer);
}

neural_pdu_encoder_impl::neural_pdu_encoder_impl(
    std::shared_ptr<const engine::encoder_table> table, burst::code outer)
    : gr::block(
          block_name, gr::io_signature::make(0, 0, 0), gr::io_signature::make(0, 0, 0)),
      d_table(table),
      d_outer(outer)
{
    message_port_register_in(keys.pdus);
    message_port_register_out(keys.pdus);
    const auto handler = [this](const pmt::pmt_t& message) { take(message); };
    set_msg_handler(keys.pdus, handler);
    handle_last_messages(*this, keys.pdus, handler);
}

void neural_pdu_encoder_impl::set_model(const std::string& model)
{
    auto table = load(model);
    gr::thread::scoped_lock l(d_setlock);
    d_table.swap(table);
}

void neural_pdu_encoder_impl::set_code(const std::string& code)
{
    const burst::code outer = code_of(code);
    gr::thread::scoped_lock l(d_setlock);
    d_outer = outer;
}

std::string neural_pdu_encoder_impl::model() const
{
    gr::thread::scoped_lock l(setlock());
    return d_table->about().file;
}

std::string neural_pdu_encoder_impl::code() const
{
    gr::thread::scoped_lock l(setlock());
    return d_outer == burst::code::cc ? "cc" : "none";
}

int neural_pdu_encoder_impl::n() const
{
    gr::thread::scoped_lock l(setlock());
    return d_table->about().n;
}

int neural_pdu_encoder_impl::k() const
{
    gr::thread::scoped_lock l(setlock());
    return d_table->about().k;
}

int neural_pdu_encoder_impl::max_payload() const
{
    gr::thread::scoped_lock l(setlock());
    return static_cast<int>(largest());
}

uint64_t neural_pdu_encoder_impl::encoded() const
{
    gr::thread::scoped_lock l(setlock());
    return d_encoded;
}

uint64_t neural_pdu_encoder_impl::refused() const
{
    gr::thread::scoped_lock l(setlock());
    return d_refused;
}

size_t neural_pdu_encoder_impl::largest() const
{
    return burst::largest_payload_bytes(d_outer, d_table->about().n, d_table->about().k);
}

void neural_pdu_encoder_impl::take(const pmt::pmt_t& message)
{
    pmt::pmt_t encoded;
    {
        gr::thread::scoped_lock l(d_setlock);
        const std::string reason = why_not(message);
        if (!reason.empty()) {
            ++d_refused;
            d_logger->warn("refused: {}", reason);
            return;
        }
        encoded = encode(message);
    }
    message_port_pub(keys.pdus, encoded);
}

// Empty: nothing is wrong with it.
std::string neural_pdu_encoder_impl::why_not(const pmt::pmt_t& message) const
{
    if (!has_fields(message) || !pmt::is_u8vector(pmt::cdr(message)))
        return "found no pair of a dictionary and a vector of bytes";
    const size_t length = pmt::length(pmt::cdr(message));
    if (length == 0 || length > largest())
        return "payload has " + std::to_string(length) + " bytes, expected 1 to " +
               std::to_string(largest());
    if (pmt::dict_has_key(pmt::car(message), keys.sequence)) {
        const auto sequence = count_field(pmt::car(message), keys.sequence);
        if (!sequence || *sequence > largest_sequence)
            return "sequence is " +
                   pmt::write_string(
                       pmt::dict_ref(pmt::car(message), keys.sequence, pmt::PMT_NIL)) +
                   ", expected an integer from 0 to " + std::to_string(largest_sequence);
    }
    return {};
}

pmt::pmt_t neural_pdu_encoder_impl::encode(const pmt::pmt_t& message)
{
    size_t length;
    const uint8_t* payload = pmt::u8vector_elements(pmt::cdr(message), length);
    const auto& symbols = d_encoder.encode(d_outer, *d_table, payload, length);

    pmt::pmt_t fields = pmt::car(message);
    const uint64_t sequence =
        count_field(fields, keys.sequence).value_or(d_next_sequence);
    d_next_sequence = (sequence + 1) & largest_sequence;
    ++d_encoded;
    fields = with_count(fields, keys.model, burst::crc16(d_table->about().link));
    fields = with_count(fields, keys.code, static_cast<uint64_t>(d_outer));
    fields = with_count(fields, keys.length, length);
    fields = with_count(fields, keys.sequence, sequence);
    return pmt::cons(fields, pmt::init_c32vector(symbols.size(), symbols.data()));
}

} // namespace dlcomm
} // namespace gr
