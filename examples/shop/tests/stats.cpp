// SPDX-License-Identifier: MIT
// What the shop counts: however many tests there are, their member logged in once.
#include <apitest/fixture.hpp>
#include <apitest/http.hpp>
#include <apitest/test.hpp>

#include <iostream>
using namespace apitest;

API_TEST(count_one_login) {
  const Response stats = fixture_client().get("/stats");
  REQUIRE(stats.status == 200);
  const std::string member = "/members/" + fixture("member").text("/uid");
  CHECK(stats.integer(member + "/logins") == 1);
  CHECK(stats.integer(member + "/login_attempts") > 1);  // it was not ready at once
}

API_TEST(are_read_in_the_shared_session) {
  const std::string session = fixture_client().get("/api/v1/user/profile").text("/session");
  std::cout << "session " << session << '\n';
  CHECK(session == fixture("member").text("/session"));
}
