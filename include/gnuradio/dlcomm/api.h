/* -*- c++ -*- */
/*
 * Copyright 2026 gr-dlcomm authors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_DLCOMM_API_H
#define INCLUDED_DLCOMM_API_H

#include <gnuradio/attributes.h>

#ifdef gnuradio_dlcomm_EXPORTS
#define DLCOMM_API __GR_ATTR_EXPORT
#else
#define DLCOMM_API __GR_ATTR_IMPORT
#endif

#endif /* INCLUDED_DLCOMM_API_H */
