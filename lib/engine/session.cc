/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "ort_runtime.h"
#include "session.h"

#include <algorithm>
#include <filesystem>

namespace gr {
namespace dlcomm {
namespace engine {
namespace {

// End of the bracketed group that begins at or after `at`; npos without one.
size_t group_end(const std::string& text, size_t at, char opening, char closing)
{
    int open = 0;
    for (size_t i = text.find(opening, at); i < text.size(); ++i) {
        open += (text[i] == opening) - (text[i] == closing);
        if (open == 0)
            return i + 1;
    }
    return std::string::npos;
}

// The runtime's complaint on one line, without the places in its own source that it
// names: "/path/file.cc:123 ret function(args) [with T = int]".
std::string complaint(std::string text)
{
    constexpr size_t longest = 400;
    for (const std::string extension : { ".cc:", ".h:" }) {
        for (size_t at = 0; (at = text.find(extension, at)) != std::string::npos;) {
            const size_t space = text.rfind(' ', at);
            const size_t begin = space == std::string::npos ? 0 : space + 1;
            size_t end = group_end(text, at, '(', ')');
            if (text[begin] != '/' || end == std::string::npos) {
                at += extension.size();
                continue;
            }
            if (text.compare(end, 6, " const") == 0)
                end += 6;
            if (text.compare(end, 7, " [with ") == 0)
                end = std::min(group_end(text, end, '[', ']'), text.size());
            text.erase(begin, end - begin + (end < text.size()));
            at = begin;
        }
    }
    text.erase(text.find_last_not_of(" \n") + 1);
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text.size() > longest ? text.substr(0, longest) + "..." : text;
}

// Elements in one row; the first axis is the batch.
size_t row_elements(const onnx_file& file, const onnx_value& value)
{
    size_t product = 1;
    if (!value.has_shape || value.shape.empty())
        throw model_error(file.path, "tensor '" + value.name + "' has no batch axis");
    for (size_t i = 1; i < value.shape.size(); ++i) {
        const int64_t dim = value.shape[i];
        if (dim < 1 || dim > (1 << 26) || product > (size_t(1) << 26) / dim)
            throw model_error(file.path,
                              "tensor '" + value.name + "': dimension " +
                                  std::to_string(i) +
                                  " is free, empty or too large, expected a fixed size");
        product *= dim;
    }
    return product;
}

} // namespace

struct session::impl {
    struct tensor {
        std::string name;
        ONNXTensorElementDataType type;
        std::vector<int64_t> shape;
        size_t row_bytes;
    };

    std::string path;
    Ort::Session session{ nullptr };
    Ort::MemoryInfo memory{ nullptr };
    Ort::RunOptions options{ nullptr };
    std::vector<tensor> inputs;
    tensor output;
    size_t output_row = 0;
    std::vector<const char*> input_names;
    std::vector<Ort::Value> input_values;

    static Ort::Value
    value(const Ort::MemoryInfo& memory, tensor& t, const void* data, size_t batch)
    {
        t.shape[0] = static_cast<int64_t>(batch);
        return Ort::Value::CreateTensor(memory,
                                        const_cast<void*>(data),
                                        batch * t.row_bytes,
                                        t.shape.data(),
                                        t.shape.size(),
                                        t.type);
    }
};

session::session(const onnx_file& file)
{
    Ort::Env& env = ort_env(); // before any other object of the runtime exists
    d_impl.reset(new impl);
    d_impl->path = file.path;
    try {
        const Ort::SessionOptions options = ort_session_options();
        // Read once, checked, and run from the same bytes; only a model with external
        // data has to be found again by the runtime, under the path whose folder was
        // checked.
        if (file.external_data.empty()) {
            d_impl->session =
                Ort::Session(env, file.bytes.data(), file.bytes.size(), options);
        } else {
            const auto path = std::filesystem::canonical(file.path);
            d_impl->session = Ort::Session(env, path.c_str(), options);
        }
        d_impl->memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
        d_impl->options = Ort::RunOptions();
    } catch (const Ort::Exception& error) {
        throw model_error(file.path,
                          "ONNX Runtime " + ort_version() +
                              " refuses it: " + complaint(error.what()));
    }
    if (file.outputs.size() != 1)
        throw model_error(file.path,
                          "the number of outputs is " +
                              std::to_string(file.outputs.size()) + ", expected 1");
    for (const auto& input : file.inputs) {
        if (input.type != onnx_float && input.type != onnx_int64)
            throw model_error(file.path,
                              "input '" + input.name + "' is " +
                                  onnx_type_name(input.type) +
                                  ", expected float32 or int64");
        const size_t row = row_elements(file, input);
        d_impl->inputs.push_back(
            { input.name,
              static_cast<ONNXTensorElementDataType>(input.type),
              input.shape,
              row * (input.type == onnx_float ? sizeof(float) : sizeof(int64_t)) });
    }
    const auto& output = file.outputs[0];
    if (output.type != onnx_float)
        throw model_error(file.path,
                          "output '" + output.name + "' is " +
                              onnx_type_name(output.type) + ", expected float32");
    d_impl->output_row = row_elements(file, output);
    d_impl->output = { output.name,
                       ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT,
                       output.shape,
                       d_impl->output_row * sizeof(float) };
    for (const auto& input : d_impl->inputs)
        d_impl->input_names.push_back(input.name.c_str());
    d_impl->input_values.reserve(d_impl->inputs.size());
}

session::~session() = default;

void session::run(const void* const* inputs, float* output, size_t batch)
{
    impl& d = *d_impl;
    try {
        d.input_values.clear();
        for (size_t i = 0; i < d.inputs.size(); ++i)
            d.input_values.push_back(
                impl::value(d.memory, d.inputs[i], inputs[i], batch));
        Ort::Value result = impl::value(d.memory, d.output, output, batch);
        const char* output_name = d.output.name.c_str();
        d.session.Run(d.options,
                      d.input_names.data(),
                      d.input_values.data(),
                      d.input_values.size(),
                      &output_name,
                      &result,
                      1);
    } catch (const Ort::Exception& error) {
        throw model_error(d.path,
                          "ONNX Runtime fails to run it: " + complaint(error.what()));
    }
}

size_t session::output_row() const { return d_impl->output_row; }

} // namespace engine
} // namespace dlcomm
} // namespace gr
