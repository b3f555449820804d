/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ENGINE_PACKED_INTEGERS_H
#define INCLUDED_DLCOMM_ENGINE_PACKED_INTEGERS_H

#include "onnx_file.h"

#include <cstdint>
#include <vector>

namespace gr {
namespace dlcomm {
namespace engine {

/*!
 * \brief Values of a tensor of integers, two or four to a byte unpacked.
 *
 * \param file the file that the tensor was read from
 * \param tensor INT8, UINT8, INT16, INT32, INT64, or one of 2 or 4 bits
 * \param largest number of elements to unpack at most
 * \param values gets them
 * \return false when the tensor is of another type, larger, not wholly stored as
 * raw_data, or holds what 32 bits do not
 */
bool read_integers(const onnx_file& file,
                   const onnx_tensor& tensor,
                   int64_t largest,
                   std::vector<int32_t>& values);

} // namespace engine
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ENGINE_PACKED_INTEGERS_H */
