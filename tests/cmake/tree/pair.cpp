// SPDX-License-Identifier: MIT
#include "events.hpp"
using namespace apitest;

API_TEST(sees_both) {
  CHECK(fixture("other").text("/name") == "other");
  CHECK(fixture("outer").has("/id"));
}
