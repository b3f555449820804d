/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "decision_average.h"

#include <algorithm>
#include <cmath>

namespace gr {
namespace dlcomm {
namespace engine {

decision_average::decision_average(size_t classes, size_t windows)
    : d_classes(classes),
      d_windows(windows),
      d_rows(windows * classes),
      d_valid(windows),
      d_mean(classes),
      d_probabilities(classes)
{
}

void decision_average::clear()
{
    std::fill(d_valid.begin(), d_valid.end(), 0);
    d_next = d_span = 0;
}

decision_average::decision decision_average::next(const double* log_probabilities,
                                                  double threshold)
{
    d_valid[d_next] = log_probabilities != nullptr;
    if (log_probabilities)
        std::copy_n(log_probabilities, d_classes, d_rows.data() + d_next * d_classes);
    d_next = (d_next + 1) % d_windows;
    d_span = std::min(d_span + 1, d_windows);
    if (!log_probabilities) {
        std::fill(d_probabilities.begin(), d_probabilities.end(), 0.0f);
        return { unknown, 0.0 };
    }

    std::fill(d_mean.begin(), d_mean.end(), 0.0);
    size_t count = 0;
    for (size_t row = 0; row < d_windows; ++row) {
        if (!d_valid[row])
            continue;
        ++count;
        for (size_t i = 0; i < d_classes; ++i)
            d_mean[i] += d_rows[row * d_classes + i];
    }
    const auto likeliest = std::max_element(d_mean.begin(), d_mean.end());
    const double largest = *likeliest;
    double sum = 0.0;
    for (auto& value : d_mean)
        sum += value = std::exp((value - largest) / count);
    for (size_t i = 0; i < d_classes; ++i)
        d_probabilities[i] = static_cast<float>(d_mean[i] / sum);
    const double probability = 1.0 / sum;
    const auto index = static_cast<uint8_t>(likeliest - d_mean.begin());
    return { probability < threshold ? unknown : index, probability };
}

} // namespace engine
} // namespace dlcomm
} // namespace gr
