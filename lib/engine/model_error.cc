/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "model_error.h"

#include <algorithm>

namespace gr {
namespace dlcomm {
namespace engine {
namespace {

// Names in a file may be megabytes long; a message quotes no more than this.
constexpr size_t longest_problem = 1000;

// Length of the UTF-8 sequence at text[i] (RFC 3629), 0 when it is none.
size_t utf8_length(const std::string& text, size_t i)
{
    const auto byte = [&](size_t at) {
        return at < text.size() ? static_cast<unsigned char>(text[at]) : 0u;
    };
    const auto follows = [&](size_t at, unsigned from = 0x80, unsigned to = 0xbf) {
        return byte(at) >= from && byte(at) <= to;
    };
    const unsigned first = byte(i);
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first <= 0xdf)
        return follows(i + 1) ? 2 : 0;
    if (first >= 0xe0 && first <= 0xef)
        return follows(i + 1, first == 0xe0 ? 0xa0 : 0x80, first == 0xed ? 0x9f : 0xbf) &&
                       follows(i + 2)
                   ? 3
                   : 0;
    if (first >= 0xf0 && first <= 0xf4)
        return follows(i + 1, first == 0xf0 ? 0x90 : 0x80, first == 0xf4 ? 0x8f : 0xbf) &&
                       follows(i + 2) && follows(i + 3)
                   ? 4
                   : 0;
    return 0;
}

} // namespace

std::string one_line(const std::string& text)
{
    std::string line;
    for (size_t i = 0; i < text.size();) {
        const size_t length = utf8_length(text, i);
        const auto byte = static_cast<unsigned char>(text[i]);
        if (length == 0 || byte < 0x20 || byte == 0x7f)
            line += '?';
        else
            line.append(text, i, length);
        i += std::max<size_t>(length, 1);
    }
    return line;
}

bool is_utf8(const std::string& text)
{
    for (size_t i = 0; i < text.size();) {
        const size_t length = utf8_length(text, i);
        if (length == 0)
            return false;
        i += length;
    }
    return true;
}

model_error::model_error(const std::string& file, const std::string& problem)
    : std::runtime_error(
          one_line("model '" + file + "': " + problem.substr(0, longest_problem)))
{
}

} // namespace engine
} // namespace dlcomm
} // namespace gr
