// SPDX-License-Identifier: MIT
// The admin API: not found, deleting twice, problems.
#include <apitest/fixture.hpp>
#include <apitest/http.hpp>
#include <apitest/test.hpp>
using namespace apitest;

API_TEST(deleting_is_idempotent) {
  Client api = fixture_client();
  const std::string uid = unique("leaver");
  REQUIRE(api.post("/api/v1/enterprise/join", object({{"uid", uid}})).status == 200);
  CHECK(api.get("/admin/users/" + uid).text("/uid") == uid);
  CHECK(api.del("/admin/users/" + uid).status == 204);
  CHECK(api.del("/admin/users/" + uid).status == 404);  // gone all the same
  CHECK(api.get("/admin/users/" + uid).status == 404);
}

API_TEST(a_stranger_is_not_found) {
  const Response missing = fixture_client().get("/admin/users/nobody");
  CHECK(missing.status == 404);
  CHECK(missing.header("Content-Type") == "application/problem+json");
  CHECK(missing.text("/type") == "/problems/not-found");
  CHECK(missing.integer("/status") == 404);
  CHECK(missing.text("/detail") == "no member nobody");
}

API_TEST(members_are_listed) {
  Client api = fixture_client();
  const std::string uid = unique("listed");
  REQUIRE(api.post("/api/v1/enterprise/join", object({{"uid", uid}})).status == 200);
  CHECK(api.get("/admin/users").body.find(uid) != std::string::npos);
}

API_TEST(an_unknown_path_is_a_problem_too) {
  const Response missing = fixture_client().get("/api/v2/anything");
  CHECK(missing.status == 404);
  CHECK(missing.text("/type") == "about:blank");
}

API_TEST(health_has_no_body_for_head) {
  const Response health = fixture_client().head("/health");
  CHECK(health.status == 200);
  CHECK(health.body.empty());
}
