// SPDX-License-Identifier: MIT
// eventually() and retry() with real answers and the real clock.
#include <apitest/eventually.hpp>
#include <apitest/fixture.hpp>
#include <apitest/test.hpp>
using namespace apitest;

API_TEST(goes_on_through_what_is_not_yet) {
  Client api = fixture_client();
  const std::string path = "/sequence/" + unique("wait") + "?answers=404,404,200";
  Eventually wait = eventually("third answer").ready(status(200)).not_yet(status(404)).backoff(1ms, 5ms);
  CHECK(wait.call([&] { return api.get(path); }).integer("/request") == 3);
  CHECK(wait.statistics().attempts == 3);
}

API_TEST(waits_as_long_as_a_throttled_answer_asks) {
  Client api = fixture_client();
  for (const char* how : {"retry_after=1", "retry_date=1"}) {
    CAPTURE(how);
    const std::string path = "/sequence/" + unique("wait") + "?answers=429,200&" + how;
    Eventually wait = eventually("throttled").ready(status(200)).backoff(1ms, 1ms);
    CHECK(wait.call([&] { return api.get(path); }).integer("/request") == 2);
    CHECK(wait.statistics().idle > 1ms);  // more than the back-off
  }
}

API_TEST(can_wait_for_a_server_to_come) {
  Client api = fixture_client();
  const std::string path = "/sequence/" + unique("wait") + "?answers=0,0,200";
  Eventually wait = eventually("server").ready(status(200)).not_yet(unreachable()).backoff(1ms, 5ms);
  CHECK(wait.call([&] { return api.send(Request("POST", path).fresh_connection()); }).integer("/request") == 3);
}

API_TEST(retry_repeats_what_is_idempotent) {
  Client api = fixture_client();
  api.fresh_connection();
  const std::string path = "/sequence/" + unique("retry") + "?answers=0,200";
  CHECK(retry("get").wait(wait_none()).call([&] { return api.get(path); }).integer("/request") == 2);
}
