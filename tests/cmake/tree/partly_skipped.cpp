// SPDX-License-Identifier: MIT
// A skip() hides no failure and no part that ran.
#include <apitest/fixture.hpp>
#include <apitest/test.hpp>
using namespace apitest;

API_TEST(after_a_failed_check) {
  CHECK(1 == 2);
  skip("too late");
}

API_TEST(one_part_of_two) {
  SUBCASE("one") { skip("only on Fridays"); }
  SUBCASE("two") { CHECK(true); }
}

API_TEST(beside_a_part_that_fails) {
  SUBCASE("one") { skip("only on Fridays"); }
  SUBCASE("two") { CHECK(1 == 2); }
}

API_TEST(all_parts) {
  SUBCASE("one") { skip("only on Fridays"); }
  SUBCASE("two") { skip("only on Mondays"); }
}

API_TEST(a_failed_check_before_no_answer) {
  CHECK(1 == 2);
  static_cast<void>(fixture("nobody"));
}

API_TEST(no_answer_in_a_check) { CHECK(fixture("nobody").text("/url").empty()); }
