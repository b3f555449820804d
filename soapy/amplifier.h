/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_SOAPY_AMPLIFIER_H
#define INCLUDED_DLCOMM_SOAPY_AMPLIFIER_H

#include <complex>
#include <cstddef>

namespace gr {
namespace dlcomm {
namespace loopback {

/*!
 * \brief A power amplifier in saturation: y = x / (1 + (|x| / A)^(2p))^(1 / (2p)), p = 2.
 *
 * Rapp, "Effects of HPA-nonlinearity on a 4-DPSK/OFDM-signal for a digital sound
 * broadcasting system", 1991.
 *
 * \param in, out may be the same
 * \param largest A, the amplitude that the output comes near to, above 0
 */
void amplify(const std::complex<float>* in,
             std::complex<float>* out,
             size_t count,
             float largest);

} // namespace loopback
} // namespace dlcomm
} // namespace gr

#endif /* INCLUDED_DLCOMM_SOAPY_AMPLIFIER_H */
