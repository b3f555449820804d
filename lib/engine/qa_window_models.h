/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ENGINE_QA_WINDOW_MODELS_H
#define INCLUDED_DLCOMM_ENGINE_QA_WINDOW_MODELS_H

#include "engine/qa_model_writer.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace gr {
namespace dlcomm {
namespace engine {
namespace qa {

//! How the values between the operators of a model are stored.
enum class storage {
    float32,
    uint8,    // what ONNX Runtime's quantization writes usually
    int8_even // INT8 with the code 0 for the number 0, and Relu behind a rounding
};

/*!
 * \brief Writes classifiers of separable convolutions with random weights, node by node.
 *
 * Every function takes the name of the tensor that it reads, gives that of what it makes,
 * and keeps the shape of the latter up to date. Of quantized ones the weights are INT8,
 * biases INT32, and every value passes a pair of QuantizeLinear and DequantizeLinear, as
 * ONNX Runtime's quantization writes them.
 */
class window_model
{
public:
    static constexpr int64_t window = 32, classes = 5;

    explicit window_model(storage values = storage::float32, unsigned seed = 1)
        : d_values(values), d_engine(seed)
    {
        model.inputs = { value("iq", onnx_float, { -1, window, 2 }) };
        model.outputs = { value("logits", onnx_float, { -1, classes }) };
        constant("two", { 2.0f });
        constant("smallest", { 1e-20f });
    }

    qa::model model;
    int64_t channels = 2, length = window;

    //! Weights of a channel of UINT8 inputs must stay below this: on processors without
    //! integer dot products the runtime adds pairs of products in 16 bits.
    static constexpr int largest_code = 63;

    std::string add(const std::string& kind,
                    const std::vector<std::string>& from,
                    const std::vector<wire_writer>& attributes = {},
                    const std::string& name = "")
    {
        const std::string made = name.empty() ? fresh() : name;
        model.nodes.push_back(node(kind, from, { made }, attributes));
        return made;
    }

    void constant(const std::string& name,
                  const std::vector<float>& values,
                  std::vector<int64_t> dims = {})
    {
        model.initializers.push_back(float_tensor(name, dims, values));
    }

    std::string normalised()
    {
        const auto mean = add("ReduceMean",
                              { add("Mul", { "iq", "iq" }) },
                              { list_attribute("axes", { 1, 2 }) });
        const auto power = add("Max", { add("Mul", { mean, "two" }), "smallest" });
        return add("Div", { "iq", add("Sqrt", { power }) });
    }

    std::string channels_first(const std::string& from)
    {
        return rounded(
            add("Transpose", { from }, { list_attribute("perm", { 0, 2, 1 }) }), 4.0f);
    }

    std::string convolution(const std::string& from,
                            int64_t outputs,
                            int64_t taps,
                            int64_t step = 1,
                            int64_t group = 1,
                            std::vector<int64_t> pads = {})
    {
        if (pads.empty())
            pads = { taps / 2, taps / 2 };
        const auto weights = weigh({ outputs, channels / group, taps });
        channels = outputs;
        length = (length + pads[0] + pads[1] - taps) / step + 1;
        return add("Conv",
                   { from, weights.first, weights.second },
                   { list_attribute("pads", pads),
                     list_attribute("strides", { step }),
                     list_attribute("kernel_shape", { taps }),
                     int_attribute("group", group) });
    }

    std::string relu(const std::string& from)
    {
        if (d_values == storage::uint8)
            return rounded(from, 4.0f, 0); // the lowest code stands for 0
        if (d_values == storage::int8_even)
            return rounded(add("Relu", { rounded(from, 4.5f) }), 3.9f, 0);
        return add("Relu", { from });
    }

    //! A convolution per channel, one across channels, and ReLU.
    std::string block(const std::string& from, int64_t outputs, int64_t step)
    {
        const auto filtered = rounded(convolution(from, channels, 5, step, channels));
        return relu(convolution(filtered, outputs, 1));
    }

    std::string mean(const std::string& from)
    {
        return add("ReduceMean",
                   { from },
                   { list_attribute("axes", { 2 }), int_attribute("keepdims", 0) });
    }

    void logits(const std::string& from,
                int64_t features,
                const std::string& name = "logits")
    {
        const auto weights = weigh({ classes, features });
        add("Gemm",
            { from, weights.first, weights.second },
            { int_attribute("transB", 1) },
            name);
    }

