// SPDX-License-Identifier: MIT
#include <apitest/retry.hpp>

#include "events.hpp"
using namespace apitest;

namespace {
/// How often the event happened, in all runs.
int count(const std::string& event) {
  std::ifstream file(events_file());
  int found = 0;
  for (std::string line; std::getline(file, line);) found += line == event ? 1 : 0;
  return found;
}
}  // namespace

API_TEST(meets_nobody) {
  const std::string run = std::getenv("APITEST_RUN");
  CHECK(fixture("outer").text("/id").find(run) != std::string::npos);
  note("waiting for the other run");
  const Duration end = steady_clock().now() + 20s;
  while (count("waiting for the other run") < 2 && steady_clock().now() < end) steady_clock().sleep(10ms);
  CHECK(count("waiting for the other run") == 2);
  CHECK(fixture("outer").text("/id").find(run) != std::string::npos);
}
