// SPDX-License-Identifier: MIT
// A member who has joined and logged in, once for all tests of a run.
#include <apitest/eventually.hpp>
#include <apitest/fixture.hpp>
#include <apitest/test.hpp>
using namespace apitest;

API_FIXTURE(member) {
  Client api(fixture("shop").text("/url"));
  const std::string uid = unique("member");
  REQUIRE(api.post("/api/v1/enterprise/join", object({{"uid", uid}, {"name", "Susan"}})).status == 200);

  const Response login = eventually("login")
                             .ready(status(200))
                             .not_yet(status(403) && json("/code", 40301))
                             .within(20s)
                             .backoff(100ms, 200ms)
                             .call([&] {
                               return api.post("/api/v1/user/login", object({{"uid", uid}}));
                             });
  publish("/uid", uid);
  publish("/session", login.text("/session"));
  publish_secret("/token", login.text("/token"));
}
