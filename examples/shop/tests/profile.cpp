// SPDX-License-Identifier: MIT
// The member's own data. This suite, assets.cpp and stats.cpp are executables of their own and share one login.
#include <apitest/fixture.hpp>
#include <apitest/http.hpp>
#include <apitest/test.hpp>

#include <iostream>
using namespace apitest;

API_TEST(shows_the_member) {
  Client api(fixture("shop").text("/url"));
  api.bearer(fixture("member").text("/token"));
  const Response profile = api.get("/api/v1/user/profile");
  REQUIRE(profile.status == 200);
  CHECK(profile.text("/name") == "Susan");
  CHECK(profile.text("/uid") == fixture("member").text("/uid"));
  CHECK(profile.boolean("/ready"));
}

API_TEST(belongs_to_the_shared_session) {
  const Response profile = fixture_client().get("/api/v1/user/profile");
  REQUIRE(profile.status == 200);
  std::cout << "session " << profile.text("/session") << '\n';  // the token is secret, this is not
  CHECK(profile.text("/session") == fixture("member").text("/session"));
}

API_TEST(is_not_to_be_cached) {
  const Response profile = fixture_client().get("/api/v1/user/profile");
  CHECK(profile.header("Cache-Control") == "no-store");
  CHECK(profile.header("Content-Type") == "application/json");
}

API_TEST(needs_a_token) {
  const Response profile = Client(fixture("shop").text("/url")).get("/api/v1/user/profile");
  CHECK(profile.status == 401);
  CHECK(profile.header("WWW-Authenticate") == "Bearer");
  CHECK(profile.verdict() == Verdict::rejected);
}

API_TEST(refuses_a_wrong_token) {
  Client api(fixture("shop").text("/url"));
  api.bearer("0123456789abcdef");
  CHECK(api.get("/api/v1/user/profile").status == 401);
}
