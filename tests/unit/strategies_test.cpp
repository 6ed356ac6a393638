// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "support.hpp"

using namespace unit;

namespace {

Attempt attempt(int number, Duration elapsed = {}, Duration upcoming_sleep = {}) {
  Attempt attempt;
  attempt.number = number;
  attempt.elapsed = elapsed;
  attempt.upcoming_sleep = upcoming_sleep;
  return attempt;
}

std::vector<Duration> first_waits(const Wait& wait, int count) {
  std::vector<Duration> waits;
  for (int number = 1; number <= count; ++number) waits.push_back(wait(attempt(number)));
  return waits;
}

using Waits = std::vector<Duration>;

}  // namespace

TEST_CASE("stops") {
  CHECK_FALSE(stop_never()(attempt(1'000'000, std::chrono::hours(9))));
  CHECK_FALSE(stop_after_attempt(3)(attempt(2)));
  CHECK(stop_after_attempt(3)(attempt(3)));
  CHECK(stop_after_attempt(3)(attempt(4)));
  CHECK(stop_after_attempt(0)(attempt(1)));
  CHECK_FALSE(stop_after_delay(20s)(attempt(1, 19999ms, 5s)));
  CHECK(stop_after_delay(20s)(attempt(1, 20s)));
  CHECK_FALSE(stop_before_delay(20s)(attempt(1, 15s, 4999ms)));
  CHECK(stop_before_delay(20s)(attempt(1, 15s, 5s)));
  CHECK(stop_before_delay(20s)(attempt(1, 21s, 0s)));
  CHECK(stop_before_delay(20s)(attempt(1, 15s, Duration::max())));
}

TEST_CASE("stops combine: | is either, & is both") {
  struct Row {
    Duration elapsed;
    int attempts;
    bool either, both;
  };
  const Row rows[] = {{1s, 1, false, false}, {1s, 3, true, false}, {9s, 1, true, false}, {9s, 3, true, true}};
  for (const Row& row : rows) {
    const Attempt now = attempt(row.attempts, row.elapsed);
    CHECK((stop_after_attempt(3) | stop_after_delay(9s))(now) == row.either);
    CHECK((stop_after_attempt(3) & stop_after_delay(9s))(now) == row.both);
  }
}

TEST_CASE("a stop knows what its loop never lasts longer than") {
  CHECK(stop_never().limit() == Duration::max());
  CHECK(stop_after_delay(5s).limit() == Duration::max());
  CHECK(stop_before_delay(5s).limit() == 5s);
  CHECK((stop_before_delay(5s) | stop_before_delay(9s)).limit() == 5s);
  CHECK((stop_before_delay(5s) & stop_before_delay(9s)).limit() == 9s);
  CHECK((stop_before_delay(5s) | stop_after_attempt(9)).limit() == 5s);
  CHECK((stop_before_delay(5s) & stop_after_attempt(9)).limit() == Duration::max());
}

TEST_CASE("waits grow as they say") {
  CHECK(first_waits(wait_none(), 2) == Waits{0s, 0s});
  CHECK(first_waits(wait_fixed(3s), 2) == Waits{3s, 3s});
  CHECK(first_waits(wait_incrementing(1s, 2s, 6s), 4) == Waits{1s, 3s, 5s, 6s});
  CHECK(first_waits(wait_incrementing(5s, -2s, 6s), 4) == Waits{5s, 3s, 1s, 0s});
  CHECK(first_waits(wait_exponential(1s, 5s), 5) == Waits{1s, 2s, 4s, 5s, 5s});
  CHECK(first_waits(wait_exponential(100ms, 1s, 3), 4) == Waits{100ms, 300ms, 900ms, 1s});
  CHECK(first_waits(wait_exponential(8s, 10s, 0.5), 3) == Waits{8s, 4s, 2s});
  CHECK(first_waits(wait_exponential(1s, 5s) + wait_fixed(10ms), 3) == Waits{1010ms, 2010ms, 4010ms});
  CHECK(first_waits(wait_chain({wait_fixed(1s), wait_fixed(2s), wait_exponential(1s, 9s)}), 5) ==
        Waits{1s, 2s, 4s, 8s, 9s});
  CHECK(first_waits(wait_chain({}), 2) == Waits{0s, 0s});
}

