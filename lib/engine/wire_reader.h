/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ENGINE_WIRE_READER_H
#define INCLUDED_DLCOMM_ENGINE_WIRE_READER_H

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>

namespace gr {
namespace dlcomm {
namespace engine {

//! The bytes are not a well-formed protocol-buffer message.
class wire_error : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/*!
 * \brief Walks the fields of one protocol-buffer message, never past its end.
 *
 * Usage: while (r.next()) switch (r.field()) { ... }. Every getter throws wire_error when
 * the field has another wire type. See the encoding chapter of the protobuf guide.
 */
class wire_reader
{
public:
    wire_reader(const char* begin, const char* end) : d_at(begin), d_end(end) {}

    bool next()
    {
        if (d_at == d_end)
            return false;
        const uint64_t key = varint();
        d_field = static_cast<int>(key >> 3);
        d_type = static_cast<int>(key & 7);
        if (d_field < 1 || (key >> 3) > 0x1fffffff)
            throw wire_error("field number out of range");
        switch (d_type) {
        case 0:
            d_value = varint();
            break;
        case 1:
            d_payload = take(8);
            break;
        case 2: {
            const uint64_t length = varint();
            if (length > static_cast<uint64_t>(d_end - d_at))
                throw wire_error("a field is longer than the message that holds it");
            d_payload_size = length;
            d_payload = take(length);
            break;
        }
        case 5:
            d_payload = take(4);
            break;
        default:
            throw wire_error("unknown wire type " + std::to_string(d_type));
        }
        return true;
    }

    int field() const { return d_field; }
    bool is_bytes() const { return d_type == 2; }

    int64_t integer() const
    {
        expect(0);
        return static_cast<int64_t>(d_value);
    }

    float real() const
    {
        expect(5);
        float x;
        std::memcpy(&x, d_payload, 4);
        return x;
    }

    const char* data() const
    {
        expect(2);
        return d_payload;
    }

    size_t size() const
    {
        expect(2);
        return d_payload_size;
    }

    std::string text() const { return std::string(data(), size()); }

    wire_reader message() const { return wire_reader(data(), data() + size()); }

    //! Unsigned variable-length integer at the cursor (also: packed repeated integers).
    uint64_t varint()
    {
        uint64_t value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            const auto byte = static_cast<unsigned char>(*take(1));
            value |= static_cast<uint64_t>(byte & 0x7f) << shift;
            if (!(byte & 0x80))
                return value;
        }
        throw wire_error("an integer is longer than ten bytes");
    }

    bool at_end() const { return d_at == d_end; }

private:
    const char* take(uint64_t count)
    {
        if (count > static_cast<uint64_t>(d_end - d_at))
            throw wire_error("the data ends inside a field");
        const char* here = d_at;
        d_at += count;
        return here;
    }

    void expect(int type) const
    {
        if (d_type != type)
            throw wire_error("field " + std::to_string(d_field) + " has wire type " +
                             std::to_string(d_type) + ", expected " +
                             std::to_string(type));
    }

    const char* d_at;
    const char* d_end;
    int d_field = 0;
    int d_type = 0;
    uint64_t d_value = 0;
    const char* d_payload = nullptr;
    size_t d_payload_size = 0;
};

} // namespace engine
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ENGINE_WIRE_READER_H */
