// SPDX-License-Identifier: MIT
// While a purchase, an order and its goods, is there. Compiled for each database.
#include "database.hpp"
using namespace apitest;

namespace {

Document purchase() { return fixture(PURCHASE_FIXTURE); }

std::string note(soci::session& sql, const std::string& order) {
  std::string text;
  sql << "select note from orders where reference = :reference", soci::use(order), soci::into(text);
  return text;
}

}  // namespace

API_TEST(are_there) {
  soci::session sql(address());
  CHECK(count(sql, "orders", "reference", purchase().text("/orders/0/reference")) == 1);
  CHECK(count(sql, "orders", "reference", purchase().text("/orders/1/reference")) == 1);
}

API_TEST(refer_to_each_other) {
  soci::session sql(address());
  const long long order = purchase().integer("/orders/0/id");
  CHECK(purchase().integer("/goods/0/order_id") == order);
  int quantity = 0, fragile = 0;
  sql << "select quantity, case when fragile then 1 else 0 end from goods where order_id = :order", soci::use(order),
      soci::into(quantity), soci::into(fragile);
  CHECK(quantity == 3);
  CHECK(fragile == 1);
}

API_TEST(have_values_of_every_kind) {
  soci::session sql(address());
  const std::string reference = purchase().text("/orders/1/reference");
  soci::indicator indicator = soci::i_ok;
  double price = 0;
  std::string text;
  sql << "select price, note from orders where reference = :reference", soci::use(reference), soci::into(price),
      soci::into(text, indicator);
  CHECK(price == doctest::Approx(9.75));
  CHECK(indicator == soci::i_null);
}

API_TEST(keep_hostile_texts) {
  soci::session sql(address());
  CHECK(note(sql, purchase().text("/orders/0/reference")) ==
        "Robert'); drop table goods; -- \"x\" `y` \\' :v1 ? $1 {brace} [a;b] %s\n\xE2\x98\x83 \xF0\x9D\x84\x9E");
}

API_TEST(are_published_without_a_password) {
  CHECK(purchase().text("/database") == address());
  CHECK(purchase().size("/goods") == 1);
}
