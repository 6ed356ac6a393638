# SPDX-License-Identifier: MIT
# cmake -DCASE=… -DMODULE_DIR=… -DBINARY_DIR=… -P run_error.cmake
# Configures the case and compares what CMake says. Each line of <case>.txt must be in it; blanks and line ends do not
# count, because CMake breaks lines.
cmake_minimum_required(VERSION 3.25)

file(REMOVE_RECURSE "${BINARY_DIR}")
execute_process(
  COMMAND "${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_LIST_DIR}/errors" -B "${BINARY_DIR}" -D CASE=${CASE}
          -D "APITEST_MODULE_DIR=${MODULE_DIR}"
  RESULT_VARIABLE code
  ERROR_VARIABLE said
  OUTPUT_QUIET)
string(REGEX REPLACE "[ \n]+" " " flat "${said}")
if(code EQUAL 0)
  message(FATAL_ERROR "${CASE}: CMake must not accept this, but did. It said:\n${said}")
endif()

function(expect line)
  string(FIND "${flat}" "${line}" place)
  if(place EQUAL -1)
    message(FATAL_ERROR "${CASE}: CMake must say:\n  ${line}\nIt said:\n${said}")
  endif()
endfunction()

file(READ "${CMAKE_CURRENT_LIST_DIR}/errors/${CASE}.txt" expected)
while(expected MATCHES "^([^\n]+)\n(.*)$")
  set(expected "${CMAKE_MATCH_2}")
  expect("${CMAKE_MATCH_1}")
endwhile()
expect("Call Stack (most recent call first):") # the caller's line is in it
expect("(api_")

string(REGEX MATCHALL "CMake (Error|Warning)" complaints "${said}")
if(NOT complaints STREQUAL "CMake Error")
  message(FATAL_ERROR "${CASE}: CMake must say one thing only. It said:\n${said}")
endif()
