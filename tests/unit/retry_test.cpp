// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <deque>

#include "support.hpp"

using namespace unit;

namespace {

/// Answers in this order, the last one for ever.
struct Script {
  std::deque<Response> answers;
  int calls = 0;
  Response operator()() {
    ++calls;
    Response next = answers.front();
    if (answers.size() > 1) answers.pop_front();
    return next;
  }
};

Response of_method(Response response, const std::string& method) {
  response.method = method;
  return response;
}

/// How often an answer is asked for by default, when it comes again and again.
int calls_for(const Response& response, bool idempotent = false) {
  FakeClock clock;
  int calls = 0;
  Retry loop = retry("x").clock(clock);
  if (idempotent) loop.idempotent();
  try {
    (void)loop.call([&] {
      ++calls;
      return response;
    });
  } catch (const internal::Ended&) {
  }
  return calls;
}

}  // namespace

TEST_CASE("an answer that is not to be repeated is returned at once") {
  FakeClock clock;
  for (const int status : {200, 302, 404, 500, 503}) {
    Script script{{answer(status)}};
    CHECK(retry("x").clock(clock).call([&] { return script(); }).status == status);
    CHECK(script.calls == 1);
  }
  CHECK(clock.slept.empty());
}

TEST_CASE("by default three attempts, with growing waits") {
  FakeClock clock;
  Script script{{answer(429), answer(408), answer(200, "at last")}};
  CHECK(retry("x").clock(clock).call([&] { return script(); }).body == "at last");
  CHECK(script.calls == 3);
  CHECK(clock.slept == std::vector<Duration>{200ms, 400ms});
  CHECK(calls_for(answer(429)) == 3);
  CHECK(calls_for(no_answer(Fault::refused)) == 3);
  CHECK(calls_for(no_answer(Fault::timeout)) == 3);
  CHECK(calls_for(answer(503, "", {{"Retry-After", "1"}})) == 3);
  CHECK(calls_for(answer(500)) == 1);
  CHECK(calls_for(no_answer(Fault::malformed)) == 1);
}

TEST_CASE("what is not idempotent is repeated only when it did not reach the server") {
  struct Row {
    std::string method;
    bool is_idempotent;
  };
  const Row rows[] = {{"GET", true},     {"HEAD", true},  {"PUT", true},   {"DELETE", true},
                      {"OPTIONS", true}, {"TRACE", true}, {"POST", false}, {"PATCH", false},
                      {"PURGE", false},  {"get", false},  {"", false}};
  for (const Row& row : rows) {
    CAPTURE(row.method);
    const int sent_calls = row.is_idempotent ? 3 : 1;
    CHECK(calls_for(of_method(answer(429), row.method)) == sent_calls);
    CHECK(calls_for(of_method(no_answer(Fault::timeout), row.method)) == sent_calls);
    CHECK(calls_for(of_method(no_answer(Fault::reset), row.method)) == sent_calls);
    CHECK(calls_for(of_method(no_answer(Fault::refused), row.method)) == 3);
    CHECK(calls_for(of_method(answer(429), row.method), true) == 3);
  }
}

TEST_CASE("the refusal to repeat says why and what to do, with the verdict of the answer") {
  FakeClock clock;
  const internal::Ended end =
      ended([&] { (void)retry("join").clock(clock).call([] { return of_method(answer(429, "later"), "POST"); }); });
  CHECK(end.exit == Exit::unknown);
  CHECK(
      end.text ==
      "retry(\"join\") is throttled after 1 attempt in 0.00 s\n"
      "repeated on [verdict throttled || unreachable || verdict timeout]\n"
      "stopped because POST may have reached the server and is not idempotent; say .idempotent() if repeating is safe\n"
      "last answer HTTP/1.1 429 of POST http://shop/x\nlater");
}

TEST_CASE("when the loop stops the test ends with the last verdict") {
  FakeClock clock;
  const auto end_of = [&](const Response& response, const Rule& rule) {
    return ended([&] { (void)retry("x").clock(clock).when(retry_if(rule)).call([&] { return response; }); });
  };
  CHECK(end_of(answer(500), status(500)).exit == Exit::failed);
  CHECK(end_of(answer(404), status(404)).exit == Exit::failed);
  CHECK(end_of(no_answer(Fault::refused), unreachable()).exit == Exit::unknown);
  const internal::Ended success_in_vain = end_of(answer(200, R"({"state":"pending"})"), json("/state", "pending"));
  CHECK(success_in_vain.exit == Exit::unknown);  // never a silent pass
  CHECK(contains(success_in_vain.text, "retry(\"x\") is not_yet after 3 attempts"));
  CHECK(contains(success_in_vain.text, "stopped because its stop rule holds; the next wait would be 0.80 s"));
}

