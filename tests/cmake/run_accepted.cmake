# SPDX-License-Identifier: MIT
# cmake -D CASE=… -D TREE=… -D … -P run_accepted.cmake
# Configures accepted/<case>, a project that looks itself whether all is as it should be.
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/project.cmake")

set(tree "${TREE}")
unset(ENV{CXXFLAGS}) # of a preset, which ctest hands down
file(REMOVE_RECURSE "${TREE}")
file(MAKE_DIRECTORY "${TREE}")
run("${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_LIST_DIR}/accepted/${CASE}" -B . -G Ninja "-DApiTest_DIR=${APITEST_DIR}"
    "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DTEMPLATES=${TEMPLATES}")
expect_code(0)
