// SPDX-License-Identifier: MIT
#include "events.hpp"
using namespace apitest;

API_TEST(are_set_up) {
  CHECK(fixture("hostile_values").text("/texts") == "4");
  CHECK(fixture("hostile_again").text("/texts") == "0");
  CHECK(fixture("hostile_again").has("/outer"));
}
