// SPDX-License-Identifier: MIT
// For a shop with --post-delay: all three are killed while their requests are under way.
#include "shop.hpp"

API_TEST(join) { join("slow"); }
API_TEST(order) {
  const apitest::Json order = apitest::object({{"uid", join("slow")}});
  CHECK(apitest::create(shop(), "/api/v1/orders", order).send().status == 201);  // taken back at its Location
}
API_TEST(good) { good_in(order_for(join("slow"))); }
