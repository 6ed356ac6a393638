// SPDX-License-Identifier: MIT
#include "events.hpp"
using namespace apitest;

namespace {
std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "not set" : value;
}
}  // namespace

API_TEST(arrives) {
  CHECK(variable("LIST") == "a;b");
  CHECK(variable("BACKSLASH") == "\\;");
  CHECK(variable("BLANK") == "a b");
  CHECK(variable("QUOTE") == "\"$HOME\"");
  CHECK(variable("EMPTY") == "");
  CHECK(variable("APITEST_TIMEOUT") == "7");
}
