/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "contract.h"

#include <boost/property_tree/json_parser.hpp>
#include <boost/property_tree/ptree.hpp>
#include <algorithm>
#include <map>
#include <sstream>

namespace gr {
namespace dlcomm {
namespace engine {
namespace {

constexpr int deepest_json = 64;
constexpr int64_t newest_opset = 28; // of the ONNX release this was written against

// How deeply brackets are nested outside strings; the JSON parser recurses that deep.
int json_depth(const std::string& text)
{
    int depth = 0, deepest = 0;
    bool in_string = false;
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string && c == '\\')
            ++i;
        else if (c == '"')
            in_string = !in_string;
        else if (!in_string && (c == '[' || c == '{'))
            deepest = std::max(deepest, ++depth);
        else if (!in_string && (c == ']' || c == '}'))
            --depth;
    }
    return deepest;
}

class checker
{
public:
    explicit checker(const onnx_file& file) : d_file(file) {}

    [[noreturn]] void fail(const std::string& what,
                           const std::string& found,
                           const std::string& expected) const
    {
        throw model_error(d_file.path, what + " is " + found + ", expected " + expected);
    }

    const std::string& key(const std::string& name) const
    {
        const auto entry = d_file.metadata.find("dlcomm." + name);
        if (entry == d_file.metadata.end())
            throw model_error(d_file.path,
                              "metadata key dlcomm." + name +
                                  " is missing (see the model contract)");
        if (!is_utf8(entry->second))
            fail("dlcomm." + name, "not UTF-8", "UTF-8 text");
        return entry->second;
    }

    int integer(const std::string& name, int smallest, int largest) const
    {
        const std::string& text = key(name);
        const std::string range = "a whole number from " + std::to_string(smallest) +
                                  " to " + std::to_string(largest);
        if (text.empty() || text.size() > 9 ||
            text.find_first_not_of("0123456789") != std::string::npos)
            fail("dlcomm." + name, "'" + text.substr(0, 40) + "'", range);
        const int value = std::stoi(text);
        if (value < smallest || value > largest)
            fail("dlcomm." + name, text, range);
        return value;
    }

    boost::property_tree::ptree json(const std::string& name) const
    {
        if (json_depth(key(name)) > deepest_json)
            fail("dlcomm." + name,
                 "JSON nested deeper than " + std::to_string(deepest_json) + " levels",
                 "a shallower one");
        std::istringstream text(key(name));
        boost::property_tree::ptree tree;
        try {
            boost::property_tree::read_json(text, tree);
        } catch (const boost::property_tree::json_parser_error& error) {
            fail("dlcomm." + name, "not JSON (" + error.message() + ")", "JSON text");
        }
        return tree;
    }

    void tensor(const std::string& kind,
                const onnx_value& value,
                const std::string& name,
                int32_t type,
                const std::vector<int64_t>& shape) const
    {
        if (value.name != name)
            fail(kind, "named '" + value.name + "'", "'" + name + "'");
        if (value.type != type)
            fail(kind + " '" + name + "'",
                 onnx_type_name(value.type),
                 onnx_type_name(type));
        if (!value.has_shape || value.shape != shape)
            fail(kind + " '" + name + "'",
                 value.has_shape ? shape_text(value.shape) : "without a shape",
                 shape_text(shape));
    }

    void count(const std::string& kind, size_t found, size_t least, size_t most) const
    {
        if (found < least || found > most)
            fail("the number of " + kind,
                 std::to_string(found),
                 least == most ? std::to_string(least)
                               : std::to_string(least) + " or " + std::to_string(most));
    }

private:
    static std::string shape_text(const std::vector<int64_t>& shape)
    {
        std::string text = "[";
        for (size_t i = 0; i < shape.size(); ++i)
            text += (i ? ", " : "") +
                    (shape[i] < 0 ? std::string("batch") : std::to_string(shape[i]));
        return text + "]";
    }

