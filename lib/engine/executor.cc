/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "dense_executor.h"
#include "executor.h"
#include "session_executor.h"

namespace gr {
namespace dlcomm {
namespace engine {

std::unique_ptr<executor> make_executor(const onnx_file& file)
{
    // The runtime looks at every model, so that a file is accepted or refused for the
    // same reasons whichever executor serves it afterwards.
    auto general = std::make_unique<session_executor>(file);
    if (auto dense = dense_executor::recognise(file))
        return dense;
    return general;
}

} // namespace engine
} // namespace dlcomm
} // namespace gr
