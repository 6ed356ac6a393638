// SPDX-License-Identifier: MIT
#include "events.hpp"
using namespace apitest;

API_TEST(fails_once) {
  const std::string marker = events_file() + ".failed";
  const bool failed_before = std::ifstream(marker).good();
  std::ofstream(marker) << "yes";
  note("flaky ran");
  CHECK(failed_before);
}
API_TEST(is_steady) { note("steady ran"); }
