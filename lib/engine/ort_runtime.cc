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
        candidates = { variable }; // who names one wants that one
    else
        candidates = { folder_of_this_library() + "/" DLCOMM_BUNDLED_ONNXRUNTIME,
                       DLCOMM_BUILT_WITH_ONNXRUNTIME,
                       "libonnxruntime.so.1" };

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

// x86 processors without VNNI add pairs of 8-bit products in 16 bits; the runtime can
// avoid that, at a price that the others need not pay.
bool int8_sums_saturate()
{
#if defined(__x86_64__)
    return !__builtin_cpu_supports("avx512vnni") && !__builtin_cpu_supports("avxvnni");
#else
    return false;
#endif
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

Ort::SessionOptions ort_session_options()
{
    Ort::SessionOptions options;
    options.SetIntraOpNumThreads(1);
    options.SetInterOpNumThreads(1);
    options.SetExecutionMode(ORT_SEQUENTIAL);
    options.SetGraphOptimizationLevel(ORT_ENABLE_ALL);
    options.AddConfigEntry("session.intra_op.allow_spinning", "0");
    options.AddConfigEntry("session.inter_op.allow_spinning", "0");
    if (int8_sums_saturate())
        options.AddConfigEntry("session.x64quantprecision", "1");
    return options;
}

const std::string& ort_version() { return shared_environment().version; }

} // namespace engine
} // namespace dlcomm
} // namespace gr
