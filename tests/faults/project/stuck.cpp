// SPDX-License-Identifier: MIT
#include <unistd.h>

#include "shop.hpp"
using namespace apitest;

API_FIXTURE(stuck) {
  good_in(order_for(join("stuck")));
  ::pause();
}
