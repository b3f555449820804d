/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ENGINE_QA_MODEL_WRITER_H
#define INCLUDED_DLCOMM_ENGINE_QA_MODEL_WRITER_H

#include "engine/onnx_file.h"

#include <stdlib.h>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace gr {
namespace dlcomm {
namespace engine {
namespace qa {

//! Writes the fields of one protocol-buffer message.
class wire_writer
{
public:
    wire_writer& integer(int field, uint64_t value)
    {
        varint(uint64_t(field) << 3);
        varint(value);
        return *this;
    }

    wire_writer& real(int field, float value)
    {
        varint(uint64_t(field) << 3 | 5);
        d_bytes.append(reinterpret_cast<const char*>(&value), sizeof(value));
        return *this;
    }

    wire_writer& bytes(int field, const std::string& value)
    {
        varint(uint64_t(field) << 3 | 2);
        varint(value.size());
        d_bytes += value;
        return *this;
    }

    wire_writer& message(int field, const wire_writer& value)
    {
        return bytes(field, value.str());
    }

    //! The fields of another message as further ones of this.
    wire_writer& append(const wire_writer& fields)
    {
        d_bytes += fields.str();
        return *this;
    }

    void varint(uint64_t value)
    {
        for (; value > 0x7f; value >>= 7)
            d_bytes += static_cast<char>((value & 0x7f) | 0x80);
        d_bytes += static_cast<char>(value);
    }

    const std::string& str() const { return d_bytes; }

private:
    std::string d_bytes;
};

//! A TensorProto of float32 values.
inline wire_writer float_tensor(const std::string& name,
                                const std::vector<int64_t>& dims,
                                const std::vector<float>& values)
{
    wire_writer w;
    for (const int64_t dim : dims)
        w.integer(1, static_cast<uint64_t>(dim));
    w.integer(2, onnx_float).bytes(8, name);
    return w.bytes(9,
                   std::string(reinterpret_cast<const char*>(values.data()),
                               values.size() * sizeof(float)));
}

//! A TensorProto of any type; `raw` are the bytes of its values.
inline wire_writer raw_tensor(const std::string& name,
                              int32_t type,
                              const std::vector<int64_t>& dims,
                              const std::string& raw)
{
    wire_writer w;
    for (const int64_t dim : dims)
        w.integer(1, static_cast<uint64_t>(dim));
    return w.integer(2, type).bytes(8, name).bytes(9, raw);
}

//! A SparseTensorProto.
inline wire_writer sparse_tensor(const wire_writer& values,
                                 const wire_writer& indices,
                                 const std::vector<int64_t>& dims)
{
    wire_writer w;
    w.message(1, values).message(2, indices);
    for (const int64_t dim : dims)
        w.integer(3, static_cast<uint64_t>(dim));
    return w;
}

//! A TensorProto whose float32 values lie in another file.
inline wire_writer external_tensor(const std::string& name,
                                   const std::vector<int64_t>& dims,
                                   const std::string& location)
{
    wire_writer w;
    for (const int64_t dim : dims)
        w.integer(1, static_cast<uint64_t>(dim));
    w.integer(2, onnx_float).bytes(8, name);
    w.message(13, wire_writer().bytes(1, "location").bytes(2, location));
    return w.integer(14, 1);
}

//! A ValueInfoProto; a dimension below 0 is the free dimension `batch`.
inline wire_writer
value(const std::string& name, int32_t type, const std::vector<int64_t>& dims)
{
    wire_writer shape;
    for (const int64_t dim : dims) {
        wire_writer d;
        if (dim < 0)
            d.bytes(2, "batch");
        else
            d.integer(1, dim);
        shape.message(1, d);
    }
    const auto tensor = wire_writer().integer(1, type).message(2, shape);
    return wire_writer().bytes(1, name).message(2, wire_writer().message(1, tensor));
}

//! An AttributeProto that holds an integer.
inline wire_writer int_attribute(const std::string& name, int64_t x)
{
    return wire_writer()
        .bytes(1, name)
        .integer(3, static_cast<uint64_t>(x))
        .integer(20, 2);
}

//! An AttributeProto that holds a float.
inline wire_writer float_attribute(const std::string& name, float x)
{
    return wire_writer().bytes(1, name).real(2, x).integer(20, 1);
}

//! An AttributeProto that holds a list of integers.
inline wire_writer list_attribute(const std::string& name, const std::vector<int64_t>& x)
{
    wire_writer w;
    w.bytes(1, name);
    for (const int64_t value : x)
        w.integer(8, static_cast<uint64_t>(value));
    return w.integer(20, 7);
}

//! An AttributeProto that holds text.
inline wire_writer text_attribute(const std::string& name, const std::string& x)
{
    return wire_writer().bytes(1, name).bytes(4, x).integer(20, 3);
}

//! A NodeProto.
inline wire_writer node(const std::string& op_type,
                        const std::vector<std::string>& inputs,
                        const std::vector<std::string>& outputs,
                        const std::vector<wire_writer>& attributes = {})
{
    wire_writer w;
    for (const auto& name : inputs)
        w.bytes(1, name);
    for (const auto& name : outputs)
        w.bytes(2, name);
    w.bytes(4, op_type);
    for (const auto& attribute : attributes)
        w.message(5, attribute);
    return w;
}

//! A model in parts, to be spoilt one by one.
struct model {
    std::vector<wire_writer> nodes, initializers, sparse, inputs, outputs;
    std::map<std::string, std::string> metadata;
    int64_t opset = 17;
    int64_t ir_version = 8;
    wire_writer more; // further fields of ModelProto

