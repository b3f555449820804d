# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
#
# Find ONNX Runtime: headers to build with, and the library to open at run time.
#
# Only the headers are required. The library is opened at run time, so it is looked for
# in order to record a default; where none is found OnnxRuntime_LIBRARY is empty.
#
# Where it looks, in this order:
#   headers  OnnxRuntime_INCLUDE_DIR, OnnxRuntime_ROOT or the environment's
#            ONNXRUNTIME_ROOT, the system, .deps/onnxruntime in this source tree (put
#            there by scripts/setup/onnxruntime_headers.sh)
#   library  OnnxRuntime_LIBRARY, OnnxRuntime_ROOT or ONNXRUNTIME_ROOT, the `onnxruntime`
#            wheel below CMAKE_INSTALL_PREFIX, the system, the wheel of PYTHON_EXECUTABLE,
#            that of .venv in this source tree
#
# Defines
#   OnnxRuntime_FOUND         headers were found
#   OnnxRuntime_INCLUDE_DIR   folder of onnxruntime_c_api.h (cache)
#   OnnxRuntime_LIBRARY       full path of the shared library, or empty (cache)
#   OnnxRuntime_API_VERSION   ORT_API_VERSION of the headers, for example 21; the library
#                             must be of release 1.<this> or newer
#   OnnxRuntime::Headers      interface target with the include folder

set(_ort_root_hints ${OnnxRuntime_ROOT} $ENV{ONNXRUNTIME_ROOT})

find_path(
    OnnxRuntime_INCLUDE_DIR
    NAMES onnxruntime_c_api.h
    HINTS ${_ort_root_hints}
    PATH_SUFFIXES include include/onnxruntime include/onnxruntime/core/session
                  onnxruntime onnxruntime/core/session
    DOC "Folder of onnxruntime_c_api.h")
if(NOT OnnxRuntime_INCLUDE_DIR)
    # After the system, so that a distribution's own package wins.
    find_path(
        OnnxRuntime_INCLUDE_DIR
        NAMES onnxruntime_c_api.h
        PATHS "${CMAKE_CURRENT_LIST_DIR}/../../.deps/onnxruntime/include"
        PATH_SUFFIXES onnxruntime onnxruntime/core/session
        NO_DEFAULT_PATH)
endif()

# The shared library inside an `onnxruntime` wheel carries its full version and has no
# plain .so name, which is why find_library() does not see it.
function(_ort_library_in_wheel result)
    set(matches "")
    foreach(package_dir IN LISTS ARGN)
        file(GLOB found LIST_DIRECTORIES false
             "${package_dir}/capi/libonnxruntime.so.1.*")
        list(APPEND matches ${found})
    endforeach()
    if(matches)
        list(SORT matches COMPARE NATURAL ORDER DESCENDING)
        list(GET matches 0 matches)
    endif()
    set(${result}
        "${matches}"
        PARENT_SCOPE)
endfunction()

if(NOT OnnxRuntime_LIBRARY)
    find_library(
        OnnxRuntime_LIBRARY
        NAMES onnxruntime
        HINTS ${_ort_root_hints}
        PATH_SUFFIXES lib
        NO_DEFAULT_PATH)
endif()
if(NOT OnnxRuntime_LIBRARY)
    file(GLOB _ort_packages "${CMAKE_INSTALL_PREFIX}/lib/python3*/site-packages/onnxruntime")
    _ort_library_in_wheel(_ort_wheel_library ${_ort_packages})
    if(_ort_wheel_library)
        set(OnnxRuntime_LIBRARY "${_ort_wheel_library}")
    endif()
endif()
if(NOT OnnxRuntime_LIBRARY)
    find_library(OnnxRuntime_LIBRARY NAMES onnxruntime libonnxruntime.so.1)
endif()
if(NOT OnnxRuntime_LIBRARY AND PYTHON_EXECUTABLE)
    # find_spec() locates the package without importing it.
    execute_process(
        COMMAND
            "${PYTHON_EXECUTABLE}" -c
            "import importlib.util as u; s = u.find_spec('onnxruntime'); print(s.submodule_search_locations[0] if s else '')"
        OUTPUT_VARIABLE _ort_packages
        OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    _ort_library_in_wheel(_ort_wheel_library ${_ort_packages})
    if(_ort_wheel_library)
        set(OnnxRuntime_LIBRARY "${_ort_wheel_library}")
    endif()
endif()
if(NOT OnnxRuntime_LIBRARY)
    # The wheel in this source tree's own environment, put there by scripts/setup.
    file(GLOB _ort_packages
         "${CMAKE_CURRENT_LIST_DIR}/../../.venv/lib/python3*/site-packages/onnxruntime")
    _ort_library_in_wheel(_ort_wheel_library ${_ort_packages})
    if(_ort_wheel_library)
        set(OnnxRuntime_LIBRARY "${_ort_wheel_library}")
    endif()
endif()
if(NOT OnnxRuntime_LIBRARY)
    set(OnnxRuntime_LIBRARY "")
endif()
set(OnnxRuntime_LIBRARY
    "${OnnxRuntime_LIBRARY}"
    CACHE FILEPATH "ONNX Runtime shared library, opened at run time" FORCE)

if(OnnxRuntime_INCLUDE_DIR)
    file(STRINGS "${OnnxRuntime_INCLUDE_DIR}/onnxruntime_c_api.h" _ort_version_line
         REGEX "^#define ORT_API_VERSION [0-9]+")
    string(REGEX REPLACE "^#define ORT_API_VERSION ([0-9]+).*" "\\1"
                         OnnxRuntime_API_VERSION "${_ort_version_line}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
    OnnxRuntime
    REQUIRED_VARS OnnxRuntime_INCLUDE_DIR
    REASON_FAILURE_MESSAGE
        "onnxruntime_c_api.h not found: install libonnxruntime-dev, or run scripts/setup/onnxruntime_headers.sh, or set ONNXRUNTIME_ROOT to a folder with ONNX Runtime's include/ in it"
)

if(OnnxRuntime_FOUND AND NOT TARGET OnnxRuntime::Headers)
    add_library(OnnxRuntime::Headers INTERFACE IMPORTED)
    set_target_properties(
        OnnxRuntime::Headers PROPERTIES INTERFACE_INCLUDE_DIRECTORIES
                                        "${OnnxRuntime_INCLUDE_DIR}")
endif()
mark_as_advanced(OnnxRuntime_INCLUDE_DIR OnnxRuntime_LIBRARY)
