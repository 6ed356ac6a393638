// SPDX-License-Identifier: MIT
// A proxy is used when the test says so.
#include <apitest/fixture.hpp>
#include <apitest/test.hpp>

#include "tls.hpp"
using namespace apitest;

static std::string proxy() { return fixture("tinyproxy").text("/url"); }

API_TEST(takes_a_request) {
  Client api(fixture("faults").text("/url"));
  CHECK_FALSE(api.get("/echo").has("/headers/via"));
  const Response answer = api.proxy(proxy()).get("/echo");
  REQUIRE(answer.status == 200);
  CHECK(answer.text("/headers/via").find("tinyproxy") != std::string::npos);
}

/// The host good, under a name that the proxy can look up.
static Client through_the_proxy() {
  Client api("https://localhost:" + std::to_string(fixture("nginx").integer("/port")));
  api.proxy(proxy());
  return api;
}

API_TEST(takes_a_tunnel_for_tls) {
  Client api = through_the_proxy();
  const Response answer = api.ca_file(tls_file("ca.pem")).get("/tls");
  REQUIRE(answer.status == 200);
  CHECK(answer.text("/protocol") == "HTTP/2.0");
  CHECK_FALSE(answer.has_header("Proxy-Agent"));  // headers are the server's
}

API_TEST(checks_tls_through_the_tunnel) {
  const Response answer = through_the_proxy().get("/tls");  // without our CA
  CHECK(answer.error.fault == Fault::tls);
  CHECK(answer.error.text.find("unable to get local issuer certificate") != std::string::npos);
}

API_TEST(that_is_not_there_is_refused) {
  Client api(fixture("faults").text("/url"));
  const Response answer = api.proxy("http://127.0.0.1:1").get("/echo");
  CHECK(answer.status == 0);
  CHECK(answer.error.fault == Fault::refused);
  CHECK_FALSE(answer.sent);
}

API_TEST(that_can_not_reach_the_server_is_no_answer_of_it) {
  Client api("https://127.0.0.1:1");
  const Response answer = api.proxy(proxy()).get("/tls");
  CHECK(answer.status == 0);
  CHECK(answer.error.fault == Fault::refused);
  CHECK(answer.error.text.find("CONNECT") != std::string::npos);
}
