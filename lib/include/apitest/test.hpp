// SPDX-License-Identifier: MIT
// Test cases and their exit codes. CHECK, REQUIRE, SUBCASE and the rest are doctest's.
// Define APITEST_NO_SHORT_MACROS to have only the DOCTEST_ spellings.
#pragma once

#ifdef APITEST_NO_SHORT_MACROS
#define DOCTEST_CONFIG_NO_SHORT_MACRO_NAMES
#endif
#include <doctest/doctest.h>

#include <apitest/http.hpp>
#include <apitest/internal/suite.hpp>

namespace apitest {

/// Ends this test case: CTest shows it as skipped. A fixture can't be skipped: there it is 99.
[[noreturn]] void skip(const std::string& why);

namespace internal {

/// Makes a case known to its process. doctest learns only of the one that is to run: registering and sorting all cases
/// of a suite there would take as long as a short case itself.
struct Case {
  Case(const char* case_name, void (*case_body)(), const char* source, unsigned source_line);
  const char* name;
  void (*body)();
  const char* file;
  unsigned line;
  const Case* before;
};

}  // namespace internal
}  // namespace apitest

namespace doctest {
template <>
struct StringMaker<apitest::Json> {
  static String convert(const apitest::Json& value) { return value.dump().c_str(); }
};
template <>
struct StringMaker<apitest::Verdict> {
  static String convert(apitest::Verdict value) { return apitest::name(value); }
};
}  // namespace doctest

#define APITEST_INTERNAL_CASE(case_name)                                                                               \
  static void apitest_case_##case_name();                                                                              \
  static const ::apitest::internal::Case apitest_the_case_##case_name(#case_name, &apitest_case_##case_name, __FILE__, \
                                                                      __LINE__);                                       \
  static void apitest_case_##case_name()

/// A test case; its name is an identifier and becomes the CTest test <suite>.<name>.
#define API_TEST(case_name) APITEST_INTERNAL_CASE(case_name)
/// A function that undo() can name: API_UNDO(drop_rows)(const Json& arguments) { … }. It runs in a process of its own;
/// a failed CHECK means that it must be tried again.
#define API_UNDO(handler_name)                                                                   \
  static void apitest_undo_##handler_name(const ::apitest::Json&);                               \
  static const ::apitest::UndoHandler handler_name(#handler_name, &apitest_undo_##handler_name); \
  static void apitest_undo_##handler_name
/// The body of a fixture's setup; its name is that of api_fixture().
#define API_FIXTURE(fixture_name) APITEST_INTERNAL_CASE(fixture_name)
