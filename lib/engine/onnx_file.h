/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ENGINE_ONNX_FILE_H
#define INCLUDED_DLCOMM_ENGINE_ONNX_FILE_H

#include "model_error.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace gr {
namespace dlcomm {
namespace engine {

//! Tensor element types as numbered by ONNX's TensorProto.DataType.
enum : int32_t {
    onnx_float = 1,
    onnx_uint8 = 2,
    onnx_int8 = 3,
    onnx_int16 = 5,
    onnx_int32 = 6,
    onnx_int64 = 7,
    onnx_uint4 = 21,
    onnx_int4 = 22,
    onnx_uint2 = 25,
    onnx_int2 = 26
};

//! "float32", "int64", ... of an ONNX element type number.
std::string onnx_type_name(int32_t type);

//! Name, element type and shape of a graph's input or output; -1 is a free dimension.
struct onnx_value {
    std::string name;
    int32_t type = 0;
    std::vector<int64_t> shape;
    bool has_shape = false;
};

//! An initializer. `data` is filled for float32 tensors that are stored in the file.
struct onnx_tensor {
    std::string name;
    int32_t type = 0;
    std::vector<int64_t> dims;
    std::vector<float> data;
    size_t raw_at = 0, raw_size = 0; // raw_data, as a stretch of the file's bytes
    bool only_raw = true;            // no values in the fields of single types
    std::vector<int64_t> listed;     // int32_data or int64_data, if values are nowhere else
    int64_t elements() const;
};

//! A sparse initializer; `values` bear its name, `indices` say where they stand.
struct onnx_sparse_tensor {
    onnx_tensor values, indices;
    std::vector<int64_t> dims; // of the tensor with all its zeros
};

//! A node, with the attributes that are numbers, lists of integers or text.
struct onnx_node {
    std::string op_type;
    std::string domain;
    std::vector<std::string> inputs;
    std::vector<std::string> outputs;
    std::map<std::string, float> floats;
    std::map<std::string, int64_t> ints;
    std::map<std::string, std::vector<int64_t>> int_lists;
    std::map<std::string, std::string> texts;
};

/*!
 * \brief What an .onnx file says of itself, read without running anything.
 *
 * A small reader of the protocol-buffer wire format, for the few fields that the engine
 * needs before it hands the file to ONNX Runtime. Linking the protobuf library instead
 * would put a second copy of it into processes where torch and the onnx package have
 * already loaded theirs.
 */
struct onnx_file {
    std::string path;
    std::string bytes; // the whole file
    int64_t ir_version = 0;
    int64_t opset = 0; // of the default domain
    std::map<std::string, std::string> metadata;
    std::vector<onnx_value> inputs; // without initializers listed as inputs
    std::vector<onnx_value> outputs;
    std::vector<onnx_node> nodes;
    std::vector<onnx_tensor> initializers;
    std::vector<onnx_sparse_tensor> sparse_initializers;
    std::vector<std::string> external_data; // `location` of every external tensor
    bool has_functions = false;             // operators defined by the file itself
    size_t parts = 0; // nodes, tensors, names and dimensions met while reading
};

/*!
 * \brief Read a file and check what can be checked without running it.
 *
 * Throws model_error when the file is missing, unreadable, empty, over 512 MiB, not an
 * ONNX model, of more than a million parts, holds a sparse tensor of more than 2^27
 * elements, or refers to external data outside its own folder.
 */
onnx_file read_onnx_file(const std::string& path);

} // namespace engine
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ENGINE_ONNX_FILE_H */