    std::string bytes() const
    {
        wire_writer graph;
        for (const auto& part : nodes)
            graph.message(1, part);
        graph.bytes(2, "graph");
        for (const auto& part : initializers)
            graph.message(5, part);
        for (const auto& part : inputs)
            graph.message(11, part);
        for (const auto& part : outputs)
            graph.message(12, part);
        for (const auto& part : sparse)
            graph.message(15, part);
        wire_writer w;
        w.integer(1, ir_version).message(7, graph);
        w.message(8, wire_writer().bytes(1, "").integer(2, opset));
        for (const auto& entry : metadata)
            w.message(14, wire_writer().bytes(1, entry.first).bytes(2, entry.second));
        return w.str() + more.str();
    }
};

//! Metadata of an encoder or decoder of an (n, k) link.
inline std::map<std::string, std::string>
link_metadata(const std::string& role, int n, int k)
{
    return { { "dlcomm.contract", "1" },        { "dlcomm.role", role },
             { "dlcomm.link", "qa" },           { "dlcomm.n", std::to_string(n) },
             { "dlcomm.k", std::to_string(k) }, { "dlcomm.recipe", "{}" },
             { "dlcomm.measured", "[]" } };
}

//! logits = W symbols + b as one Gemm; `weights` holds 2^k rows of n.
inline model linear_decoder(int n,
                            int k,
                            const std::vector<float>& weights,
                            const std::vector<float>& bias)
{
    const int64_t m = int64_t(1) << k;
    model made;
    made.inputs = { value("symbols", onnx_float, { -1, n }) };
    made.outputs = { value("logits", onnx_float, { -1, m }) };
    made.nodes = { node(
        "Gemm", { "symbols", "w", "b" }, { "logits" }, { int_attribute("transB", 1) }) };
    made.initializers = { float_tensor("w", { m, n }, weights),
                          float_tensor("b", { m }, bias) };
    made.metadata = link_metadata("decoder", n, k);
    return made;
}

//! symbols = codebook[message] as one Gather; `codebook` holds 2^k rows of n.
inline model table_encoder(int n, int k, const std::vector<float>& codebook)
{
    model made;
    made.inputs = { value("message", onnx_int64, { -1 }) };
    made.outputs = { value("symbols", onnx_float, { -1, n }) };
    made.nodes = { node("Gather", { "codebook", "message" }, { "symbols" }) };
    made.initializers = { float_tensor("codebook", { int64_t(1) << k, n }, codebook) };
    made.metadata = link_metadata("encoder", n, k);
    return made;
}

//! A new folder, removed with everything in it at the end.
class scratch_folder
{
public:
    scratch_folder()
    {
        std::string name = std::filesystem::temp_directory_path() / "dlcomm_qa_XXXXXX";
        if (!mkdtemp(&name[0]))
            throw std::runtime_error("no folder can be made for the test's files");
        d_path = std::filesystem::canonical(name);
    }
    ~scratch_folder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(d_path, ignored);
    }
    scratch_folder(const scratch_folder&) = delete;
    scratch_folder& operator=(const scratch_folder&) = delete;

    const std::filesystem::path& path() const { return d_path; }

    //! Write a file below the folder; returns its path.
    std::string write(const std::string& name, const std::string& bytes) const
    {
        const auto path = d_path / name;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << bytes;
        return path;
    }

private:
    std::filesystem::path d_path;
};

//! The error's text, or "no error"; fails the test's expectations when it has two lines.
template <class F>
std::string error_of(F f)
{
    try {
        f();
    } catch (const model_error& error) {
        const std::string text = error.what();
        return text.find('\n') == std::string::npos ? text
                                                    : "more than one line: " + text;
    }
    return "no error";
}

} // namespace qa
} // namespace engine
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ENGINE_QA_MODEL_WRITER_H */
