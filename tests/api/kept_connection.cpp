// SPDX-License-Identifier: MIT
// A connection that is made by one process for another one to use.
#include <apitest/fixture.hpp>
#include <apitest/test.hpp>

#include "hosts.hpp"
using namespace apitest;

API_FIXTURE(kept_connection) {
  Client api(under_name("kept.localhost", fixture("faults").text("/url")));
  const Response first = api.get("/echo");
  REQUIRE(first.status == 200);
  CHECK(first.new_connection);
  publish("/address", api.base_url());
  publish("/number", first.header("X-Connection"));
}