TEST_CASE("the condition is a rule, combined with | and &") {
  const RetryIf either = retry_if(status(404)) | retry_if(status(409));
  CHECK(either(answer(404)));
  CHECK(either(answer(409)));
  CHECK_FALSE(either(answer(429)));
  CHECK(either.words() == "status 404 || status 409");
  const RetryIf both = retry_if(status(409)) & retry_if(has("/retry"));
  CHECK(both(answer(409, R"({"retry":1})")));
  CHECK_FALSE(both(answer(409)));
}

TEST_CASE("hooks come in the order of tenacity, and know what is known then") {
  FakeClock clock;
  std::vector<std::string> log;
  const auto note = [&](const char* what, const Attempt& attempt) {
    log.push_back(std::string(what) + " " + std::to_string(attempt.number) + " " +
                  (attempt.outcome == nullptr ? "-" : std::to_string(attempt.outcome->status)) + " " +
                  std::to_string(attempt.elapsed / 1ms) + " " + std::to_string(attempt.idle / 1ms) + " " +
                  std::to_string(attempt.upcoming_sleep / 1ms));
  };
  const auto noting = [&](const char* what) { return Hook([=](const Attempt& attempt) { note(what, attempt); }); };
  Script script{{answer(429), answer(429), answer(200)}};
  (void)retry("x")
      .clock(clock)
      .before(noting("before"))
      .after(noting("after"))
      .before_sleep(noting("before_sleep"))
      .when(retry_if(matching("429",
                              [&](const Response& response) {
                                log.emplace_back("rule");
                                return response.status == 429;
                              })))
      .wait(Wait([&](const Attempt& attempt) {
        note("wait", attempt);
        return Duration(1s);
      }))
      .stop(Stop([&](const Attempt& attempt) {
        note("stop", attempt);
        return false;
      }))
      .call([&] {
        log.emplace_back("call");
        clock.pass(10ms);
        return script();
      });
  CHECK(log == std::vector<std::string>{"before 1 - 0 0 0", "call", "rule", "after 1 429 10 0 0", "wait 1 429 10 0 0",
                                        "stop 1 429 10 0 1000", "before_sleep 1 429 10 0 1000",
                                        "before 2 - 1010 1000 0", "call", "rule", "after 2 429 1020 1000 0",
                                        "wait 2 429 1020 1000 0", "stop 2 429 1020 1000 1000",
                                        "before_sleep 2 429 1020 1000 1000", "before 3 - 2020 2000 0", "call", "rule"});
}

TEST_CASE("after is called for the last attempt too, before_sleep is not") {
  FakeClock clock;
  int after = 0, before_sleep = 0;
  (void)ended([&] {
    (void)retry("x")
        .clock(clock)
        .after([&](const Attempt&) { ++after; })
        .before_sleep([&](const Attempt&) { ++before_sleep; })
        .call([] { return answer(429); });
  });
  CHECK(after == 3);
  CHECK(before_sleep == 2);
}

TEST_CASE("statistics are right after success, after failure, and anew for each call") {
  FakeClock clock;
  Retry loop = retry("x").clock(clock).wait(wait_fixed(1s));
  Script script{{answer(429), answer(200)}};
  (void)loop.call([&] {
    clock.pass(250ms);
    return script();
  });
  CHECK(loop.statistics().attempts == 2);
  CHECK(loop.statistics().elapsed == 1500ms);
  CHECK(loop.statistics().idle == 1s);
  (void)ended([&] {
    (void)loop.call([&] {
      clock.pass(100ms);
      return answer(429);
    });
  });
  CHECK(loop.statistics().attempts == 3);
  CHECK(loop.statistics().elapsed == 2300ms);
  CHECK(loop.statistics().idle == 2s);
}

TEST_CASE("Retry-After lengthens a wait and never shortens it") {
  FakeClock clock;
  Script script{{answer(429, "", {{"Retry-After", "7"}}), answer(429, "", {{"Retry-After", "1"}}),
                 answer(429, "", {{"Retry-After", "soon"}}), answer(200)}};
  (void)retry("x").clock(clock).stop(stop_never()).wait(wait_fixed(3s)).call([&] { return script(); });
  CHECK(clock.slept == std::vector<Duration>{7s, 3s, 3s});
}

