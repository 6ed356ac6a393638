// SPDX-License-Identifier: MIT
// What the tests of this project do to the shop, always so that it can be taken back.
#pragma once

#include <apitest/fixture.hpp>
#include <apitest/http.hpp>
#include <apitest/test.hpp>

#include <cstdlib>
#include <string>

inline apitest::Client shop() { return apitest::Client(std::getenv("SHOP_URL")); }

/// A new member: the uid is ours, so the undo can stand before the change.
inline std::string join(const std::string& prefix) {
  apitest::Client api = shop();
  const std::string uid = apitest::unique(prefix);
  apitest::undo(api, "DELETE", "/admin/users/" + uid);
  REQUIRE(api.post("/api/v1/enterprise/join", apitest::object({{"uid", uid}})).status == 200);
  return uid;
}

/// The id is the shop's: its answer says what to take back.
inline std::string order_for(const std::string& uid, const apitest::Client& api = shop()) {
  const apitest::Response order = apitest::create(api, "/api/v1/orders", apitest::object({{"uid", uid}}))
                                      .undo_at("/api/v1/orders/{/id}")
                                      .marked("/reference")
                                      .found_at("/api/v1/orders?reference={marker}")
                                      .send();
  REQUIRE(order.status == 201);
  return order.text("/id");
}

inline std::string good_in(const std::string& order) {
  const apitest::Response good =
      apitest::create(shop(), "/api/v1/goods", apitest::object({{"order", order}, {"name", "lamp"}}))
          .undo_at("/api/v1/goods/{/id}")
          .marked("/reference")
          .found_at("/api/v1/goods?reference={marker}")
          .send();
  REQUIRE(good.status == 201);
  return good.text("/id");
}
