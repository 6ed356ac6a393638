// SPDX-License-Identifier: MIT
// A suite that is not run by CTest but by the tests in agent.cpp, in runs of its own.
#include <apitest/http.hpp>
#include <apitest/test.hpp>

#include <cstdlib>
using namespace apitest;

namespace apitest::internal {
namespace {
const char* const no_fixtures[] = {nullptr};
}
const Suite suite = {"victim", false, 1, no_fixtures, APITEST_PROGRAM, APITEST_BUILD_DIR};
}  // namespace apitest::internal

API_TEST(asks) {
  const char* url = std::getenv("VICTIM_URL");
  REQUIRE(url != nullptr);
  Client api(url);
  CHECK(api.timeout(60s).get("").status == 200);
}
