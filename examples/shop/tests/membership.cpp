// SPDX-License-Identifier: MIT
// Joining and logging in: what is refused, and how the shop says so.
#include <apitest/fixture.hpp>
#include <apitest/http.hpp>
#include <apitest/test.hpp>
using namespace apitest;

API_TEST(join_answers_at_once) {
  const std::string uid = unique("joiner");
  const Response joined = fixture_client().post("/api/v1/enterprise/join", object({{"uid", uid}}));
  REQUIRE(joined.status == 200);
  CHECK(joined.text("/state") == "pending");
  CHECK(joined.text("/uid") == uid);
}

API_TEST(join_needs_a_uid) {
  const Response refused = fixture_client().post("/api/v1/enterprise/join", object({{"name", "Bo"}}));
  CHECK(refused.status == 400);
  CHECK(refused.header("Content-Type") == "application/problem+json");
  CHECK(refused.text("/type") == "/problems/invalid");
  CHECK(refused.text("/detail") == "uid is missing");
}

API_TEST(join_checks_the_uid) {
  Client api = fixture_client();
  for (const char* uid : {"", "with blank", "semi;colon", "übung"}) {
    CAPTURE(uid);
    CHECK(api.post("/api/v1/enterprise/join", object({{"uid", uid}})).status == 400);
  }
  CHECK(api.post("/api/v1/enterprise/join", object({{"uid", 7}})).text("/detail") == "uid must be a text");
}

API_TEST(join_refuses_what_is_no_json) {
  Client api = fixture_client();
  CHECK(api.post("/api/v1/enterprise/join", Body("{\"uid\":", "application/json")).status == 400);
  CHECK(api.post("/api/v1/enterprise/join").status == 400);
}

API_TEST(nobody_joins_twice) {
  Client api = fixture_client();
  const Json member = object({{"uid", unique("joiner")}});
  REQUIRE(api.post("/api/v1/enterprise/join", member).status == 200);
  const Response again = api.post("/api/v1/enterprise/join", member);
  CHECK(again.status == 409);
  CHECK(again.text("/title") == "Already a member");
}

API_TEST(login_refuses_strangers) {
  const Response login = fixture_client().post("/api/v1/user/login", object({{"uid", "nobody"}}));
  CHECK(login.status == 400);
  CHECK(login.text("/type") == "/problems/unknown-member");
}

API_TEST(login_checks_the_password) {
  Client api = fixture_client();
  const std::string uid = unique("careful");
  REQUIRE(api.post("/api/v1/enterprise/join", object({{"uid", uid}, {"password", "open sesame"}})).status == 200);
  CHECK(api.post("/api/v1/user/login", object({{"uid", uid}, {"password", "open barley"}})).status == 401);
}
