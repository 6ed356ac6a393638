// SPDX-License-Identifier: MIT
#include <apitest/fixture.hpp>
#include <apitest/test.hpp>
using namespace apitest;

API_FIXTURE(session) {
  Client api = fixture_client();
  publish("/url", fixture("server").text("/url"));
  publish_secret("/token", api.get("/echo?a").text("/target"));
}
