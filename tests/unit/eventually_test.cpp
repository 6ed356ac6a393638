// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <apitest/eventually.hpp>

#include <cstdlib>
#include <iostream>
#include <sstream>

#include "support.hpp"

using namespace unit;

namespace {

const std::string pending_body = R"({"code":40301,"token":"hush-hush"})";

/// The wait of the README on a fake clock.
Eventually login(FakeClock& clock) {
  return eventually("login")
      .ready(status(200))
      .not_yet(status(403) && json("/code", 40301))
      .within(20s)
      .backoff(100ms, 5s)
      .clock(clock);
}

Response post(int status, std::string body = "") {
  Response response = answer(status, std::move(body));
  response.method = "POST";
  return response;
}

/// What is printed meanwhile.
template <class Body>
std::string printed(Body body) {
  const std::ostringstream out;
  std::streambuf* const before = std::cout.rdbuf(out.rdbuf());
  try {
    body();
  } catch (const internal::Ended&) {
  }
  std::cout.rdbuf(before);
  return out.str();
}

}  // namespace

TEST_CASE("the first ready answer is returned, and nothing is printed") {
  FakeClock clock;
  int status = 0;
  CHECK(printed([&] { status = login(clock).call([] { return post(200); }).status; }).empty());
  CHECK(status == 200);
  CHECK(clock.slept.empty());
}

TEST_CASE("success after more than one attempt prints one line") {
  FakeClock clock;
  Eventually wait = login(clock);
  int calls = 0;
  Response answered;
  const std::string line = printed([&] {
    answered = wait.call([&] {
      clock.pass(60ms);
      return ++calls < 5 ? post(403, pending_body) : post(200, "hello");
    });
  });
  CHECK(line == "login ready after 1.8 s, 5 attempts\n");
  CHECK(answered.body == "hello");
  CHECK(clock.slept == std::vector<Duration>{100ms, 200ms, 400ms, 800ms});
  CHECK(wait.statistics().attempts == 5);
  CHECK(wait.statistics().elapsed == 1800ms);
  CHECK(wait.statistics().idle == 1500ms);
}

TEST_CASE("an answer without a rule is broken and ends the wait at once") {
  struct Row {
    Response response;
    std::string verdict;
    Exit exit;
  };
  const Row rows[] = {
      {post(500), "server_error", Exit::failed},
      {post(503), "server_error", Exit::failed},
      {post(400), "rejected", Exit::failed},
      {post(403, R"({"code":40302})"), "rejected", Exit::failed},
      {post(204), "malformed", Exit::failed},  // success, but not the declared one
      {post(302), "malformed", Exit::failed},
      {post(408), "timeout", Exit::unknown},
      {no_answer(Fault::refused), "unreachable", Exit::unknown},
      {no_answer(Fault::tls), "unreachable", Exit::unknown},
      {no_answer(Fault::timeout), "timeout", Exit::unknown},
      {no_answer(Fault::malformed), "malformed", Exit::failed},
      {no_answer(Fault::unusable), "rejected", Exit::failed},
  };
  for (const Row& row : rows) {
    FakeClock clock;
    int calls = 0;
    const internal::Ended end =
        ended([&] { (void)login(clock).call([&] { return ++calls < 2 ? post(403, pending_body) : row.response; }); });
    CAPTURE(row.verdict);
    CHECK(end.exit == row.exit);
    CHECK(contains(end.text, "eventually(\"login\") ended as " + row.verdict + ", after 2 attempts in 0.10 s"));
    CHECK(contains(end.text,
                   "decided by no rule; declared are ready [status 200], not_yet [status 403 && /code == 40301]"));
    CHECK(contains(end.text, "If this answer is to be expected, declare it with .ready(), .not_yet() or .broken()"));
    CHECK(calls == 2);
  }
}

