// SPDX-License-Identifier: MIT
#include "shop.hpp"
using namespace apitest;

API_FIXTURE(half) {
  join("first");
  join("second");
  FAIL("half of it is there");
}
