/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_CHANNEL_POLYNOMIAL_H
#define INCLUDED_DLCOMM_CHANNEL_POLYNOMIAL_H

#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

namespace gr {
namespace dlcomm {
namespace channel {

/*!
 * \brief A memoryless polynomial on real numbers, y = c0 + c1 x + c2 x^2 + ...
 */
class polynomial
{
public:
    //! \param coefficients c0, c1, ..., 1 to 32 finite numbers; else
    //! std::invalid_argument
    explicit polynomial(const std::vector<float>& coefficients)
        : d_coefficients(coefficients)
    {
        if (coefficients.empty() || coefficients.size() > 32)
            throw std::invalid_argument("coefficients has " +
                                        std::to_string(coefficients.size()) +
                                        " entries, expected 1 to 32");
        for (size_t i = 0; i < coefficients.size(); ++i)
            if (!std::isfinite(coefficients[i]))
                throw std::invalid_argument("coefficients[" + std::to_string(i) +
                                            "] is not a finite number");
    }

    //! y[i] = p(x[i]) by Horner's rule, one coefficient at a time over a short stretch.
    void evaluate(const float* x, float* y, size_t count) const
    {
        constexpr size_t stretch = 256;
        for (size_t begin = 0; begin < count; begin += stretch) {
            const size_t n = count - begin < stretch ? count - begin : stretch;
            float value[stretch];
            for (size_t i = 0; i < n; ++i)
                value[i] = d_coefficients.back();
            for (size_t c = d_coefficients.size() - 1; c-- > 0;)
                for (size_t i = 0; i < n; ++i)
                    value[i] = value[i] * x[begin + i] + d_coefficients[c];
            for (size_t i = 0; i < n; ++i)
                y[begin + i] = value[i];
        }
    }

    const std::vector<float>& coefficients() const { return d_coefficients; }

private:
    std::vector<float> d_coefficients;
};

} // namespace channel
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_CHANNEL_POLYNOMIAL_H */
