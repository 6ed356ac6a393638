// SPDX-License-Identifier: MIT
#include <apitest/fixture.hpp>
#include <apitest/test.hpp>
using namespace apitest;

API_TEST(is_served) {
  Client api = fixture_client();
  CHECK(api.get("/echo").text("/headers/authorization") == "Bearer /echo?a");
}
