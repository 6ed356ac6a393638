// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cstdlib>
#include <thread>

#include "support.hpp"

using namespace unit;
using internal::RequestBudget;
using internal::time_left;

TEST_CASE("the time left of a test ends before its TIMEOUT") {
  struct Row {
    const char* timeout;
    Duration age, left;
  };
  const Row rows[] = {
      {"60", 0s, 59s},      // a second is kept
      {"60", 20s, 39s},     //
      {"5", 0s, 4500ms},    // a tenth, when that is shorter
      {"1.5", 0s, 1350ms},  //
      {"60", 59s, 0s},      //
      {"60", 100s, 0s},     // never negative
      {nullptr, 100s, Duration::max()},
      {"", 0s, Duration::max()},
      {"0", 0s, Duration::max()},
      {"-3", 0s, Duration::max()},
      {"soon", 0s, Duration::max()},
      {"nan", 0s, Duration::max()},
      {"1e30", 0s, Duration::max()},
  };
  for (const Row& row : rows) {
    CAPTURE(row.age);
    CHECK(time_left(row.timeout, row.age) == row.left);
  }
}

TEST_CASE("the time left counts from the start of this process") {
  ::setenv("APITEST_TIMEOUT", "1000", 1);
  const Duration left = time_left();
  ::unsetenv("APITEST_TIMEOUT");
  CHECK(left < 999s);
  CHECK(left > 900s);
  CHECK(time_left() == Duration::max());
}

TEST_CASE("without a budget nothing limits a request") { CHECK(RequestBudget::left() == Duration::max()); }

TEST_CASE("a budget gives what is left until its deadline, and never less than nothing") {
  FakeClock clock;
  {
    const RequestBudget budget(clock, clock.now() + 10s);
    CHECK(RequestBudget::left() == 10s);
    clock.pass(4s);
    CHECK(RequestBudget::left() == 6s);
    clock.pass(20s);
    CHECK(RequestBudget::left() == 0s);
  }
  CHECK(RequestBudget::left() == Duration::max());
}

TEST_CASE("of nested budgets the shortest counts") {
  FakeClock clock;
  const RequestBudget outer(clock, clock.now() + 5s);
  {
    const RequestBudget longer(clock, clock.now() + 10s);
    CHECK(RequestBudget::left() == 5s);
    const RequestBudget shorter(clock, clock.now() + 1s);
    CHECK(RequestBudget::left() == 1s);
    const RequestBudget endless(clock, Duration::max());
    CHECK(RequestBudget::left() == 1s);
  }
  CHECK(RequestBudget::left() == 5s);
}

TEST_CASE("a budget is of one thread") {
  FakeClock clock;
  const RequestBudget budget(clock, clock.now() + 5s);
  Duration elsewhere{};
  std::thread([&] { elsewhere = RequestBudget::left(); }).join();
  CHECK(elsewhere == Duration::max());
}

TEST_CASE("the test's own time limits a budget") {
  FakeClock clock;
  ::setenv("APITEST_TIMEOUT", "1000", 1);
  const RequestBudget budget(clock, clock.now() + std::chrono::hours(2));
  CHECK(RequestBudget::left() < 1000s);
  ::unsetenv("APITEST_TIMEOUT");
}

TEST_CASE("a point without end stays one") {
  CHECK(internal::later(3s, 4s) == 7s);
  CHECK(internal::later(3s, Duration::max()) == Duration::max());
  CHECK(internal::later(3s, Duration::max() - 1s) == Duration::max());
}
