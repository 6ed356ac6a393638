// SPDX-License-Identifier: MIT
// A password in the environment stays there. For a database that has a user with one.
#include "order.hpp"
using namespace apitest;

API_TEST(is_not_written) {
  NestedRun run;
  Order order(run, fixture(DATABASE_FIXTURE).text("/with_password"));
  Child setup = order.step("setup");
  CHECK(setup.wait() == 0);
  INFO(setup.output());
  const std::string document = content(run.folder() + "/fixtures/order.json");
  const std::string log = content(run.folder() + "/undo/log.jsonl");
  CHECK(document.find("user=secretive") != std::string::npos);
  CHECK(document.find("word-of-the-shop") == std::string::npos);
  CHECK(log.find("{env:SHOP_PASSWORD}") != std::string::npos);
  CHECK(log.find("word-of-the-shop") == std::string::npos);
  CHECK(order.step("cleanup").wait() == 0);
  soci::session sql(address());
  CHECK(count(sql, "orders", "reference", order.reference()) == 0);
}
