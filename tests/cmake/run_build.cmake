# SPDX-License-Identifier: MIT
# cmake -D SOURCE=… -D TREE=… -D GENERATOR=… -D … -P run_build.cmake
# Makes the project that the cases look at, from scratch.
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/project.cmake")

set(CASE "build")
set(tree "${TREE}")
file(REMOVE_RECURSE "${TREE}")
file(MAKE_DIRECTORY "${TREE}")
build("${SOURCE}" "${GENERATOR}")
