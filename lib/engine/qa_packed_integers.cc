/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "engine/packed_integers.h"
#include "engine/qa_model_writer.h"

#include <boost/test/unit_test.hpp>

using namespace gr::dlcomm::engine;

namespace {

struct fixture {
    qa::scratch_folder folder;
    qa::model model = qa::linear_decoder(2, 1, { 1, 2, 3, 4 }, { 5, 6 });

    onnx_file read() { return read_onnx_file(folder.write("model.onnx", model.bytes())); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(packed_integers, fixture)

BOOST_AUTO_TEST_CASE(integers_of_every_width_are_unpacked)
{
    using values = std::vector<int32_t>;
    const auto unpacked = [&](int32_t type, int64_t count, const std::string& raw) {
        model.initializers[0] = qa::raw_tensor("w", type, { count }, raw);
        const onnx_file file = read();
        values found;
        BOOST_REQUIRE(read_integers(file, file.initializers[0], 100, found));
        return found;
    };
    // The first element is in the lowest bits.
    BOOST_CHECK(unpacked(onnx_uint2, 5, "\xe4\x02") == (values{ 0, 1, 2, 3, 2 }));
    BOOST_CHECK(unpacked(onnx_int2, 5, "\xe4\x02") == (values{ 0, 1, -2, -1, -2 }));
    BOOST_CHECK(unpacked(onnx_uint4, 3, "\xf1\x08") == (values{ 1, 15, 8 }));
    BOOST_CHECK(unpacked(onnx_int4, 3, "\xf1\x08") == (values{ 1, -1, -8 }));
    BOOST_CHECK(unpacked(onnx_uint8, 2, "\x80\x7f") == (values{ 128, 127 }));
    BOOST_CHECK(unpacked(onnx_int8, 2, "\x80\x7f") == (values{ -128, 127 }));
    BOOST_CHECK(unpacked(onnx_int16, 2, std::string("\xfe\xff\x01\x02", 4)) ==
                (values{ -2, 513 }));
    BOOST_CHECK(unpacked(onnx_int32, 1, "\xfd\xff\xff\xff") == values{ -3 });
    BOOST_CHECK(unpacked(onnx_int64, 1, "\xfc\xff\xff\xff\xff\xff\xff\xff") ==
                values{ -4 });
    BOOST_CHECK(unpacked(onnx_uint4, 0, "").empty());
}

// The form that onnx.helper gives to scalars: one number after another.
BOOST_AUTO_TEST_CASE(listed_integers_are_read)
{
    std::vector<int32_t> found;
    const auto reads = [&](int32_t type, int64_t count, const qa::wire_writer& values) {
        model.initializers[0] =
            qa::wire_writer().integer(1, count).integer(2, type).append(values);
        const onnx_file file = read();
        return read_integers(file, file.initializers[0], 100, found);
    };
    using values = std::vector<int32_t>;
    const auto one = [](int field, int64_t value) {
        return qa::wire_writer().integer(field, static_cast<uint64_t>(value));
    };
    BOOST_CHECK(reads(onnx_uint8, 1, one(5, 255)) && found == values{ 255 });
    BOOST_CHECK(reads(onnx_int8, 1, one(5, -128)) && found == values{ -128 });
    BOOST_CHECK(reads(onnx_int32, 2, one(5, -7).integer(5, 8)) &&
                found == (values{ -7, 8 }));
    BOOST_CHECK(reads(onnx_int64, 1, one(7, -9)) && found == values{ -9 });
    BOOST_CHECK(!reads(onnx_uint8, 1, one(5, 256)));
    BOOST_CHECK(!reads(onnx_uint8, 1, one(5, -1)));
    BOOST_CHECK(!reads(onnx_int8, 1, one(5, 128)));
    BOOST_CHECK(!reads(onnx_int64, 1, one(7, int64_t(1) << 31)));
    BOOST_CHECK(!reads(onnx_uint8, 2, one(5, 1)));                 // too few
    BOOST_CHECK(!reads(onnx_uint4, 1, one(5, 1)));                 // two in a number
    BOOST_CHECK(!reads(onnx_uint8, 1, one(5, 1).bytes(9, "\x01"))); // in both places
    BOOST_CHECK(!reads(onnx_uint8, 1, one(5, 1).integer(11, 1)));
}

BOOST_AUTO_TEST_CASE(integers_that_are_not_plain_are_not_unpacked)
{
    std::vector<int32_t> found;
    const auto unpacks = [&](const qa::wire_writer& tensor, int64_t largest = 100) {
        model.initializers[0] = tensor;
        const onnx_file file = read();
        return read_integers(file, file.initializers[0], largest, found);
    };
    const auto tensor = [](int32_t type, int64_t count, const std::string& raw) {
        return qa::raw_tensor("w", type, { count }, raw);
    };
    BOOST_CHECK(unpacks(tensor(onnx_uint4, 4, "ab")));
    BOOST_CHECK(!unpacks(tensor(onnx_uint4, 4, "ab"), 3));
    for (const int64_t count : { -1, 2, 5, 1 << 30 })
        BOOST_CHECK(!unpacks(tensor(onnx_uint4, count, "ab")));
    for (const int32_t type : { 0, 1, 4, 9, 10, 12, 13, 17, 23, 99, -3 })
        BOOST_CHECK(!unpacks(tensor(type, 2, "abcd")));
    BOOST_CHECK(!unpacks(tensor(onnx_uint4, 4, "ab").integer(5, 3)));  // int32_data, too
    BOOST_CHECK(!unpacks(tensor(onnx_uint4, 4, "ab").integer(14, 1))); // elsewhere
    BOOST_CHECK(!unpacks(tensor(onnx_int64, 1, std::string("\0\0\0\0\1\0\0\0", 8))));
}

BOOST_AUTO_TEST_SUITE_END()
