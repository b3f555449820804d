/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ENGINE_NODE_READING_H
#define INCLUDED_DLCOMM_ENGINE_NODE_READING_H

#include "onnx_file.h"

namespace gr {
namespace dlcomm {
namespace engine {

//! An attribute of a node, or what stands for it where it is not given.
inline int64_t integer_or(const onnx_node& node, const char* name, int64_t other)
{
    const auto found = node.ints.find(name);
    return found == node.ints.end() ? other : found->second;
}

inline float float_or(const onnx_node& node, const char* name, float other)
{
    const auto found = node.floats.find(name);
    return found == node.floats.end() ? other : found->second;
}

inline std::vector<int64_t>
list_or(const onnx_node& node, const char* name, const std::vector<int64_t>& other)
{
    const auto found = node.int_lists.find(name);
    return found == node.int_lists.end() ? other : found->second;
}

} // namespace engine
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ENGINE_NODE_READING_H */
