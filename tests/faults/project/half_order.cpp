// SPDX-License-Identifier: MIT
#include "shop.hpp"
using namespace apitest;

API_FIXTURE(half_order) {
  good_in(order_for(fixture("customer").text("/uid")));
  FAIL("half of it is there");
}
