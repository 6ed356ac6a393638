// SPDX-License-Identifier: MIT
// HTTP/1.1 and HTTP/2.
#include <apitest/fixture.hpp>
#include <apitest/test.hpp>

#include "tls.hpp"
using namespace apitest;

API_TEST(http2_comes_with_tls) {
  const Response answer = tls_client("good").get("/tls");
  CHECK(answer.version == "2");
  CHECK(answer.text("/protocol") == "HTTP/2.0");
}

API_TEST(http2_can_be_demanded) {
  Client api = tls_client("good");
  CHECK(api.version(HttpVersion::http2).get("/tls").version == "2");
}

// The connections of other tests are there to be used, but not those of another version.
API_TEST(http1_1_can_be_demanded) {
  Client api = tls_client("good");
  const Response answer = api.version(HttpVersion::http1_1).get("/tls");
  CHECK(answer.version == "1.1");
  CHECK(answer.text("/protocol") == "HTTP/1.1");
}

API_TEST(http2_without_tls_needs_prior_knowledge) {
  Client api(fixture("h2c").text("/url"));
  api.version(HttpVersion::http2_prior_knowledge);
  for (int i = 0; i < 2; ++i) {
    const Response answer = api.get("/tls");
    REQUIRE(answer.status == 200);
    CHECK(answer.version == "2");
    CHECK(answer.text("/protocol") == "HTTP/2.0");
  }
}

API_TEST(a_server_without_http2_is_spoken_to_in_1_1) {
  Client api(fixture("faults").text("/url"));
  CHECK(api.version(HttpVersion::http2).get("/echo").version == "1.1");
}
