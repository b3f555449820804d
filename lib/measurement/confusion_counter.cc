/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "confusion_counter.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace gr {
namespace dlcomm {
namespace measurement {

namespace {

std::vector<std::string> checked_labels(const std::vector<std::string>& labels)
{
    if (labels.size() < 2 || labels.size() > confusion_counter::most_labels)
        throw std::invalid_argument("found " + std::to_string(labels.size()) +
                                    " labels, expected 2 to 255");
    for (size_t i = 0; i < labels.size(); ++i) {
        if (labels[i].empty())
            throw std::invalid_argument("label " + std::to_string(i) +
                                        " is empty, expected a name");
        if (std::count(labels.begin(), labels.begin() + i, labels[i]))
            throw std::invalid_argument("label '" + labels[i] +
                                        "' is there twice, expected different ones");
    }
    return labels;
}

std::string listed(const std::vector<std::string>& labels)
{
    std::string text;
    for (const auto& label : labels)
        text += (text.empty() ? "" : ", ") + label;
    return text;
}

} // namespace

confusion_counter::confusion_counter(const std::vector<std::string>& labels,
                                     uint64_t max_decisions)
    : d_labels(checked_labels(labels)), d_max_decisions(max_decisions)
{
}

void confusion_counter::set_truth(const std::string& label, double snr_db)
{
    d_row = nullptr;
    const auto found = std::find(d_labels.begin(), d_labels.end(), label);
    if (found == d_labels.end())
        throw std::invalid_argument("the truth is '" + label +
                                    "', expected one of the labels " + listed(d_labels));
    if (!std::isfinite(snr_db))
        throw std::invalid_argument("the SNR of the truth '" + label + "' is " +
                                    std::to_string(snr_db) +
                                    ", expected a finite number");
    auto place = d_counts.find(snr_db);
    if (place == d_counts.end()) {
        if (d_counts.size() == most_snrs)
            throw std::invalid_argument("the truth has more than " +
                                        std::to_string(most_snrs) +
                                        " different SNRs, expected labels of SNR");
        matrix zeros(d_labels.size() * (d_labels.size() + 1));
        place = d_counts.emplace(snr_db, std::move(zeros)).first;
    }
    d_snr_db = snr_db;
    d_class = found - d_labels.begin();
    d_row = place->second.data() + d_class * (d_labels.size() + 1);
}

void confusion_counter::feed(const uint8_t* decided, size_t count)
{
    const size_t classes = d_labels.size();
    for (size_t i = 0; i < count && !done(); ++i) {
        const size_t said = decided[i] == unknown ? classes : decided[i];
        if (said > classes || (said == classes && decided[i] != unknown))
            throw std::invalid_argument("a decision is " + std::to_string(decided[i]) +
                                        ", expected 0 to " + std::to_string(classes - 1) +
                                        " with the labels " + listed(d_labels) +
                                        ", or 255 for \"unknown\"");
        if (!d_row) {
            ++d_without_truth;
            continue;
        }
        ++d_row[said];
        ++d_decisions;
        d_right += said == d_class;
        d_said_unknown += said == classes;
    }
}

void confusion_counter::reset()
{
    const bool known = d_row != nullptr;
    d_counts.clear();
    d_decisions = d_right = d_said_unknown = d_without_truth = 0;
    d_row = nullptr;
    if (known)
        set_truth(d_labels[d_class], d_snr_db);
}

} // namespace measurement
} // namespace dlcomm
} // namespace gr