TEST_CASE("the first rule that matches decides") {
  FakeClock clock;
  const auto first = [&](Eventually wait, const Response& response) {
    return ended([&] { (void)wait.clock(clock).call([&] { return response; }); });
  };
  Response failed = answer(200, R"({"state":"failed"})");
  const internal::Ended broken = first(eventually("job").broken(json("/state", "failed")).ready(status(200)), failed);
  CHECK(broken.exit == Exit::failed);
  CHECK(contains(broken.text, "ended as server_error"));
  CHECK(contains(broken.text, "decided by broken [/state == \"failed\"]"));
  CHECK(eventually("job")
            .ready(status(200))
            .broken(json("/state", "failed"))
            .clock(clock)
            .call([&] { return failed; })
            .status == 200);
  CHECK(contains(first(eventually("job").broken(status(429)).ready(status(200)), answer(429)).text,
                 "ended as throttled"));
  CHECK(eventually("gone").ready(status(404)).clock(clock).call([] { return answer(404); }).status == 404);
}

TEST_CASE("a refused connection is waited for only where that is declared") {
  FakeClock clock;
  int calls = 0;
  (void)login(clock).not_yet(unreachable()).call([&] { return ++calls < 4 ? no_answer(Fault::refused) : post(200); });
  CHECK(calls == 4);
}

TEST_CASE("not ready in time is told with everything that is known") {
  FakeClock clock;
  Eventually wait = login(clock).within(1s).backoff(400ms, 5s);
  const internal::Ended end = ended([&] {
    (void)wait.call([&] {
      clock.request(10ms);
      return post(403, pending_body);
    });
  });
  CHECK(end.exit == Exit::unknown);
  CHECK(end.text ==
        "eventually(\"login\") ended as not_yet, not ready in time, after 3 attempts in 0.99 s (deadline 1.0 s)\n"
        "decided by not_yet [status 403 && /code == 40301]\n"
        "last answer HTTP/1.1 403 of POST http://shop/x\n"
        "{\"code\":40301,\"token\":\"[redacted]\"}\n"
        "If the work may take longer, raise .within()");
}

TEST_CASE("the last answer is shown up to 500 bytes, an error by its sentence") {
  FakeClock clock;
  CHECK(ended([&] { (void)login(clock).call([] { return post(500, std::string(900, 'x')); }); }).text.size() < 950);
  CHECK(contains(
      ended([&] { (void)login(clock).call([] { return no_answer(Fault::refused, "127.0.0.1:1 refused"); }); }).text,
      "last answer 127.0.0.1:1 refused\n"));
}

TEST_CASE("the last attempt is brought forward to end before the deadline") {
  FakeClock clock;
  const Duration start = clock.now();
  std::vector<Duration> begun;
  (void)ended([&] {
    (void)login(clock).within(10s).backoff(1s, 5s).call([&] {
      begun.push_back(clock.now() - start);
      clock.request(100ms);
      return post(403, pending_body);
    });
  });
  // 0, then after waits of 1, 2 and 4 s; the next wait of 5 s is shortened to leave twice the longest attempt.
  CHECK(begun == std::vector<Duration>{0s, 1100ms, 3200ms, 7300ms, 9800ms});
}

TEST_CASE("an attempt that the deadline cuts off does not hide the answers before it") {
  FakeClock clock;
  int calls = 0;
  (void)take_records();
  const internal::Ended end = ended([&] {
    (void)login(clock).within(1s).call([&] {
      if (clock.request(++calls == 1 ? 10ms : 60s)) return post(403, pending_body);
      return no_answer(Fault::timeout, "no answer in time");
    });
  });
  CHECK(calls == 2);
  CHECK(end.exit == Exit::unknown);
  CHECK(contains(end.text, "ended as not_yet, not ready in time, after 2 attempts in 1.0 s"));
  CHECK(contains(end.text, "decided by not_yet [status 403 && /code == 40301]"));
  CHECK(contains(end.text, "last answer HTTP/1.1 403"));
  CHECK(contains(end.text, "\nthe last attempt was cut off at the deadline\n"));
  const std::vector<Recorded> records = take_records();
  REQUIRE(records.size() == 3);
  CHECK(records[1].line["verdict"] == "timeout");
  CHECK(records[2].line["verdict"] == "not_yet");
}

