/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "classifier.h"
#include "kernels.h"

#include <volk/volk.h>
#include <algorithm>
#include <cmath>
#include <limits>

namespace gr {
namespace dlcomm {
namespace engine {
namespace {

constexpr size_t most_gathered_samples = size_t(1) << 22; // 32 MiB

} // namespace

std::unique_ptr<classifier> classifier::load(const std::string& path,
                                             size_t largest_batch)
{
    const onnx_file file = read_onnx_file(path);
    std::unique_ptr<classifier> made(new classifier);
    made->d_contract = check_contract(file, "classifier");
    if (made->classes() > most_classes)
        throw model_error(path,
                          "dlcomm.labels is a list of " +
                              std::to_string(made->classes()) + ", expected at most " +
                              std::to_string(most_classes) + " labels");
    made->d_executor = make_window_executor(file);
    const size_t windows = std::max<size_t>(
        1, std::min(largest_batch, most_gathered_samples / made->window()));
    made->d_states.resize(windows);
    made->d_gathered.resize(windows * made->window() * 2);
    made->d_logits.resize(windows * made->classes());
    made->d_log_probabilities.resize(windows * made->classes());
    return made;
}

void classifier::classify(const float* iq, size_t hop, size_t count)
{
    const size_t row = 2 * window(), step = 2 * hop;
    size_t good = 0;
    for (size_t w = 0; w < count; ++w) {
        d_states[w] = state_of_window(iq + w * step, window());
        good += d_states[w] == window_state::good;
    }
    if (good == 0)
        return;
    const bool end_to_end = good == count && (hop == window() || count == 1);
    if (!end_to_end) {
        float* to = d_gathered.data();
        for (size_t w = 0; w < count; ++w)
            if (d_states[w] == window_state::good)
                to = std::copy_n(iq + w * step, row, to);
    }
    d_executor->logits(end_to_end ? iq : d_gathered.data(), good, d_logits.data());
    const float* logits = d_logits.data();
    for (size_t w = 0; w < count; ++w) {
        if (d_states[w] != window_state::good)
            continue;
        if (!log_softmax(logits, classes(), d_log_probabilities.data() + w * classes()))
            d_states[w] = window_state::not_finite;
        logits += classes();
    }
}

window_state state_of_window(const float* iq, size_t samples)
{
    // In float32, as networks compute it: what overflows or vanishes here does so there.
    float energy;
    volk_32f_x2_dot_prod_32f(&energy, iq, iq, static_cast<unsigned int>(2 * samples));
    if (!std::isfinite(energy))
        return window_state::not_finite;
    return energy < std::numeric_limits<float>::min() ? window_state::silent
                                                      : window_state::good;
}

bool log_softmax(const float* logits, size_t classes, double* log_probabilities)
{
    if (!kernels().all_finite(logits, classes))
        return false;
    const double largest = *std::max_element(logits, logits + classes);
    double sum = 0.0;
    for (size_t i = 0; i < classes; ++i)
        sum += std::exp(logits[i] - largest);
    const double log_sum = std::log(sum);
    for (size_t i = 0; i < classes; ++i)
        log_probabilities[i] = std::max(logits[i] - largest - log_sum, -1e30);
    return true;
}

} // namespace engine
} // namespace dlcomm
} // namespace gr
