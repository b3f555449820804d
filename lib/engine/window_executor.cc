/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "session_window_executor.h"
#include "window_executor.h"

namespace gr {
namespace dlcomm {
namespace engine {

std::unique_ptr<window_executor> make_window_executor(const onnx_file& file)
{
    return std::make_unique<session_window_executor>(file);
}

} // namespace engine
} // namespace dlcomm
} // namespace gr
