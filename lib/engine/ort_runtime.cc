/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "ort_runtime.h"

#include <dlfcn.h>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace gr {
namespace dlcomm {
namespace engine {
namespace {

std::string folder_of_this_library()
{
    Dl_info info;
    if (!dladdr(reinterpret_cast<const void*>(&ort_env), &info) || !info.dli_fname)
        return ".";
    return std::filesystem::path(info.dli_fname).parent_path().string();
}

struct runtime {
    const OrtApi* api;
    std::string version;
};

runtime open_runtime()
{
    std::vector<std::string> candidates;
    if (const char* variable = std::getenv("DLCOMM_ONNXRUNTIME"))
        candidates.push_back(variable);
    candidates.push_back(folder_of_this_library() + "/" DLCOMM_BUNDLED_ONNXRUNTIME);
    candidates.push_back(DLCOMM_BUILT_WITH_ONNXRUNTIME);
    candidates.push_back("libonnxruntime.so.1");

    std::string tried;
    for (const auto& candidate : candidates) {
        if (candidate.empty())
            continue;
        // RTLD_LOCAL: another copy of the runtime in this process must not see ours.
        void* library = dlopen(candidate.c_str(), RTLD_NOW | RTLD_LOCAL);
        if (!library) {
            tried += "; " + std::string(dlerror());
            continue;
        }
        using get_api_base = const OrtApiBase* (*)();
        const auto base = reinterpret_cast<get_api_base>(dlsym(library, "OrtGetApiBase"));
        const OrtApi* api = base ? base()->GetApi(ORT_API_VERSION) : nullptr;
        if (api)
            return { api, base()->GetVersionString() };
        tried += "; " + candidate + ": older than the headers this module was built with";
    }
    throw std::runtime_error("ONNX Runtime's library cannot be loaded (set "
                             "DLCOMM_ONNXRUNTIME to its path)" +
                             tried);
}

struct environment {
    // In this order: an Ort::Env that exists before the library is open cannot even be
    // destroyed.
    environment() : version(initialise()), env(ORT_LOGGING_LEVEL_FATAL, "gr-dlcomm") {}

    static std::string initialise()
    {
        const runtime opened = open_runtime();
        Ort::InitApi(opened.api);
        return opened.version;
    }

    std::string version;
    Ort::Env env; // logs fatal errors only: others come back as exceptions
};

environment& shared_environment()
{
    // Never destroyed: sessions of blocks that outlive static destruction still need it.
    static environment* const shared = new environment;
    return *shared;
}

} // namespace

Ort::Env& ort_env() { return shared_environment().env; }

const std::string& ort_version() { return shared_environment().version; }

} // namespace engine
} // namespace dlcomm
} // namespace gr
