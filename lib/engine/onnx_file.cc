/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "onnx_file.h"
#include "wire_reader.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>

namespace gr {
namespace dlcomm {
namespace engine {
namespace {

// Field numbers are those of onnx.proto (ONNX IR specification).

constexpr int deepest_graph = 32;
constexpr uintmax_t largest_file = uintmax_t(512) << 20;
// A few bytes of a file can describe a node or a name that takes hundreds in memory.
constexpr size_t most_parts = 1000000;
constexpr int64_t most_sparse_elements = int64_t(1) << 27; // 512 MiB of float32

void count_part(onnx_file& file)
{
    if (++file.parts > most_parts)
        throw wire_error("more than " + std::to_string(most_parts) +
                         " nodes, tensors, names and dimensions");
}

std::pair<std::string, std::string> read_string_pair(wire_reader r)
{
    std::pair<std::string, std::string> entry;
    while (r.next()) {
        if (r.field() == 1)
            entry.first = r.text();
        else if (r.field() == 2)
            entry.second = r.text();
    }
    return entry;
}

void append_integers(wire_reader& r, onnx_file& file, std::vector<int64_t>& list)
{
    if (r.is_bytes()) {
        for (wire_reader packed = r.message(); !packed.at_end(); count_part(file))
            list.push_back(static_cast<int64_t>(packed.varint()));
    } else {
        list.push_back(r.integer());
    }
}

onnx_tensor read_tensor(wire_reader r, onnx_file& file)
{
    onnx_tensor tensor;
    const char* raw = nullptr;
    size_t raw_size = 0;
    bool external = false, others = false;
    count_part(file);
    while (r.next()) {
        switch (r.field()) {
        case 1:
            count_part(file);
            append_integers(r, file, tensor.dims);
            break;
        case 2:
            tensor.type = static_cast<int32_t>(r.integer());
            break;
        case 4: // float_data, packed or one by one
            if (r.is_bytes()) {
                if (r.size() % 4)
                    throw wire_error("float_data is not a multiple of four bytes long");
                const size_t old = tensor.data.size();
                tensor.data.resize(old + r.size() / 4);
                if (r.size())
                    std::memcpy(tensor.data.data() + old, r.data(), r.size());
            } else {
                tensor.data.push_back(r.real());
            }
            break;
        case 5: // int32_data, also of narrower types, and int64_data
        case 7:
            tensor.only_raw = false;
            append_integers(r, file, tensor.listed);
            break;
        case 6: // string_data, double_data, uint64_data
        case 10:
        case 11:
            tensor.only_raw = false;
            others = true;
            break;
        case 8:
            tensor.name = r.text();
            break;
        case 9:
            raw = r.data();
            raw_size = r.size();
            break;
        case 13: {
            const auto entry = read_string_pair(r.message());
            count_part(file);
            if (entry.first == "location")
                file.external_data.push_back(entry.second);
            break;
        }
        case 14:
            external = r.integer() == 1;
            break;
        }
    }
    tensor.only_raw = tensor.only_raw && tensor.data.empty() && !external;
    if (others || external || raw_size || !tensor.data.empty())
        tensor.listed.clear();
    if (raw_size) {
        tensor.raw_at = raw - file.bytes.data();
        tensor.raw_size = raw_size;
    }
    if (external) {
        tensor.data.clear(); // the runtime takes the other file's values
    } else if (raw_size && tensor.type == onnx_float) {
        if (raw_size % 4)
            throw wire_error(
                "raw_data of a float tensor is not a multiple of four bytes");
        tensor.data.resize(raw_size / 4);
        std::memcpy(tensor.data.data(), raw, raw_size);
    }
    return tensor;
}

onnx_sparse_tensor read_sparse_tensor(wire_reader r, onnx_file& file)
{
    onnx_sparse_tensor sparse;
    while (r.next()) {
        switch (r.field()) {
        case 1:
            sparse.values = read_tensor(r.message(), file);
            break;
        case 2:
            sparse.indices = read_tensor(r.message(), file);
            break;
        case 3:
            count_part(file);
            append_integers(r, file, sparse.dims);
            break;
        }
    }
    onnx_tensor unpacked;
    unpacked.dims = sparse.dims;
    // A few bytes of a file can ask the runtime for any amount of memory here.
    const int64_t elements = unpacked.elements();
    if (elements < 0 || elements > most_sparse_elements)
        throw wire_error("sparse tensor '" + sparse.values.name +
                         "' has more than 2^27 elements");
    return sparse;
}

onnx_value read_value(wire_reader r, onnx_file& file)
{
    onnx_value value;
    while (r.next()) {
        if (r.field() == 1)
            value.name = r.text();
        if (r.field() != 2)
            continue;
        for (wire_reader type = r.message(); type.next();) {
            if (type.field() != 1)
                continue;
            for (wire_reader tensor = type.message(); tensor.next();) {
                if (tensor.field() == 1)
                    value.type = static_cast<int32_t>(tensor.integer());
                if (tensor.field() != 2)
                    continue;
                value.has_shape = true;
                for (wire_reader shape = tensor.message(); shape.next();) {
                    if (shape.field() != 1)
                        continue;
                    int64_t dim = -1;
                    count_part(file);
                    for (wire_reader d = shape.message(); d.next();)
                        if (d.field() == 1)
                            dim = d.integer();
                    value.shape.push_back(dim);
                }
            }
        }
    }
    return value;
}

void scan_graph(wire_reader r, onnx_file& file, int depth, bool top);

void scan_attribute(wire_reader r, onnx_file& file, int depth, onnx_node& node)
{
    // The name may come after the value.
    std::string name, text;
    bool has_float = false, has_int = false, has_text = false;
    float float_value = 0.0f;
    int64_t int_value = 0;
    std::vector<int64_t> list;
    count_part(file);
    while (r.next()) {
        switch (r.field()) {
        case 1:
            name = r.text();
            break;
        case 2:
            has_float = true;
            float_value = r.real();
            break;
        case 3:
            has_int = true;
            int_value = r.integer();
            break;
        case 4:
            has_text = true;
            text = r.text();
            break;
        case 8:
            count_part(file);
            append_integers(r, file, list);
            break;
        case 5:  // t
        case 10: // tensors
            read_tensor(r.message(), file);
            break;
        case 6:  // g
        case 11: // graphs
            scan_graph(r.message(), file, depth + 1, false);
            break;
        case 22: // sparse_tensor
        case 23: // sparse_tensors
            read_sparse_tensor(r.message(), file);
            break;
        }
    }
    if (has_float)
        node.floats[name] = float_value;
    if (has_int)
        node.ints[name] = int_value;
    if (has_text)
        node.texts[name] = text;
    if (!list.empty())
        node.int_lists[name] = list;
}

onnx_node scan_node(wire_reader r, onnx_file& file, int depth)
{
    onnx_node node;
    while (r.next()) {
        count_part(file);
        switch (r.field()) {
        case 1:
            node.inputs.push_back(r.text());
            break;
        case 2:
            node.outputs.push_back(r.text());
            break;
        case 4:
            node.op_type = r.text();
            break;
        case 5:
            scan_attribute(r.message(), file, depth, node);
            break;
        case 7:
            node.domain = r.text();
            break;
        }
    }
    return node;
}

// The top graph is kept; of subgraphs only the external data matters.
void scan_graph(wire_reader r, onnx_file& file, int depth, bool top)
{
    if (depth > deepest_graph)
        throw wire_error("graphs are nested too deeply");
    while (r.next()) {
        count_part(file);
        switch (r.field()) {
        case 1: {
            onnx_node node = scan_node(r.message(), file, depth);
            if (top)
                file.nodes.push_back(std::move(node));
            break;
        }
        case 5: {
            onnx_tensor tensor = read_tensor(r.message(), file);
            if (top)
                file.initializers.push_back(std::move(tensor));
            break;
        }
        case 11:
            if (top)
                file.inputs.push_back(read_value(r.message(), file));
            break;
        case 12:
            if (top)
                file.outputs.push_back(read_value(r.message(), file));
            break;
        case 15: {
            onnx_sparse_tensor sparse = read_sparse_tensor(r.message(), file);
            if (top)
                file.sparse_initializers.push_back(std::move(sparse));
            break;
        }
        }
    }
}

void scan_model(wire_reader r, onnx_file& file)
{
    bool has_graph = false;
    while (r.next()) {
        count_part(file);
        switch (r.field()) {
        case 1:
            file.ir_version = r.integer();
            break;
        case 7:
            has_graph = true;
            scan_graph(r.message(), file, 0, true);
            break;
        case 8: {
            std::string domain;
            int64_t version = 0;
            for (wire_reader opset = r.message(); opset.next();) {
                if (opset.field() == 1)
                    domain = opset.text();
                else if (opset.field() == 2)
                    version = opset.integer();
            }
            if (domain.empty() || domain == "ai.onnx")
                file.opset = version;
            break;
        }
        case 14:
            file.metadata.insert(read_string_pair(r.message()));
            break;
        case 25: // functions: their nodes and attributes may carry tensors, too
            file.has_functions = true;
            for (wire_reader function = r.message(); function.next();) {
                onnx_node attributes;
                if (function.field() == 7)
                    scan_node(function.message(), file, 0);
                else if (function.field() == 11)
                    scan_attribute(function.message(), file, 0, attributes);
            }
            break;
        }
    }
    if (!has_graph)
        throw wire_error("no graph in it");

    std::set<std::string> weights;
    for (const auto& tensor : file.initializers)
        weights.insert(tensor.name);
    for (const auto& sparse : file.sparse_initializers)
        weights.insert(sparse.values.name);
    file.inputs.erase(std::remove_if(file.inputs.begin(),
                                     file.inputs.end(),
                                     [&](const onnx_value& input) {
                                         return weights.count(input.name) > 0;
                                     }),
                      file.inputs.end());
}

void check_external_data(const onnx_file& file)
{
    namespace fs = std::filesystem;
    const fs::path folder = fs::weakly_canonical(fs::absolute(file.path)).parent_path();
    for (const auto& location : file.external_data) {
        std::error_code failed;
        const fs::path target = fs::weakly_canonical(folder / location, failed);
        const auto parts =
            std::mismatch(folder.begin(), folder.end(), target.begin(), target.end());
        if (failed || location.empty() || fs::path(location).is_absolute() ||
            parts.first != folder.end())
            throw model_error(file.path,
                              "external data '" + location +
                                  "' lies outside the model's folder");
        if (!fs::is_regular_file(target, failed))
            throw model_error(file.path, "external data '" + location + "' is missing");
    }
}

std::string read_bytes(const std::string& path)
{
    namespace fs = std::filesystem;
    std::error_code failed;
    if (!fs::exists(path, failed))
        throw model_error(path, "no such file");
    if (!fs::is_regular_file(path, failed))
        throw model_error(path, "not a regular file");
    const uintmax_t size = fs::file_size(path, failed);
    if (failed)
        throw model_error(path, "cannot be read: " + failed.message());
    if (size == 0)
        throw model_error(path, "the file is empty");
    if (size > largest_file)
        throw model_error(path, "the file is larger than 512 MiB");
    std::string bytes(size, '\0');
    std::ifstream stream(path, std::ios::binary);
    if (!stream.read(&bytes[0], size))
        throw model_error(path, "cannot be read");
    return bytes;
}

} // namespace

int64_t onnx_tensor::elements() const
{
    int64_t product = 1;
    for (const int64_t dim : dims) {
        // Dimensions come from the file: keep the product from overflowing.
        if (dim < 0 || (dim > 0 && product > (int64_t(1) << 40) / dim))
            return -1;
        product *= dim;
    }
    return product;
}

std::string onnx_type_name(int32_t type)
{
    static const char* const names[] = { "undefined", "float32", "uint8",   "int8",
                                         "uint16",    "int16",   "int32",   "int64",
                                         "string",    "bool",    "float16", "float64",
                                         "uint32",    "uint64" };
    if (type >= 0 && type < static_cast<int32_t>(sizeof(names) / sizeof(names[0])))
        return names[type];
    return "type " + std::to_string(type);
}

onnx_file read_onnx_file(const std::string& path)
{
    onnx_file file;
    file.path = path;
    file.bytes = read_bytes(path);
    try {
        scan_model(wire_reader(file.bytes.data(), file.bytes.data() + file.bytes.size()),
                   file);
    } catch (const wire_error& error) {
        throw model_error(path, std::string("not a valid ONNX file: ") + error.what());
    }
    check_external_data(file);
    return file;
}

} // namespace engine
} // namespace dlcomm
} // namespace gr
