// SPDX-License-Identifier: MIT
#include "shop.hpp"
using namespace apitest;

API_FIXTURE(shelf) {
  const std::string order = order_for(fixture("customer").text("/uid"));
  good_in(order);
  publish("/order", order);
}
