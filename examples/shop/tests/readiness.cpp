// SPDX-License-Identifier: MIT
// Joining answers at once, the assets come later. The login tells when: it is the sentinel.
#include <apitest/eventually.hpp>
#include <apitest/fixture.hpp>
#include <apitest/test.hpp>
using namespace apitest;

API_TEST(assets_are_there_once_the_login_works) {
  Client api = fixture_client();
  const std::string uid = unique("newcomer");
  REQUIRE(api.post("/api/v1/enterprise/join", object({{"uid", uid}, {"name", "Bo"}})).status == 200);

  const Response login = eventually("newcomer's login")
                             .ready(status(200))
                             .not_yet(status(403) && json("/code", 40301))  // any other answer is broken
                             .within(20s)
                             .call([&] {
                               return api.post("/api/v1/user/login", object({{"uid", uid}}));
                             });

  api.bearer(login.text("/token"));
  CHECK(api.get("/api/v1/user/profile").text("/name") == "Bo");
  CHECK(api.get("/api/v1/assets").size("/assets") == 3);
}

API_TEST(a_problem_type_can_be_the_rule) {
  Client api = fixture_client();
  const std::string uid = unique("newcomer");
  REQUIRE(api.post("/api/v1/enterprise/join", object({{"uid", uid}})).status == 200);

  auto wait = eventually("problem type");
  wait.ready(status(200)).not_yet(problem("/problems/not-ready"));
  const Response login = wait.call([&] { return api.post("/api/v1/user/login", object({{"uid", uid}})); });
  CHECK(login.text("/uid") == uid);
  CHECK(wait.statistics().attempts > 1);
}