TEST_CASE("no wait is negative or above its cap, whatever it was made of") {
  Random random(20);
  const auto any_time = [&] {
    const Duration time = random.upto(3) == 0 ? random.time(Duration::max()) : random.time(10s);
    return random.upto(4) == 0 ? -time : time;
  };
  for (int round = 0; round < 5000; ++round) {
    const Duration first = any_time(), step = any_time(), most = any_time();
    const double bases[] = {0, 0.5, 1, 2, 10, 1e300, -2};
    const double base = bases[random.upto(6)];
    const Attempt now = attempt(1 + (random.upto(1) == 0 ? random.upto(5) : random.upto(2'000'000'000)));
    const Duration cap = std::max(most, Duration(0));
    CAPTURE(first.count());
    CAPTURE(step.count());
    CAPTURE(most.count());
    CAPTURE(base);
    CAPTURE(now.number);
    for (const Wait& wait :
         {wait_exponential(first, most, base), wait_incrementing(first, step, most), wait_jitter(first, most)}) {
      CHECK(wait(now) >= 0s);
      CHECK(wait(now) <= cap);
    }
    CHECK(wait_fixed(first)(now) == std::max(first, Duration(0)));
    const Duration uniform = wait_random(first, most)(now);
    CHECK(uniform >= std::max(std::min(first, most), Duration(0)));
    CHECK(uniform <= std::max(std::max(first, most), Duration(0)));
    const Duration sum = (wait_fixed(first) + wait_fixed(most))(now);
    CHECK(sum >= wait_fixed(first)(now));
    CHECK(sum >= wait_fixed(most)(now));
  }
}

TEST_CASE("jitter and random use their whole range") {
  Duration least = Duration::max(), most{};
  for (int i = 0; i < 2000; ++i) {
    const Duration wait = wait_jitter(1s, 100s)(attempt(4));
    least = std::min(least, wait);
    most = std::max(most, wait);
  }
  CHECK(least < 1s);
  CHECK(most > 7s);
  CHECK(wait_random(3s, 3s)(attempt(1)) == 3s);
}

TEST_CASE("what Retry-After asks for") {
  struct Row {
    std::string retry_after;
    std::string date;
    Duration wait;
  };
  constexpr long long wall = 784111777;  // Sun, 06 Nov 1994 08:49:37 GMT
  constexpr Duration none{-1}, year = std::chrono::hours(24 * 365);
  const Row rows[] = {
      {"120", "", 120s},
      {"0", "", 0s},
      {"00120", "", 120s},
      {"Sun, 06 Nov 1994 08:49:37 GMT", "", 0s},
      {"Sun, 06 Nov 1994 08:51:37 GMT", "", 120s},
      {"Sunday, 06-Nov-94 08:51:37 GMT", "", 120s},  // the obsolete forms must be read
      {"Sun Nov  6 08:51:37 1994", "", 120s},
      {"Sun, 06 Nov 1994 08:51:37 GMT", "Sun, 06 Nov 1994 08:50:37 GMT", 60s},  // the server's clock, not ours
      {"Sun, 06 Nov 1994 08:51:37 GMT", "yesterday", 120s},
      {"Sun, 06 Nov 1994 08:40:00 GMT", "", 0s},  // past: now
      {"Thu, 01 Jan 1970 00:00:00 GMT", "", 0s},
      {"Sat, 01 Jan 1910 00:00:00 GMT", "", 0s},
      {"Fri, 31 Dec 9999 23:59:59 GMT", "", year},  // huge: never, but a number
      {"999999999", "", year},
      {"99999999999999999999999999", "", year},
      {"", "", none},
      {"soon", "", none},
      {"-5", "", none},
      {"+5", "", none},
      {"1.5", "", none},
      {"5 s", "", none},
      {"0x10", "", none},
      {"120, 60", "", none},
      {"Sun, 06 Nov 1994", "", none},
      {"Sun, 06 Nov 1994 08:49:37", "", none},
      {"Sun, 06 Nov 1994 08:49:37 CET", "", none},
      {"Sun, 06 Nov 1994 08:49:37 GMT x", "", none},
      {"Sun, 36 Nov 1994 08:49:37 GMT", "", none},
      {"Sun, 06 Nov 1994 25:49:37 GMT", "", none},
      {"Son, 06 Nov 1994 08:49:37 GMT", "", none},
      {"Sun, 06 Nov 99994 08:49:37 GMT", "", none},
      {"1994-11-06T08:49:37Z", "", none},
  };
  for (const Row& row : rows) {
    CAPTURE(row.retry_after);
    CAPTURE(row.date);
    CHECK(retry_after(answer(429, "", {{"retry-after", row.retry_after}, {"Date", row.date}}), wall) == row.wait);
  }
  CHECK(retry_after(answer(429), wall) == none);
}
