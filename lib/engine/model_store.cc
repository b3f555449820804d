/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "model_store.h"
#include "onnx_file.h"

#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace gr {
namespace dlcomm {
namespace engine {
namespace fs = std::filesystem;

std::vector<std::string> model_path()
{
    std::vector<std::string> folders;
    if (const char* variable = std::getenv("DLCOMM_MODEL_PATH")) {
        std::istringstream list(variable);
        for (std::string folder; std::getline(list, folder, ':');)
            if (!folder.empty())
                folders.push_back(folder);
    }
    folders.push_back(DLCOMM_INSTALLED_MODELS);
    return folders;
}

std::string model_file(const std::string& model, const std::string& role)
{
    std::error_code ignored; // what cannot be looked at is not there
    const std::string name = role + ".onnx";
    if (model.empty())
        throw model_error(model, "expected a model's name, folder or file");
    const bool is_path =
        model.find('/') != std::string::npos || fs::path(model).extension() == ".onnx";
    // A plain name is that of a shipped model, whatever lies in the working folder.
    std::string searched;
    for (const auto& folder : is_path ? std::vector<std::string>{} : model_path()) {
        const fs::path file = fs::path(folder) / model / name;
        if (fs::exists(file, ignored))
            return file.string();
        searched += (searched.empty() ? "" : ", ") + folder;
    }
    if (fs::is_directory(model, ignored)) {
        const fs::path file = fs::path(model) / name;
        if (!fs::exists(file, ignored))
            throw model_error(model, "the folder holds no " + name);
        return file.string();
    }
    if (!is_path)
        throw model_error(model, "no shipped " + role + " of this name in " + searched);
    if (!fs::exists(model, ignored))
        throw model_error(model, "no such file");
    return model;
}

} // namespace engine
} // namespace dlcomm
} // namespace gr