TEST_CASE("when not even the first attempt is answered, that is a timeout") {
  FakeClock clock;
  const internal::Ended end = ended([&] {
    (void)login(clock).call([&] {
      clock.request(60s);
      return no_answer(Fault::timeout, "no answer in time");
    });
  });
  CHECK(end.exit == Exit::unknown);
  CHECK(contains(end.text, "ended as timeout, after 1 attempt in 20.0 s"));
  CHECK(contains(end.text, "last answer no answer in time"));
}

TEST_CASE("a request that times out long before the deadline is broken, not late") {
  FakeClock clock;
  int calls = 0;
  const internal::Ended end = ended([&] {
    (void)login(clock).call([&] { return ++calls == 1 ? post(403, pending_body) : no_answer(Fault::timeout); });
  });
  CHECK(contains(end.text, "ended as timeout, after 2 attempts"));
}

TEST_CASE("a throttled answer waits as told, at least as long as the back-off") {
  FakeClock clock;
  const std::vector<Response> answers = {answer(429, "", {{"Retry-After", "3"}}),
                                         answer(503, "", {{"Retry-After", "0"}}), answer(429), post(200)};
  std::size_t calls = 0;
  (void)login(clock).call([&] { return answers.at(calls++); });
  CHECK(clock.slept == std::vector<Duration>{3s, 200ms, 400ms});
}

TEST_CASE("a declared not_yet is asked again when it says so") {
  FakeClock clock;
  int calls = 0;
  (void)eventually("job").ready(status(200)).not_yet(status(202)).clock(clock).call([&] {
    return ++calls == 1 ? answer(202, "", {{"Retry-After", "4"}}) : answer(200);
  });
  CHECK(clock.slept == std::vector<Duration>{4s});
}

TEST_CASE("who asks to come back after the deadline ends the wait as throttled at once") {
  FakeClock clock;
  const internal::Ended end = ended([&] {
    (void)login(clock).call([] { return answer(429, "", {{"Retry-After", "120"}}); });
  });
  CHECK(end.exit == Exit::unknown);
  CHECK(clock.slept.empty());
  CHECK(contains(end.text, "ended as throttled, not ready in time, after 1 attempt"));
  CHECK(contains(end.text, "; Retry-After asks for 120.0 s\n"));
}

TEST_CASE("the deadline is clipped to the wait around it") {
  FakeClock clock;
  const internal::RequestBudget around(clock, clock.now() + 2s);
  const Duration start = clock.now();
  const internal::Ended end = ended([&] { (void)login(clock).call([] { return post(403, pending_body); }); });
  CHECK(clock.now() - start < 2s);
  CHECK(contains(end.text, "(deadline 2.0 s, all that is left to the test of 20.0 s)"));
  CHECK(contains(end.text, "If the work may take longer, raise the TIMEOUT of the test"));
}

TEST_CASE("the deadline is clipped to the test's TIMEOUT") {
  FakeClock clock;
  ::setenv("APITEST_TIMEOUT", "10", 1);
  const Duration start = clock.now();
  const internal::Ended end = ended([&] { (void)login(clock).call([] { return post(403, pending_body); }); });
  ::unsetenv("APITEST_TIMEOUT");
  CHECK(clock.now() - start < 9s);
  CHECK(contains(end.text, "all that is left to the test of 20.0 s"));
}

TEST_CASE("a wait that nothing can end well is refused") {
  FakeClock clock;
  const internal::Ended end =
      ended([&] { (void)eventually("x").not_yet(status(403)).clock(clock).call([] { return post(403); }); });
  CHECK(end.exit == Exit::failed);
  CHECK(end.text == "eventually(\"x\") can't be ready: it has no .ready(rule)");
}

TEST_CASE("a wait without a deadline and without back-off still makes a pause") {
  FakeClock clock;
  int calls = 0;
  (void)login(clock).within(Duration::max()).backoff(0s, 0s).call([&] {
    return ++calls < 5000 ? post(403, pending_body) : post(200);
  });
  CHECK(clock.slept.size() == 4999);
  CHECK(*std::min_element(clock.slept.begin(), clock.slept.end()) == 1ms);
}

