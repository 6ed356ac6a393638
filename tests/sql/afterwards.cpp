// SPDX-License-Identifier: MIT
// When the purchases have been taken back. Compiled for each database.
#include "database.hpp"
using namespace apitest;

API_TEST(nothing_is_left) {
  soci::session sql(address());
  for (const std::string table : {"orders", "goods"}) {
    int rows = -1;
    sql << "select count(*) from " << table, soci::into(rows);
    CHECK_MESSAGE(rows == 0, table);
  }
}