TEST_CASE("Retry-After past a stop_before_delay stops the loop") {
  FakeClock clock;
  const internal::Ended end = ended([&] {
    (void)retry("x").clock(clock).stop(stop_before_delay(10s)).call([] {
      return answer(429, "", {{"Retry-After", "10"}});
    });
  });
  CHECK(end.exit == Exit::unknown);
  CHECK(contains(end.text, "the next wait would be 10.0 s"));
  CHECK(clock.slept.empty());
}

TEST_CASE("no wait leads past what is left of the wait around it") {
  FakeClock clock;
  const internal::RequestBudget around(clock, clock.now() + 1s);
  const internal::Ended end = ended([&] {
    (void)retry("x").clock(clock).stop(stop_never()).wait(wait_fixed(600ms)).call([] { return answer(429); });
  });
  CHECK(clock.slept == std::vector<Duration>{600ms});
  CHECK(contains(end.text, "stopped because the next attempt would begin in 0.60 s, and only 0.40 s are left of the"));
}

TEST_CASE("no loop lasts longer than its stop_before_delay") {
  Random random(7);
  for (int round = 0; round < 3000; ++round) {
    FakeClock clock;
    const Duration limit = random.time(5s) + 1ms;
    const Duration longest_call = random.time(3s), longest_wait = random.time(2s) + 1ms;
    const Duration start = clock.now();
    Retry loop = retry("x").clock(clock).wait(wait_random(0s, longest_wait));
    loop.stop(random.upto(1) == 0 ? stop_before_delay(limit)
                                  : stop_before_delay(limit) | stop_after_attempt(random.upto(9)));
    Duration last_begin{};
    (void)ended([&] {
      (void)loop.call([&] {
        last_begin = clock.now() - start;
        if (!clock.request(random.time(longest_call))) return no_answer(Fault::timeout);
        Response throttled = answer(429);
        if (random.upto(5) == 0) throttled.headers = {{"Retry-After", std::to_string(random.upto(8))}};
        return throttled;
      });
    });
    CHECK(clock.now() - start <= limit);
    CHECK(last_begin < limit);
    CHECK(loop.statistics().elapsed <= limit);
    CHECK(loop.statistics().attempts >= 1);
    CHECK(static_cast<std::size_t>(loop.statistics().attempts) == clock.slept.size() + 1);
  }
}

TEST_CASE("stop_after_delay may overshoot, stop_before_delay does not begin an attempt at the limit") {
  FakeClock clock;
  const Duration start = clock.now();
  (void)ended([&] {
    (void)retry("x").clock(clock).stop(stop_after_delay(20s)).wait(wait_exponential(1s, 5s)).call([] {
      return answer(429);
    });
  });
  CHECK(clock.now() - start == 22s);  // 1, 2, 4, 5, 5, 5
  (void)ended([&] {
    (void)retry("x").clock(clock).stop(stop_before_delay(22s)).wait(wait_exponential(1s, 5s)).call([] {
      return answer(429);
    });
  });
  CHECK(clock.now() - start == 22s + 17s);
}

TEST_CASE("an exception of the call goes through") {
  FakeClock clock;
  const internal::Ended end = ended(
      [&] { (void)retry("x").clock(clock).call([]() -> Response { internal::end_test(Exit::unknown, "no agent"); }); });
  CHECK(end.text == "no agent");
  CHECK(internal::RequestBudget::left() == Duration::max());
}

TEST_CASE("each attempt is recorded") {
  FakeClock clock;
  Script script{{answer(429), no_answer(Fault::refused), answer(200)}};
  (void)take_records();
  (void)retry("list").clock(clock).wait(wait_fixed(1s)).call([&] { return script(); });
  const std::vector<Recorded> records = take_records();
  REQUIRE(records.size() == 3);
  CHECK(records[0].kind == "attempts");
  const std::string words = "verdict throttled || unreachable || verdict timeout";
  CHECK(records[0].line == nlohmann::json{{"name", "list"},
                                          {"number", 1},
                                          {"elapsed_ms", 0},
                                          {"status", 429},
                                          {"verdict", "throttled"},
                                          {"rule", words}});
  CHECK(records[1].line == nlohmann::json{{"name", "list"},
                                          {"number", 2},
                                          {"elapsed_ms", 1000},
                                          {"status", 0},
                                          {"verdict", "unreachable"},
                                          {"rule", words}});
  CHECK(
      records[2].line ==
      nlohmann::json{
          {"name", "list"}, {"number", 3}, {"elapsed_ms", 2000}, {"status", 200}, {"verdict", "ready"}, {"rule", ""}});
}