    const onnx_file& d_file;
};

void check_link(const checker& check, const onnx_file& file, contract& result)
{
    result.link = check.key("link");
    if (result.link.empty())
        check.fail("dlcomm.link", "empty", "a name shared by encoder and decoder");
    if (result.link != one_line(result.link))
        check.fail("dlcomm.link", "'" + result.link + "'", "one line of text");
    result.n = check.integer("n", 1, 64);
    result.k = check.integer("k", 1, 8);
    const int64_t n = result.n, messages = int64_t(1) << result.k;
    check.count("outputs", file.outputs.size(), 1, 1);
    if (result.role == "encoder") {
        check.count("inputs", file.inputs.size(), 1, 1);
        check.tensor("input", file.inputs[0], "message", onnx_int64, { -1 });
        check.tensor("output", file.outputs[0], "symbols", onnx_float, { -1, n });
    } else {
        check.count("inputs", file.inputs.size(), 1, 2);
        check.tensor("input", file.inputs[0], "symbols", onnx_float, { -1, n });
        result.uses_csi = file.inputs.size() == 2;
        if (result.uses_csi) {
            check.tensor("input", file.inputs[1], "csi", onnx_float, { -1, 2 });
            // With odd n every second message begins on the Q rail, which a complex
            // gain mixes with the message before.
            if (n % 2)
                check.fail("dlcomm.n", std::to_string(n), "an even number beside csi");
        }
        check.tensor("output", file.outputs[0], "logits", onnx_float, { -1, messages });
    }
}

void check_classifier(const checker& check, const onnx_file& file, contract& result)
{
    for (const auto& entry : check.json("labels")) {
        if (!entry.first.empty() || !entry.second.empty())
            check.fail("dlcomm.labels", "not a list of names", "a JSON list of names");
        result.labels.push_back(entry.second.data());
    }
    if (result.labels.size() < 2)
        check.fail("dlcomm.labels",
                   "a list of " + std::to_string(result.labels.size()),
                   "at least two labels");
    result.window = check.integer("window", 1, 1 << 24);
    check.count("inputs", file.inputs.size(), 1, 1);
    check.count("outputs", file.outputs.size(), 1, 1);
    check.tensor("input", file.inputs[0], "iq", onnx_float, { -1, result.window, 2 });
    check.tensor("output",
                 file.outputs[0],
                 "logits",
                 onnx_float,
                 { -1, static_cast<int64_t>(result.labels.size()) });
}

// Weights and biases of dense layers, convolutions and tables. A quantized one reaches its
// layer through DequantizeLinear and maybe Add, one of few values through Cast and Gather;
// scales, offsets, zero points and the table of those values are no parameters.
int64_t count_parameters(const onnx_file& file)
{
    std::map<std::string, int64_t> elements;
    for (const auto& tensor : file.initializers)
        elements[tensor.name] = tensor.elements();
    // Of a sparse tensor those that are stored: the others are no parameters.
    for (const auto& sparse : file.sparse_initializers)
        elements[sparse.values.name] = sparse.values.elements();
    int64_t total = 0;
    for (const auto& node : file.nodes) {
        const size_t codes = node.op_type == "Gather" ? 1 : 0;
        const bool passes = node.op_type == "DequantizeLinear" ||
                            node.op_type == "Add" || node.op_type == "Cast" ||
                            node.op_type == "Gather";
        if (passes && node.inputs.size() > codes && !node.outputs.empty() &&
            elements.count(node.inputs[codes]))
            elements[node.outputs[0]] = elements[node.inputs[codes]];
    }
    const auto add_input = [&](const onnx_node& node, size_t i) {
        const auto found = elements.find(node.inputs[i]);
        total += found == elements.end() ? 0 : found->second;
    };
    for (const auto& node : file.nodes) {
        // Of a table the values come first, then the indices.
        if (node.op_type == "Gather" && node.inputs.size() > 1 &&
            !elements.count(node.inputs[1]))
            add_input(node, 0);
        if (node.op_type == "Gemm" || node.op_type == "MatMul" || node.op_type == "Conv")
            for (size_t i = 1; i < node.inputs.size(); ++i)
                add_input(node, i);
    }
    return total;
}

} // namespace

contract check_contract(const onnx_file& file, const std::string& role)
{
    const checker check(file);
    contract result;
    result.file = file.path;
    if (check.key("contract") != "1")
        check.fail(
            "dlcomm.contract", "'" + check.key("contract").substr(0, 40) + "'", "'1'");
    result.role = check.key("role");
    if (result.role != "encoder" && result.role != "decoder" &&
        result.role != "classifier")
        check.fail("dlcomm.role",
                   "'" + result.role.substr(0, 40) + "'",
                   "encoder, decoder or classifier");
    if (!role.empty() && result.role != role)
        check.fail("dlcomm.role", "'" + result.role + "'", "'" + role + "'");
    if (file.opset < 1 || file.opset > newest_opset)
        check.fail("the opset",
                   std::to_string(file.opset),
                   "1 to " + std::to_string(newest_opset));
    check.json("recipe");
    check.json("measured");
    result.recipe = check.key("recipe");
    result.measured = check.key("measured");
    if (result.role == "classifier")
        check_classifier(check, file, result);
    else
        check_link(check, file, result);

    result.opset = file.opset;
    result.bytes = static_cast<int64_t>(file.bytes.size());
    result.parameters = count_parameters(file);
    result.inputs = file.inputs;
    result.outputs = file.outputs;
    return result;
}

} // namespace engine
} // namespace dlcomm
} // namespace gr
