// SPDX-License-Identifier: MIT
// Fifty megabytes there and back.
#include <apitest/fixture.hpp>
#include <apitest/test.hpp>
#include <cstdio>
#include <fstream>

#include "tls.hpp"
using namespace apitest;

static std::string fifty_megabytes() {
  std::string bytes(std::size_t{50} << 20, '\0');
  unsigned int state = 1;
  for (char& byte : bytes) byte = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  return bytes;
}

API_TEST(a_file_goes_up_and_down) {
  const std::string name = unique("large"), content = fifty_megabytes();
  std::ofstream(name, std::ios::binary) << content;
  Client api = tls_client("good");
  CHECK(api.put("/files/" + name, file_body(name)).status == 201);
  const Response down = api.get("/files/" + name);
  CHECK(api.del("/files/" + name).status == 204);
  std::remove(name.c_str());
  REQUIRE(down.status == 200);
  CHECK((down.body == content));  // in parentheses: doctest would print both
}

API_TEST(a_body_in_memory_goes_up) {
  const std::string path = "/files/" + unique("large"), content = fifty_megabytes();
  Client api = tls_client("good");
  api.version(HttpVersion::http1_1);
  CHECK(api.put(path, Body(content, "application/octet-stream")).status == 201);
  CHECK(api.head(path).header("Content-Length") == "52428800");
  CHECK(api.body_limit(50 << 20).get(path).body.size() == content.size());
  CHECK(api.body_limit((50 << 20) - 1).get(path).error.fault == Fault::too_large);
  CHECK(api.del(path).status == 204);
}