    //! The usual network: a first convolution, three blocks, the last two pooled.
    void usual()
    {
        auto at = relu(convolution(channels_first(normalised()), 6, 7));
        at = block(at, 8, 2);
        at = block(at, 9, 1);
        const auto first = mean(at);
        at = block(at, 12, 2);
        const auto both =
            add("Concat", { first, mean(at) }, { int_attribute("axis", 1) });
        // Of other steps than the values: means of codes lie between two codes often.
        logits(rounded(both, 3.3717f, 0), 9 + 12);
    }

    //! Through QuantizeLinear and DequantizeLinear, where those are wanted; the codes reach
    //! to `largest`, UINT8 ones from 0 or, with another `zero`, from below it.
    std::string rounded(const std::string& from, float largest = 4.0f, int zero = 128)
    {
        if (d_values == storage::float32)
            return from;
        const bool even = d_values == storage::int8_even;
        const std::string scale = fresh(), offset = fresh();
        // No simple fraction, so that no value lies in the middle between two codes.
        d_step = largest * 1.01f / (even ? 127 : 255 - zero);
        constant(scale, { d_step });
        model.initializers.push_back(
            raw_tensor(offset,
                       even ? onnx_int8 : onnx_uint8,
                       {},
                       std::string(1, static_cast<char>(even ? 0 : zero))));
        return add("DequantizeLinear",
                   { add("QuantizeLinear", { from, scale, offset }), scale, offset });
    }

private:
    std::string fresh() { return "t" + std::to_string(d_count++); }

    // Names of weights of this shape, outputs first, and of the bias.
    std::pair<std::string, std::string> weigh(const std::vector<int64_t>& dims)
    {
        size_t inputs = 1;
        for (size_t i = 1; i < dims.size(); ++i)
            inputs *= dims[i];
        const size_t outputs = dims[0];
        const std::string weights = fresh(), bias = fresh();
        const float deviation = 1.4f / std::sqrt(static_cast<float>(inputs));
        std::normal_distribution<float> normal;
        std::vector<float> w(outputs * inputs), b(outputs);
        for (auto& x : w)
            x = deviation * normal(d_engine);
        for (auto& x : b)
            x = 0.3f * normal(d_engine);
        if (d_values == storage::float32) {
            constant(weights, w, dims);
            constant(bias, b, { dims[0] });
            return { weights, bias };
        }
        std::string codes, bias_codes;
        std::vector<float> scales(outputs), bias_scales(outputs);
        for (size_t r = 0; r < outputs; ++r) {
            scales[r] = 3.0f * deviation / largest_code * (1.0f + 0.1f * r);
            bias_scales[r] = d_step * scales[r];
            for (size_t i = 0; i < inputs; ++i)
                codes += static_cast<char>(std::clamp<int>(
                    std::lround(w[r * inputs + i] / scales[r]), -largest_code, largest_code));
            const auto code = static_cast<int32_t>(std::lround(b[r] / bias_scales[r]));
            bias_codes.append(reinterpret_cast<const char*>(&code), sizeof(code));
        }
        return { dequantized(weights, onnx_int8, dims, codes, scales),
                 dequantized(bias, onnx_int32, { dims[0] }, bias_codes, bias_scales) };
    }

    std::string dequantized(const std::string& name,
                            int32_t type,
                            const std::vector<int64_t>& dims,
                            const std::string& codes,
                            const std::vector<float>& scales)
    {
        const std::string scale = fresh(), zero = fresh();
        const auto outputs = static_cast<int64_t>(scales.size());
        model.initializers.push_back(raw_tensor(name, type, dims, codes));
        constant(scale, scales, { outputs });
        model.initializers.push_back(raw_tensor(
            zero,
            type,
            { outputs },
            std::string(scales.size() * (type == onnx_int32 ? sizeof(int32_t) : 1), '\0')));
        return add(
            "DequantizeLinear", { name, scale, zero }, { int_attribute("axis", 0) });
    }

    storage d_values;
    float d_step = 1.0f; // of the values that were rounded last
    size_t d_count = 0;
    std::mt19937 d_engine;
};

} // namespace qa
} // namespace engine
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ENGINE_QA_WINDOW_MODELS_H */
