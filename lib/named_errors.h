/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_NAMED_ERRORS_H
#define INCLUDED_DLCOMM_NAMED_ERRORS_H

#include <stdexcept>
#include <string>

namespace gr {
namespace dlcomm {

/*!
 * \brief Run f; put the block's name in front of the text of what it throws.
 *
 * engine/ and channel/ do not know which block they serve; a person who reads the error
 * wants to.
 */
template <class F>
auto with_name(const std::string& block, F f) -> decltype(f())
{
    try {
        return f();
    } catch (const std::invalid_argument& error) {
        throw std::invalid_argument(block + ": " + error.what());
    } catch (const std::runtime_error& error) {
        throw std::runtime_error(block + ": " + error.what());
    }
}

} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_NAMED_ERRORS_H */
