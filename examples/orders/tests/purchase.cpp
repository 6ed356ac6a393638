// SPDX-License-Identifier: MIT
// An order and its goods are there, and this suite need not know how.
#include <apitest/fixture.hpp>

#include "tables.hpp"
using namespace apitest;

API_TEST(has_the_goods_of_the_order) {
  const Document purchase = fixture("both_succeed_purchase");
  const std::string id = std::to_string(purchase.integer("/orders/0/id"));  // made by the database
  Tables tables(fixture("database").text("/files/both_succeed"));
  CHECK(tables.value("select buyer from orders where id = " + id) == "Susan");
  CHECK(tables.value("select article from goods where order_id = " + id) == "ink");
}
