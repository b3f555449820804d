# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors

find_package(PkgConfig)
pkg_check_modules(PC_GR_DLCOMM gnuradio-dlcomm)

find_path(
    GR_DLCOMM_INCLUDE_DIRS
    NAMES gnuradio/dlcomm/api.h
    HINTS $ENV{DLCOMM_DIR}/include ${PC_GR_DLCOMM_INCLUDEDIR}
    PATHS ${CMAKE_INSTALL_PREFIX}/include /usr/local/include /usr/include)

find_library(
    GR_DLCOMM_LIBRARIES
    NAMES gnuradio-dlcomm
    HINTS $ENV{DLCOMM_DIR}/lib ${PC_GR_DLCOMM_LIBDIR}
    PATHS ${CMAKE_INSTALL_PREFIX}/lib ${CMAKE_INSTALL_PREFIX}/lib64 /usr/local/lib
          /usr/local/lib64 /usr/lib /usr/lib64)

include("${CMAKE_CURRENT_LIST_DIR}/gnuradio-dlcommTarget.cmake")

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(GR_DLCOMM DEFAULT_MSG GR_DLCOMM_LIBRARIES
                                  GR_DLCOMM_INCLUDE_DIRS)
mark_as_advanced(GR_DLCOMM_LIBRARIES GR_DLCOMM_INCLUDE_DIRS)
