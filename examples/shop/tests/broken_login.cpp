// SPDX-License-Identifier: MIT
// Here the service is really broken: its login answers 500 while the assets are not there. Waiting would hide that.
// This test fails, as it should; CMakeLists.txt says so, and how.
#include <apitest/eventually.hpp>
#include <apitest/fixture.hpp>
#include <apitest/test.hpp>
using namespace apitest;

API_TEST(ends_the_wait_at_once) {
  Client api = fixture_client();
  const std::string uid = unique("unlucky");
  REQUIRE(api.post("/api/v1/enterprise/join", object({{"uid", uid}, {"broken", true}})).status == 200);

  const Response login =
      eventually("unlucky login").ready(status(200)).not_yet(status(403) && json("/code", 40301)).within(20s).call([&] {
        return api.post("/api/v1/user/login", object({{"uid", uid}}));
      });
  CHECK(login.text("/uid") == uid);
}
