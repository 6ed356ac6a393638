# SPDX-License-Identifier: MIT
# cmake -DMODULE_DIR=… -DBINARY_DIR=… -P run_scan.cmake
# Which cases are found in sources that make it hard. Names that must not be found begin with no_.
cmake_minimum_required(VERSION 3.25)
include("${MODULE_DIR}/ApiTestArguments.cmake")
include("${MODULE_DIR}/ApiTestScan.cmake")
set(call "scan")

function(expect_cases source)
  set(sources "${source}")
  _apitest_scan(API_TEST API_FIXTURE)
  if(NOT cases STREQUAL "${ARGN}")
    message(SEND_ERROR "${source}\nexpected: ${ARGN}\nfound:    ${cases}")
  endif()
endfunction()

set(in_comments after_comment after_empty_comment with_comment_inside after_division with_blanks on_the_next_line last)
set(in_literals
    after_string after_escapes after_slashes after_star after_quote_character after_apostrophe after_backslash
    after_separators after_hex after_floating after_prefix after_wide after_name_with_digit after_raw
    after_raw_with_delimiter after_raw_with_prefix after_name_that_ends_in_r after_empty_strings after_spliced_string
    after_brackets after_open_brackets after_unicode)
set(scan "${CMAKE_CURRENT_LIST_DIR}/scan")
expect_cases("${scan}/comments.cpp" ${in_comments})
expect_cases("${scan}/literals.cpp" ${in_literals})

# With the line ends of Windows.
foreach(name IN ITEMS comments literals)
  file(READ "${scan}/${name}.cpp" text)
  string(REPLACE "\n" "\r\n" text "${text}")
  file(WRITE "${BINARY_DIR}/crlf_${name}.cpp" "${text}")
  expect_cases("${BINARY_DIR}/crlf_${name}.cpp" ${in_${name}})
endforeach()

# 200 kB, and no end of line at the end.
file(READ "${scan}/literals.cpp" text)
string(REGEX REPLACE "API_TEST\\([a-z_]*\\)" "f(\"\")" text "${text}")
string(LENGTH "${text}" length)
math(EXPR count "200000 / ${length} + 1")
string(REPEAT "${text}" ${count} text)
file(WRITE "${BINARY_DIR}/large.cpp" "API_TEST(first) {}\n${text}API_TEST(at_the_end) {}")
expect_cases("${BINARY_DIR}/large.cpp" first at_the_end)

file(WRITE "${BINARY_DIR}/empty.cpp" "")
expect_cases("${BINARY_DIR}/empty.cpp")
