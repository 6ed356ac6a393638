// SPDX-License-Identifier: MIT
#include <unistd.h>

#include "shop.hpp"
using namespace apitest;

API_TEST(until_it_is_ended) {
  good_in(order_for(join("endless")));
  ::pause();
}
