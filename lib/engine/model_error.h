/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_ENGINE_MODEL_ERROR_H
#define INCLUDED_DLCOMM_ENGINE_MODEL_ERROR_H

#include <stdexcept>
#include <string>

namespace gr {
namespace dlcomm {
namespace engine {

//! The text with a question mark for each control character and each byte that is not
//! UTF-8, so that it fits on one line and every language binding can pass it on.
std::string one_line(const std::string& text);

//! True when the text is well-formed UTF-8.
bool is_utf8(const std::string& text);

//! A model that cannot be used; what() is one line of UTF-8 that names the file.
class model_error : public std::runtime_error
{
public:
    model_error(const std::string& file, const std::string& problem);
};

} // namespace engine
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_ENGINE_MODEL_ERROR_H */
