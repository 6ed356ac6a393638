// SPDX-License-Identifier: MIT
// Cookies belong to one Client, from the moment it asks for them.
#include <apitest/fixture.hpp>
#include <apitest/test.hpp>

#include "hosts.hpp"
using namespace apitest;

static std::string sent_by(Client& api, const std::string& path = "/cookies") { return api.get(path).text("/cookie"); }

API_TEST(are_not_kept_unasked) {
  Client api = fixture_client();
  CHECK(api.get("/cookies/set?cookie=a=1").header("Set-Cookie") == "a=1");
  CHECK(sent_by(api).empty());
}

API_TEST(are_kept_on_request) {
  Client api = fixture_client();
  api.cookies();
  CHECK(api.get("/cookies/set?cookie=a=1;Path=/&cookie=b=2;Path=/;HttpOnly").status == 200);
  const std::string sent = sent_by(api);
  CHECK(sent.find("a=1") != std::string::npos);
  CHECK(sent.find("b=2") != std::string::npos);
}

API_TEST(are_independent_in_copies) {
  Client first = fixture_client();
  first.cookies();
  CHECK(first.get("/cookies/set?cookie=a=1;Path=/").status == 200);
  Client second = first;
  CHECK(second.get("/cookies/set?cookie=a=2;Path=/").status == 200);
  CHECK(sent_by(first) == "a=1");
  CHECK(sent_by(second) == "a=2");
}

API_TEST(obey_their_path) {
  Client api = fixture_client();
  api.cookies();
  CHECK(api.get("/cookies/set?cookie=a=1;Path=/cookies/deep").status == 200);
  CHECK(sent_by(api).empty());
  CHECK(sent_by(api, "/cookies/deep/down") == "a=1");
}

API_TEST(end_when_they_are_told_to) {
  Client api = fixture_client();
  api.cookies();
  CHECK(api.get("/cookies/set?cookie=a=1;Path=/").status == 200);
  CHECK(api.get("/cookies/set?cookie=a=1;Path=/;Max-Age=0").status == 200);
  CHECK(sent_by(api).empty());
}

API_TEST(that_are_secure_need_tls) {
  Client api(under_name("plain.test.localhost", fixture("faults").text("/url")));
  api.cookies();
  CHECK(api.get("/cookies/set?cookie=a=1;Path=/;Secure").status == 200);
  CHECK(api.get("/cookies/set?cookie=b=1;Path=/").status == 200);
  CHECK(sent_by(api).find("b=1") != std::string::npos);
}

API_TEST(stay_with_their_host) {
  const std::string url = fixture("faults").text("/url");
  Client api(url);
  api.cookies().redirects();
  CHECK(api.get("/cookies/set?cookie=a=1;Path=/").status == 200);
  CHECK(sent_by(api, "/redirect/to?url=" + under_name("elsewhere.localhost", url) + "/cookies").empty());
  CHECK(sent_by(api, "/redirect/to?url=/cookies") == "a=1");
}
