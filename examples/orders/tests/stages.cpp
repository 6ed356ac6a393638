// SPDX-License-Identifier: MIT
// Counts the rows before the setup of a story's purchase, after it, and after its cleanup.
#include <apitest/fixture.hpp>

#include "tables.hpp"
using namespace apitest;

namespace {

void check_rows(int expected) {
  Tables tables(fixture("database").text("/files/" STORY));
  CHECK(tables.rows("orders") == expected);
  CHECK(tables.rows("goods") == expected);
}

}  // namespace

API_TEST(before) { check_rows(0); }
API_TEST(during) { check_rows(ROWS_DURING); }
API_TEST(afterwards) { check_rows(0); }
