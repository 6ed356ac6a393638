// SPDX-License-Identifier: MIT
// What an executable is. Apart from test.hpp, so that the source that is generated for it costs nothing to compile.
#pragma once

namespace apitest::internal {

/// Written by api_test() and api_fixture() into the build tree, one per executable.
struct Suite {
  const char* name;
  bool is_fixture;
  int cases;                    ///< found by the scan of the sources
  const char* const* fixtures;  ///< FIXTURES, then what they are built on; ends with a null pointer
  const char* program;          ///< the apitest program
  const char* build_dir;
};
extern const Suite suite;

}  // namespace apitest::internal
