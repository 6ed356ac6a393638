// SPDX-License-Identifier: MIT
#include <apitest/fixture.hpp>
#include <apitest/test.hpp>
#include <cstdlib>

API_FIXTURE(token) {
  const char* const url = std::getenv("BENCH_URL");
  REQUIRE(url != nullptr);
  const auto login = apitest::Client(url).post("/login", "");
  REQUIRE(login.status == 200);
  apitest::publish("/url", url);
  apitest::publish_secret("/token", login.text("/token"));
}
