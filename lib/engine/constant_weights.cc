/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "constant_weights.h"
#include "node_reading.h"
#include "packed_integers.h"

#include <algorithm>

namespace gr {
namespace dlcomm {
namespace engine {
namespace {

// A layer of 256 inputs and 256 outputs; larger ones are not for the kernels anyway, and
// so a small file cannot ask for much memory.
constexpr int64_t most_elements = 256 * 256;
// Operators between a stored tensor and a layer; bounds the time a hostile file can take.
constexpr int deepest = 5;

bool is_code(int32_t type)
{
    return type == onnx_uint8 || type == onnx_int8 || type == onnx_uint4 ||
           type == onnx_int4 || type == onnx_uint2 || type == onnx_int2 ||
           type == onnx_int32;
}

bool is_dequantization(const onnx_node& node)
{
    return node.op_type == "DequantizeLinear" && node.outputs.size() == 1 &&
           (node.domain.empty() || node.domain == "ai.onnx");
}

// Steps from one index along `axis` to the next.
size_t stride(const std::vector<int64_t>& dims, size_t axis)
{
    size_t product = 1;
    for (size_t i = axis + 1; i < dims.size(); ++i)
        product *= dims[i];
    return product;
}

// Which element of a tensor of shape `from` meets element i of one of shape `to` when it
// is broadcast to that; shapes that do not fit were refused before.
size_t met_by(size_t i, const std::vector<int64_t>& to, const std::vector<int64_t>& from)
{
    size_t place = 0;
    for (size_t axis = 0; axis < from.size(); ++axis) {
        const size_t same = axis + to.size() - from.size();
        if (from[axis] != 1)
            place += i / stride(to, same) % to[same] * stride(from, axis);
    }
    return place;
}

bool broadcasts(const std::vector<int64_t>& from, const std::vector<int64_t>& to)
{
    if (from.size() > to.size())
        return false;
    for (size_t axis = 0; axis < from.size(); ++axis)
        if (from[axis] != 1 && from[axis] != to[axis + to.size() - from.size()])
            return false;
    return true;
}

} // namespace

size_t constant_weights::value::elements() const
{
    return type == onnx_float ? floats.size() : integers.size();
}

constant_weights::constant_weights(const onnx_file& file) : d_file(file)
{
    for (const auto& tensor : file.initializers)
        add(tensor.name, { &tensor, nullptr, nullptr });
    for (const auto& sparse : file.sparse_initializers)
        add(sparse.values.name, { nullptr, &sparse, nullptr });
    // A node comes behind those that it reads from.
    for (const auto& node : file.nodes) {
        const bool constant =
            std::all_of(node.inputs.begin(), node.inputs.end(), [&](const auto& name) {
                return name.empty() || d_origins.count(name);
            });
        if (!constant)
            d_other_nodes.push_back(&node);
        for (const auto& output : node.outputs)
            if (constant || d_origins.count(output))
                add(output, { nullptr, nullptr, constant ? &node : nullptr });
    }
}

void constant_weights::add(const std::string& name, const origin& from)
{
    const auto inserted = d_origins.emplace(name, from);
    if (!inserted.second)
        inserted.first->second = origin();
}

std::optional<constant_weights::tensor>
constant_weights::find(const std::string& name) const
{
    maybe_value found = evaluate(name, 0);
    if (!found || found->type != onnx_float)
        return std::nullopt;
    return tensor{ std::move(found->dims), std::move(found->floats) };
}

std::optional<constant_weights::integers>
constant_weights::find_integers(const std::string& name) const
{
    maybe_value found = evaluate(name, 0);
    if (!found || found->type == onnx_float)
        return std::nullopt;
    return integers{ std::move(found->dims), found->type, std::move(found->integers) };
}

std::optional<constant_weights::scaled_integers>
constant_weights::find_scaled(const std::string& name) const
{
    const auto found = d_origins.find(name);
    if (found == d_origins.end() || !found->second.node ||
        !is_dequantization(*found->second.node))
        return std::nullopt;
    return scaled(*found->second.node, 1);
}

constant_weights::maybe_value constant_weights::evaluate(const std::string& name,
                                                         int depth) const
{
    const auto found = d_origins.find(name);
    if (found == d_origins.end() || depth > deepest)
        return std::nullopt;
    if (found->second.dense)
        return stored(*found->second.dense);
    if (found->second.sparse)
        return unpacked(*found->second.sparse);
    const onnx_node* node = found->second.node;
    if (!node || node->outputs.size() != 1 ||
        !(node->domain.empty() || node->domain == "ai.onnx"))
        return std::nullopt;
    if (is_dequantization(*node))
        return dequantized(*node, depth + 1);
    if (node->op_type == "Add")
        return sum(*node, depth + 1);
    if (node->op_type == "Cast")
        return cast(*node, depth + 1);
    if (node->op_type == "Gather")
        return gathered(*node, depth + 1);
    return std::nullopt;
}

constant_weights::maybe_value constant_weights::stored(const onnx_tensor& tensor) const
{
    value found{ tensor.dims, tensor.type, {}, {} };
    const int64_t elements = tensor.elements();
    if (tensor.type != onnx_float) {
        if (!read_integers(d_file, tensor, most_elements, found.integers))
            return std::nullopt;
    } else if (elements > most_elements ||
               elements != static_cast<int64_t>(tensor.data.size())) {
        return std::nullopt; // larger than any layer, or not in the file
    } else {
        found.floats = tensor.data;
    }
    return found;
}

constant_weights::maybe_value
constant_weights::unpacked(const onnx_sparse_tensor& sparse) const
{
    onnx_tensor whole;
    whole.dims = sparse.dims;
    const int64_t elements = whole.elements();
    const maybe_value values = stored(sparse.values);
    std::vector<int32_t> places;
    if (!values || elements < 0 || elements > most_elements ||
        sparse.indices.dims.size() != 1 ||
        !read_integers(d_file, sparse.indices, most_elements, places) ||
        places.size() != values->elements())
        return std::nullopt;
    value found{ sparse.dims, values->type, {}, {} };
    const auto scatter = [&](const auto& from, auto& to) {
        to.assign(elements, 0);
        int64_t last = -1;
        for (size_t i = 0; i < places.size(); ++i) {
            // The standard wants them in order, each once.
            if (places[i] <= last || places[i] >= elements)
                return false;
            last = places[i];
            to[last] = from[i];
        }
        return true;
    };
    const bool good = found.type == onnx_float
                          ? scatter(values->floats, found.floats)
                          : scatter(values->integers, found.integers);
    return good ? maybe_value(std::move(found)) : std::nullopt;
}

std::optional<constant_weights::scaled_integers>
constant_weights::scaled(const onnx_node& node, int depth) const
{
    const bool has_zero = node.inputs.size() == 3 && !node.inputs[2].empty();
    if (node.inputs.size() < 2 || node.inputs.size() > 3 ||
        integer_or(node, "block_size", 0) != 0 ||
        integer_or(node, "output_dtype", onnx_float) != onnx_float)
        return std::nullopt;
    const maybe_value codes = evaluate(node.inputs[0], depth);
    const maybe_value scale = evaluate(node.inputs[1], depth);
    const maybe_value zero =
        has_zero ? evaluate(node.inputs[2], depth) : maybe_value(value());
    if (!codes || !is_code(codes->type) || !scale || scale->type != onnx_float || !zero ||
        (has_zero && (zero->type != codes->type || zero->dims != scale->dims)))
        return std::nullopt;
    const int64_t rank = codes->dims.size();
    int64_t axis = 0;
    const bool single = scale->floats.size() == 1 && scale->dims.size() < 2;
    if (!single) {
        axis = integer_or(node, "axis", 1);
        axis += axis < 0 ? rank : 0;
        if (axis < 0 || axis >= rank || scale->dims.size() != 1 ||
            scale->dims[0] != codes->dims[axis])
            return std::nullopt;
    }
    scaled_integers found{ codes->dims,
                           codes->type,
                           codes->integers,
                           static_cast<size_t>(axis),
                           scale->floats };
    for (size_t i = 0; has_zero && i < found.data.size(); ++i) {
        const size_t at = single ? 0 : i / stride(codes->dims, axis) % codes->dims[axis];
        const int32_t offset = zero->integers[at];
        if (offset != 0 && codes->type == onnx_int32)
            return std::nullopt; // the standard has it zero
        found.data[i] -= offset;
    }
    return found;
}

constant_weights::maybe_value constant_weights::dequantized(const onnx_node& node,
                                                            int depth) const
{
    const auto codes = scaled(node, depth);
    if (!codes)
        return std::nullopt;
    value found{ codes->dims, onnx_float, {}, {} };
    found.floats.reserve(codes->data.size());
    for (size_t i = 0; i < codes->data.size(); ++i) {
        const size_t at =
            codes->scales.size() == 1
                ? 0
                : i / stride(codes->dims, codes->axis) % codes->dims[codes->axis];
        found.floats.push_back(static_cast<float>(codes->data[i]) * codes->scales[at]);
    }
    return found;
}

constant_weights::maybe_value constant_weights::sum(const onnx_node& node,
                                                    int depth) const
{
    if (node.inputs.size() != 2)
        return std::nullopt;
    maybe_value left = evaluate(node.inputs[0], depth);
    maybe_value right = evaluate(node.inputs[1], depth);
    if (!left || !right || left->type != onnx_float || right->type != onnx_float)
        return std::nullopt;
    if (!broadcasts(right->dims, left->dims))
        std::swap(left, right);
    if (!broadcasts(right->dims, left->dims))
        return std::nullopt;
    for (size_t i = 0; i < left->floats.size(); ++i)
        left->floats[i] += right->floats[met_by(i, left->dims, right->dims)];
    return left;
}

constant_weights::maybe_value constant_weights::cast(const onnx_node& node,
                                                     int depth) const
{
    const int64_t to = integer_or(node, "to", 0);
    if (node.inputs.size() != 1 || (to != onnx_int32 && to != onnx_int64))
        return std::nullopt;
    maybe_value found = evaluate(node.inputs[0], depth);
    if (!found || found->type == onnx_float)
        return std::nullopt;
    found->type = static_cast<int32_t>(to);
    return found;
}

constant_weights::maybe_value constant_weights::gathered(const onnx_node& node,
                                                         int depth) const
{
    if (node.inputs.size() != 2 || integer_or(node, "axis", 0) != 0)
        return std::nullopt;
    const maybe_value table = evaluate(node.inputs[0], depth);
    const maybe_value places = evaluate(node.inputs[1], depth);
    if (!table || table->type != onnx_float || table->dims.size() != 1 || !places ||
        (places->type != onnx_int32 && places->type != onnx_int64))
        return std::nullopt;
    const int64_t rows = table->floats.size();
    value found{ places->dims, onnx_float, {}, {} };
    found.floats.reserve(places->integers.size());
    for (const int32_t place : places->integers) {
        if (place < -rows || place >= rows) // negative ones count from the end
            return std::nullopt;
        found.floats.push_back(table->floats[place < 0 ? place + rows : place]);
    }
    return found;
}

} // namespace engine
} // namespace dlcomm
} // namespace gr
