/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "engine/contract.h"
#include "engine/model_store.h"
#include "engine/ort_runtime.h"

namespace py = pybind11;
namespace engine = gr::dlcomm::engine;

namespace {

py::list tensors(const std::vector<engine::onnx_value>& values)
{
    py::list list;
    for (const auto& value : values)
        list.append(
            py::make_tuple(value.name, engine::onnx_type_name(value.type), value.shape));
    return list;
}

py::dict read_contract(const std::string& file)
{
    const engine::contract c = engine::check_contract(engine::read_onnx_file(file));
    py::dict d;
    d["file"] = c.file;
    d["role"] = c.role;
    d["link"] = c.link;
    d["n"] = c.n;
    d["k"] = c.k;
    d["labels"] = c.labels;
    d["window"] = c.window;
    d["recipe"] = c.recipe;
    d["measured"] = c.measured;
    d["uses_csi"] = c.uses_csi;
    d["opset"] = c.opset;
    d["parameters"] = c.parameters;
    d["bytes"] = c.bytes;
    d["inputs"] = tensors(c.inputs);
    d["outputs"] = tensors(c.outputs);
    return d;
}

} // namespace

void bind_models(py::module& m)
{
    m.def(
        "model_path",
        &engine::model_path,
        "Folders searched for shipped models: those of $DLCOMM_MODEL_PATH (separated by "
        "colons), then the installed one.");
    m.def("model_file",
          &engine::model_file,
          py::arg("model"),
          py::arg("role"),
          "Path of the file that a model argument stands for.\n\n"
          "model: name of a shipped model, a folder that holds <role>.onnx, or a file\n"
          "role: encoder, decoder or classifier\n\n"
          "Raises RuntimeError when there is no such file.");
    m.def(
        "read_contract",
        &read_contract,
        py::arg("file"),
        "Check an .onnx file against the model contract and return what it says.\n\n"
        "Keys: file, role, link, n, k, labels, window, recipe and measured (JSON text), "
        "uses_csi, opset, parameters, bytes, and inputs and outputs as lists of (name, "
        "dtype, shape), -1 for a free dimension.\n\n"
        "Raises RuntimeError naming the file, the key, what was found and what was "
        "expected.");
    m.def("onnxruntime_version",
          &engine::ort_version,
          "Release of the ONNX Runtime library that the blocks run.\n\n"
          "Raises RuntimeError when it cannot be loaded.");
}
