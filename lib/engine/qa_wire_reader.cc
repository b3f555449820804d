/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "engine/qa_model_writer.h"
#include "engine/wire_reader.h"

#include <boost/test/unit_test.hpp>
#include <limits>
#include <random>

using namespace gr::dlcomm::engine;
using qa::wire_writer;

namespace {

wire_reader reader(const std::string& bytes)
{
    return wire_reader(bytes.data(), bytes.data() + bytes.size());
}

// Walk everything, into messages as far as they are some; returns the number of fields.
size_t walk(wire_reader r, int depth)
{
    size_t fields = 0;
    while (r.next()) {
        ++fields;
        if (!r.is_bytes())
            continue;
        BOOST_REQUIRE_EQUAL(r.text().size(), r.size());
        try {
            if (depth > 0)
                fields += walk(r.message(), depth - 1);
        } catch (const wire_error&) {
            // bytes that are no message
        }
    }
    return fields;
}

} // namespace

BOOST_AUTO_TEST_CASE(fields_come_back_as_written)
{
    const uint64_t values[] = { 0, 1, 127, 128, 300, uint64_t(1) << 32, ~uint64_t(0) };
    wire_writer w;
    for (const uint64_t value : values)
        w.integer(3, value);
    w.real(7, -1.5f).bytes(536870911, "text").message(1, wire_writer().integer(2, 9));
    wire_reader r = reader(w.str());
    for (const uint64_t value : values) {
        BOOST_REQUIRE(r.next());
        BOOST_CHECK_EQUAL(r.field(), 3);
        BOOST_CHECK(!r.is_bytes());
        BOOST_CHECK_EQUAL(static_cast<uint64_t>(r.integer()), value);
    }
    BOOST_REQUIRE(r.next());
    BOOST_CHECK_EQUAL(r.real(), -1.5f);
    BOOST_REQUIRE(r.next());
    BOOST_CHECK_EQUAL(r.field(), 536870911);
    BOOST_CHECK_EQUAL(r.text(), "text");
    BOOST_CHECK_EQUAL(r.size(), 4u);
    BOOST_REQUIRE(r.next());
    wire_reader inner = r.message();
    BOOST_REQUIRE(inner.next());
    BOOST_CHECK_EQUAL(inner.integer(), 9);
    BOOST_CHECK(!inner.next());
    BOOST_CHECK(!r.next());
    BOOST_CHECK(r.at_end());
}

BOOST_AUTO_TEST_CASE(packed_integers_are_read_at_the_cursor)
{
    wire_writer packed;
    for (const uint64_t value : { 5, 1000, 0 })
        packed.varint(value);
    wire_reader r = reader(packed.str());
    BOOST_CHECK_EQUAL(r.varint(), 5u);
    BOOST_CHECK_EQUAL(r.varint(), 1000u);
    BOOST_CHECK_EQUAL(r.varint(), 0u);
    BOOST_CHECK(r.at_end());
    BOOST_CHECK_THROW(r.varint(), wire_error);
}

BOOST_AUTO_TEST_CASE(another_wire_type_is_an_error)
{
    const std::string bytes =
        wire_writer().integer(1, 4).real(2, 1.0f).bytes(3, "x").str() +
        std::string("\x21") + "12345678"; // field 4, eight bytes
    wire_reader r = reader(bytes);
    r.next();
    BOOST_CHECK_THROW(r.real(), wire_error);
    BOOST_CHECK_THROW(r.text(), wire_error);
    BOOST_CHECK_THROW(r.message(), wire_error);
    r.next();
    BOOST_CHECK_THROW(r.integer(), wire_error);
    BOOST_CHECK_THROW(r.size(), wire_error);
    r.next();
    BOOST_CHECK_THROW(r.integer(), wire_error);
    BOOST_CHECK_THROW(r.real(), wire_error);
    r.next();
    BOOST_CHECK_EQUAL(r.field(), 4);
    BOOST_CHECK_THROW(r.integer(), wire_error);
    BOOST_CHECK_THROW(r.data(), wire_error);
    BOOST_CHECK(!r.next());
}

BOOST_AUTO_TEST_CASE(malformed_bytes_are_errors)
{
    const std::string malformed[] = {
        std::string("\x00", 1),                     // field number 0
        "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", // field number too large
        "\x80\x80\x80\x80\x10\x01",                 // just above the largest
        "\x0b",
        "\x0c",
        "\x0e",
        "\x0f",                                             // groups and unknown types
        "\x08",                                             // no value
        "\x08\x80",                                         // value without an end
        "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", // eleven bytes
        "\x0a\x02x",                                        // longer than the data
        "\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01x",    // longest possible
        "\x0d\x01\x02\x03",                                 // three of four bytes
        "\x09\x01\x02\x03\x04\x05\x06\x07",                 // seven of eight bytes
    };
    for (const auto& bytes : malformed)
        BOOST_CHECK_THROW(reader(bytes).next(), wire_error);
    BOOST_CHECK(!reader("").next());
}

BOOST_AUTO_TEST_CASE(every_prefix_ends_at_a_field_or_in_an_error)
{
    const std::string bytes = qa::linear_decoder(2, 1, { 1, 2, 3, 4 }, { 5, 6 }).bytes();
    for (size_t length = 0; length < bytes.size(); ++length) {
        // A copy of its own, so that reading past its end is seen by a sanitizer.
        const std::vector<char> prefix(bytes.begin(), bytes.begin() + length);
        try {
            walk(wire_reader(prefix.data(), prefix.data() + length), 8);
        } catch (const wire_error&) {
            continue;
        }
    }
    BOOST_CHECK_GT(walk(reader(bytes), 8), 40u);
}

BOOST_AUTO_TEST_CASE(random_bytes_never_lead_outside)
{
    std::mt19937 engine(12);
    for (int i = 0; i < 20000; ++i) {
        std::vector<char> bytes(engine() % 64);
        for (auto& byte : bytes)
            byte = static_cast<char>(engine() % (i % 2 ? 256 : 32));
        try {
            walk(wire_reader(bytes.data(), bytes.data() + bytes.size()), 8);
        } catch (const wire_error&) {
            continue;
        }
    }
}