TEST_CASE("a wait of no time makes one attempt") {
  FakeClock clock;
  int calls = 0;
  (void)ended([&] {
    (void)login(clock).within(0s).call([&] {
      ++calls;
      return post(403, pending_body);
    });
  });
  CHECK(calls == 1);
}

TEST_CASE("no wait ends after its deadline, and each makes the most of it") {
  Random random(3);
  for (int round = 0; round < 1000; ++round) {
    FakeClock clock;
    const Duration within = random.time(20s) + 100ms;
    const Duration longest_call = random.time(random.upto(1) == 0 ? Duration(within / 20) : Duration(within * 2));
    Eventually wait = login(clock).within(within).backoff(random.time(1s), random.time(6s));
    const Duration start = clock.now();
    Duration last_begin{}, longest{};
    const internal::Ended end = ended([&] {
      (void)wait.call([&] {
        last_begin = clock.now();
        const bool is_answered = clock.request(random.time(longest_call));
        longest = std::max(longest, clock.now() - last_begin);
        return is_answered ? post(403, pending_body) : no_answer(Fault::timeout);
      });
    });
    CHECK(clock.now() - start <= within);
    CHECK(last_begin - start < within);
    CHECK(end.exit == Exit::unknown);
    CHECK(static_cast<std::size_t>(wait.statistics().attempts) == clock.slept.size() + 1);
    // The last attempt begins where its reserve does, unless attempts fill the whole wait.
    if (longest < within / 20) CHECK(start + within - last_begin <= 2 * longest + 40ms);
  }
}

TEST_CASE("the rules see every answer once, in order") {
  FakeClock clock;
  std::string log;
  const auto says = [&](const char* name, bool holds) {
    return matching(name, [&log, name, holds](const Response&) {
      log += name;
      return holds;
    });
  };
  (void)eventually("x").not_yet(says("a", false)).ready(says("b", true)).not_yet(says("c", true)).clock(clock).call([] {
    return answer(200);
  });
  CHECK(log == "ab");
}

TEST_CASE("each attempt and the end of the wait are recorded") {
  FakeClock clock;
  int calls = 0;
  (void)take_records();
  (void)printed([&] {
    (void)login(clock).call([&] {
      clock.pass(50ms);
      return ++calls < 2 ? post(403, pending_body) : post(200);
    });
  });
  using Line = nlohmann::json;
  const std::vector<Recorded> good = take_records();
  REQUIRE(good.size() == 3);
  CHECK(good[0].kind == "attempts");
  CHECK(good[0].line == Line{{"name", "login"},
                             {"number", 1},
                             {"elapsed_ms", 50},
                             {"status", 403},
                             {"verdict", "not_yet"},
                             {"rule", "status 403 && /code == 40301"}});
  CHECK(good[1].line == Line{{"name", "login"},
                             {"number", 2},
                             {"elapsed_ms", 200},
                             {"status", 200},
                             {"verdict", "ready"},
                             {"rule", "status 200"}});
  CHECK(good[2].kind == "waits");
  CHECK(good[2].line == Line{{"name", "login"},
                             {"verdict", "ready"},
                             {"attempts", 2},
                             {"elapsed_ms", 200},
                             {"idle_ms", 100},
                             {"deadline_ms", 20000}});

  (void)ended([&] { (void)login(clock).call([] { return post(500); }); });
  const std::vector<Recorded> bad = take_records();
  REQUIRE(bad.size() == 2);
  CHECK(bad[0].line["rule"] == "");
  CHECK(bad[1].line["verdict"] == "server_error");
}

TEST_CASE("one wait can be used again") {
  FakeClock clock;
  Eventually wait = login(clock);
  for (int round = 0; round < 2; ++round) {
    int calls = 0;
    (void)printed([&] { (void)wait.call([&] { return ++calls < 3 ? post(403, pending_body) : post(200); }); });
    CHECK(wait.statistics().attempts == 3);
    CHECK(wait.statistics().idle == 300ms);
  }
}
