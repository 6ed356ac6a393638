# SPDX-License-Identifier: MIT
# cmake -D SOURCE=… -D TREE=… -D GENERATOR=… -D … -P run_small.cmake
# The small project with this generator at this path: built, tested, changed, tested again.
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/project.cmake")

set(CASE "${GENERATOR}")
file(REMOVE_RECURSE "${TREE}")
set(tree "${TREE}/build")
file(MAKE_DIRECTORY "${tree}")
file(COPY "${SOURCE}/" DESTINATION "${TREE}/source")
build("${TREE}/source" "${GENERATOR}")
ctest()
expect_code(0)
expect_result(server.setup Passed)
expect_result(session.setup Passed)
expect_result(suite.is_served Passed)

# Its fixtures can be held up, also where each configuration has its own.
run("${PROGRAM}" up --config Debug session)
expect_code(0)
expect("session is up")
run("${PROGRAM}" down)
expect_code(0)

# A new case is a new test after the next build: that runs CMake itself.
file(APPEND "${TREE}/source/suite.cpp" "API_TEST(is_new) { CHECK(fixture(\"session\").has(\"/token\")); }\n")
run("${CMAKE_COMMAND}" --build . --config Debug)
expect_code(0)
ctest(-R "suite.is_new")
expect_code(0)
expect_result(suite.is_new Passed)
