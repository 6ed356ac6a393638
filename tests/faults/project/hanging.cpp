// SPDX-License-Identifier: MIT
#include <unistd.h>

#include "shop.hpp"
using namespace apitest;

API_TEST(until_its_timeout) {
  good_in(order_for(join("hanging")));
  ::pause();
}
