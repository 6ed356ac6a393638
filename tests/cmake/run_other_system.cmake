# SPDX-License-Identifier: MIT
# cmake -D SOURCE=… -D TREE=… -P run_other_system.cmake: ApiTest says at once that it does not run there.
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/project.cmake")

set(CASE other_system)
set(tree "${TREE}")
file(REMOVE_RECURSE "${tree}")
file(MAKE_DIRECTORY "${tree}")
run("${CMAKE_COMMAND}" -S "${SOURCE}" -B . -D CMAKE_SYSTEM_NAME=FreeBSD -D CMAKE_CXX_COMPILER_WORKS=TRUE)
expect_code(1)
expect("ApiTest runs on Linux only, not on FreeBSD")
