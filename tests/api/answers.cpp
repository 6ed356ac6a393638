// SPDX-License-Identifier: MIT
// What becomes of well-formed answers: statuses, compression, limits, problems, redirects.
#include <apitest/fixture.hpp>
#include <apitest/test.hpp>

#include "hosts.hpp"
using namespace apitest;

API_TEST(every_status_is_a_value) {
  Client api = fixture_client();
  for (int code = 200; code < 600; ++code) {
    CAPTURE(code);
    const Response answer = api.get("/status/" + std::to_string(code));
    REQUIRE(answer.status == code);
    REQUIRE_FALSE(answer.error);
    const Verdict expected = code < 400    ? Verdict::ready
                             : code == 408 ? Verdict::timeout
                             : code == 429 ? Verdict::throttled
                             : code < 500  ? Verdict::rejected
                                           : Verdict::server_error;
    CHECK(answer.verdict() == expected);
  }
}

API_TEST(retry_after_makes_503_throttled) {
  Client api = fixture_client();
  CHECK(api.get("/status/503").verdict() == Verdict::server_error);
  const Response throttled = api.get("/status/503?retry_after=7");
  CHECK(throttled.verdict() == Verdict::throttled);
  CHECK(throttled.header("retry-after") == "7");
}

API_TEST(the_protocol_version_is_told) {
  Client api = fixture_client();
  CHECK(api.get("/echo").version == "1.1");
  const Response old = api.get("/raw/old");
  CHECK(old.version == "1.0");
  CHECK(old.body == "until the end of the connection");
}

API_TEST(gzip_and_deflate_are_unpacked) {
  Client api = fixture_client();
  CHECK(api.get("/gzip").text("/target") == "/gzip");
  CHECK(api.get("/deflate").text("/target") == "/deflate");
}

API_TEST(a_broken_compression_is_malformed) {
  const Response answer = fixture_client().get("/gzip/garbage");
  CHECK(answer.status == 0);
  CHECK(answer.error.fault == Fault::malformed);
  CHECK(answer.verdict() == Verdict::malformed);
}

API_TEST(the_body_limit_holds_for_unpacked_bytes) {
  Client api = fixture_client();
  const Response bomb = api.get("/gzip/bomb?mb=65");  // 64 KB on the wire
  CHECK(bomb.status == 0);
  CHECK(bomb.error.fault == Fault::too_large);
  CHECK(bomb.error.text.find("67108864 bytes") != std::string::npos);
  CHECK(bomb.body.empty());
}

API_TEST(the_body_limit_is_the_clients) {
  Client api = fixture_client();
  api.body_limit(1000);
  CHECK(api.get("/bytes/1000").body.size() == 1000);
  CHECK(api.get("/bytes/1001").error.fault == Fault::too_large);
  CHECK(api.get("/chunked?bytes=65536").error.fault == Fault::too_large);
}

API_TEST(bodies_of_unknown_length) { CHECK(fixture_client().get("/chunked?bytes=1048576").body.size() == 1048576); }

API_TEST(a_problem_can_be_read) {
  const Response answer = fixture_client().get("/problem?status=409&type=https://example.com/problems/busy");
  CHECK(answer.status == 409);
  CHECK(answer.header("Content-Type") == "application/problem+json");
  CHECK(answer.text("/type") == "https://example.com/problems/busy");
}

API_TEST(redirects_are_not_followed) {
  const Response answer = fixture_client().get("/redirect/1");
  CHECK(answer.status == 302);
  CHECK(answer.header("Location") == "/echo");
}

API_TEST(redirects_are_followed_on_request) {
  Client api = fixture_client();
  const Response answer = api.redirects().get("/redirect/3");
  CHECK(answer.status == 200);
  CHECK(answer.text("/target") == "/echo");
  CHECK(answer.url == fixture("faults").text("/url") + "/echo");
  CHECK_FALSE(answer.has_header("Location"));  // headers are those of the last answer
}

API_TEST(redirects_have_a_limit) {
  Client api = fixture_client();
  CHECK(api.redirects(3).get("/redirect/3").status == 200);
  const Response loop = api.get("/redirect/loop");
  CHECK(loop.status == 0);
  CHECK(loop.error.fault == Fault::malformed);
  CHECK(loop.error.text.find("(3)") != std::string::npos);
}

API_TEST(a_redirected_post_follows_the_standard) {
  Client api = fixture_client();
  api.redirects();
  CHECK(api.post("/redirect/to?url=/echo&status=303", "order").text("/method") == "GET");
  const Response again = api.post("/redirect/to?url=/echo&status=307", "order");
  CHECK(again.text("/method") == "POST");
  CHECK(again.text("/body") == "order");
}

API_TEST(credentials_stay_with_their_host) {
  const std::string url = fixture("faults").text("/url"), elsewhere = under_name("elsewhere.localhost", url);
  Client api(url);
  api.redirects().cookies().bearer("a-token");
  CHECK(api.get("/redirect/to?url=" + url + "/echo").has("/headers/authorization"));
  CHECK_FALSE(api.get("/redirect/to?url=" + elsewhere + "/echo").has("/headers/authorization"));
  api.basic("susan", "open sesame");
  CHECK(api.get("/redirect/to?url=" + elsewhere + "/basic").status == 401);
}

API_TEST(a_redirect_leads_to_http_only) {
  Client api = fixture_client();
  const Response answer = api.redirects().get("/redirect/to?url=file:///etc/passwd");
  CHECK(answer.status == 0);
  CHECK(answer.error.fault != Fault::none);
  CHECK(answer.body.empty());
}
