# SPDX-License-Identifier: MIT
# What the scripts of this folder share: running things in a built project and looking at what they said.

# Runs a command in `tree`; sets `code` and `said`, both streams.
function(run)
  execute_process(
    COMMAND ${ARGV}
    WORKING_DIRECTORY "${tree}"
    RESULT_VARIABLE code
    OUTPUT_VARIABLE said
    ERROR_VARIABLE said)
  set(code "${code}" PARENT_SCOPE)
  set(said "${said}" PARENT_SCOPE)
  list(JOIN ARGV " " command)
  set(command "${command}" PARENT_SCOPE)
endfunction()

# Runs ctest with these arguments; what the tests print is shown too.
macro(ctest)
  run("${CMAKE_CTEST_COMMAND}" --verbose -C Debug ${ARGN})
endmacro()

function(fail text)
  message("${command}\nended with ${code} and said:\n${said}\n") # as it is: an error would be wrapped
  message(FATAL_ERROR "${CASE}: ${text}")
endfunction()

function(expect_code wanted)
  if(NOT code STREQUAL wanted)
    fail("must end with ${wanted}")
  endif()
endfunction()

# Blanks and line ends do not count.
function(expect text)
  string(REGEX REPLACE "[ \n]+" " " flat "${said}")
  string(FIND "${flat}" "${text}" place)
  if(place EQUAL -1)
    fail("must say: ${text}")
  endif()
endfunction()

function(expect_not text)
  string(FIND "${said}" "${text}" place)
  if(NOT place EQUAL -1)
    fail("must not say: ${text}")
  endif()
endfunction()

# CTest's word for how a test ended: Passed, ***Failed, ***Skipped, ***Not Run.
function(expect_result test result)
  if(NOT said MATCHES "Test +#[0-9]+: ${test} \\.*([* A-Za-z]+)" OR NOT CMAKE_MATCH_1 MATCHES "^ *[*]*${result}")
    fail("${test} must be ${result}")
  endif()
endfunction()

function(expect_not_run test)
  if(said MATCHES "Test +#[0-9]+: ${test} ")
    fail("${test} must not run")
  endif()
endfunction()

# That these tests began in this order, others between them or not.
function(expect_order)
  list(JOIN ARGN " .*Start +[0-9]+: " order)
  string(REGEX REPLACE "\n" " " flat "${said}")
  if(NOT flat MATCHES "Start +[0-9]+: ${order} ")
    fail("the tests must begin in this order: ${ARGN}")
  endif()
endfunction()

# How often the tests noted this event.
function(expect_events event wanted)
  set(found 0)
  if(EXISTS "$ENV{EVENTS}")
    file(STRINGS "$ENV{EVENTS}" events REGEX "^${event}$")
    list(LENGTH events found)
  endif()
  if(NOT found EQUAL wanted)
    fail("must happen ${wanted} times, but happened ${found} times: ${event}")
  endif()
endfunction()

# Configures and builds `source` in `tree`, with the compiler and the flags of ApiTest itself.
macro(build source generator)
  set(options "-DApiTest_DIR=${APITEST_DIR}" "-DFAULT_SERVER=${FAULT_SERVER}" "-DCMAKE_CXX_COMPILER=${COMPILER}"
              "-DCMAKE_CXX_FLAGS=${FLAGS}" "-DCMAKE_EXE_LINKER_FLAGS=${LINKER_FLAGS}"
              "-DAPITEST_STATIC_RUNTIME=${STATIC_RUNTIME}" -DCMAKE_BUILD_TYPE=Debug)
  if(STANDARD)
    list(APPEND options "-DCMAKE_CXX_STANDARD=${STANDARD}")
  endif()
  run("${CMAKE_COMMAND}" -S "${source}" -B . -G "${generator}" ${options})
  expect_code(0)
  run("${CMAKE_COMMAND}" --build . --config Debug --parallel 2)
  expect_code(0)
endmacro()
