// SPDX-License-Identifier: MIT
// TLS: every check that fails is named, and nothing is sent.
#include "tls.hpp"

#include <apitest/fixture.hpp>
#include <apitest/test.hpp>
using namespace apitest;

static void check_refused(const Response& answer, const char* words) {
  CAPTURE(answer.error.text);
  CHECK(answer.status == 0);
  CHECK(answer.error.fault == Fault::tls);
  CHECK(answer.error.text.find(words) != std::string::npos);
  CHECK(answer.verdict() == Verdict::unreachable);
  CHECK_FALSE(answer.sent);
}

API_TEST(a_good_certificate) {
  Client api = tls_client("good");
  const Response answer = api.fresh_connection().get("/tls");
  REQUIRE(answer.status == 200);
  CHECK(answer.times.secured > Duration::zero());
}

API_TEST(an_unknown_issuer) {
  check_refused(Client(tls_url("good")).get("/tls"), "unable to get local issuer certificate");
}

API_TEST(an_expired_certificate) { check_refused(tls_client("expired").get("/tls"), "certificate has expired"); }

API_TEST(a_certificate_for_another_host) {
  check_refused(tls_client("wrong-host").get("/tls"), "no alternative certificate subject name");
}

API_TEST(a_self_signed_certificate) { check_refused(tls_client("self-signed").get("/tls"), "self-signed certificate"); }

API_TEST(a_server_without_tls) {
  const std::string url = fixture("faults").text("/url");
  check_refused(Client("https" + url.substr(4)).get("/echo"), "TLS");
}

API_TEST(a_ca_file_that_is_not_there) {
  Client api(tls_url("good"));
  check_refused(api.ca_file("no/such/ca.pem").get("/tls"), "no/such/ca.pem");
}

API_TEST(insecure_accepts_anything) {
  for (const char* host : {"good", "expired", "wrong-host", "self-signed"}) {
    CAPTURE(host);
    Client api(tls_url(host));
    CHECK(api.insecure().get("/tls").status == 200);
  }
}

API_TEST(insecure_does_not_rub_off) {
  Client careless(tls_url("self-signed"));
  CHECK(careless.insecure().get("/tls").status == 200);
  Client careful(tls_url("self-signed"));
  check_refused(careful.get("/tls"), "self-signed certificate");
}

API_TEST(a_client_certificate) {
  Client api = tls_client("mutual");
  api.client_certificate(tls_file("client.pem"), tls_file("client.key"));
  const Response answer = api.get("/tls");
  REQUIRE(answer.status == 200);
  CHECK(answer.text("/client") == "CN=client");
}

API_TEST(no_client_certificate) {
  const Response answer = tls_client("mutual").get("/tls");
  CHECK(answer.status == 400);
  CHECK(answer.body.find("No required SSL certificate was sent") != std::string::npos);
}

API_TEST(a_client_certificate_of_a_stranger) {
  Client api = tls_client("mutual");
  api.client_certificate(tls_file("stranger.pem"), tls_file("stranger.key"));
  const Response answer = api.get("/tls");
  CHECK(answer.status == 400);
  CHECK(answer.body.find("The SSL certificate error") != std::string::npos);
}

API_TEST(a_client_certificate_that_is_not_there) {
  Client api = tls_client("mutual");
  api.client_certificate("no/such/client.pem", "no/such/client.key");
  check_refused(api.get("/tls"), "no/such/client.pem");
}

API_TEST(sessions_are_used_again) {
  Client api = tls_client("good");
  api.fresh_connection().version(HttpVersion::http1_1);  // nginx forgets the session of an HTTP/2 connection
  REQUIRE(api.get("/tls").status == 200);
  const Response second = api.get("/tls");
  CHECK(second.new_connection);
  CHECK(second.text("/reused") == "r");
}
