// SPDX-License-Identifier: MIT
#include "events.hpp"
using namespace apitest;

API_TEST(share_the_login) {
  const Document member = fixture("member");
  CHECK(member.text("/token") == R"({"token": "open \"sesame\" \\"})");
  CHECK(member.text("/method") == "POST");
  CHECK(member.text("/headers/content-type") == "application/json");
  CHECK(fixture_client().base_url() == member.text("/url"));
}
API_TEST(may_send_plain_text) { CHECK(fixture("plain_member").text("/token") == R"(pass open "sesame" \!)"); }
