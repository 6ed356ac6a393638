// SPDX-License-Identifier: MIT
// Changes to a member: PUT, PATCH and DELETE; headers; cookies. Each case works with a member of its own.
#include <apitest/eventually.hpp>
#include <apitest/fixture.hpp>
#include <apitest/test.hpp>
using namespace apitest;

/// What the login of a new member answers.
static Response log_in(Client& api) {
  const std::string uid = unique("tester");
  REQUIRE(api.post("/api/v1/enterprise/join", object({{"uid", uid}})).status == 200);
  return eventually("login").ready(status(200)).not_yet(status(403) && json("/code", 40301)).call([&] {
    return api.post("/api/v1/user/login", object({{"uid", uid}}));
  });
}

API_TEST(a_nickname_comes_and_goes) {
  Client api = fixture_client();
  api.bearer(log_in(api).text("/token"));
  CHECK(api.put("/api/v1/user/nickname", object({{"nickname", "Su"}})).text("/nickname") == "Su");
  CHECK(api.get("/api/v1/user/profile").text("/nickname") == "Su");
  CHECK(api.del("/api/v1/user/nickname").status == 204);
  CHECK(api.get("/api/v1/user/profile").text("/nickname").empty());
}

API_TEST(a_name_can_be_changed) {
  Client api = fixture_client();
  api.bearer(log_in(api).text("/token"));
  CHECK(api.patch("/api/v1/user/profile", object({{"name", "Zoë \"Z\" O'Neil"}})).status == 200);
  CHECK(api.get("/api/v1/user/profile").text("/name") == "Zoë \"Z\" O'Neil");
  CHECK(api.patch("/api/v1/user/profile", object({{"name", std::string(65, 'x')}})).status == 400);
}

API_TEST(a_browser_keeps_its_session_in_a_cookie) {
  Client browser = fixture_client();
  browser.cookies();
  const Response login = log_in(browser);
  CHECK(login.header("Set-Cookie").find("HttpOnly") != std::string::npos);
  CHECK(browser.get("/api/v1/user/profile").text("/uid") == login.text("/uid"));
  CHECK(fixture_client().get("/api/v1/user/profile").status == 401);  // another browser
}

API_TEST(a_request_id_comes_back) {
  Client api = fixture_client();
  api.header("X-Request-Id", "for all requests");
  CHECK(api.get("/health").header("X-Request-Id") == "for all requests");
  const Response answer = api.send(Request("GET", "/health").header("X-Request-Id", "for this one").timeout(5s));
  CHECK(answer.header("x-request-id") == "for this one");
  CHECK_FALSE(answer.has_header("Set-Cookie"));
}
