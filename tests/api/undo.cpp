// SPDX-License-Identifier: MIT
// What a test has registered is taken back, however the test ends.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <apitest/eventually.hpp>
#include <apitest/fixture.hpp>
#include <apitest/test.hpp>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "victims.hpp"
using namespace apitest;

namespace {

/// Names of the shop's users that begin so.
int users(const std::string& begin) {
  const Response all = fixture_client().get("/admin/users");
  int count = 0;
  for (std::size_t i = 0; i < all.size("/users"); ++i)
    count += all.text("/users/" + std::to_string(i) + "/uid").rfind(begin, 0) == 0;
  return count;
}

void wait_until_gone(const std::string& begin) {
  Client api = fixture_client();
  eventually("users gone")
      .ready(matching("no user " + begin, [&](const Response&) { return users(begin) == 0; }))
      .not_yet(status(200))
      .call([&] { return api.get("/health"); });
}

/// `apitest sweep` of a build tree in which that is the only run.
Child start_sweep(NestedRun& run) {
  const std::filesystem::path root = std::filesystem::path(run.folder()).parent_path();
  std::filesystem::create_directories(root / "build/apitest");
  if (!std::filesystem::exists(root / "build/apitest/runs"))
    std::filesystem::create_directory_symlink(root, root / "build/apitest/runs");
  std::ofstream(root / "build/CMakeCache.txt").flush();
  return Child({PROGRAM, "sweep", "--build-dir", root / "build"}, {}, run.output_file());
}

/// A run that is over and has left what is there at first, also when it is swept, and then is not.
class LeakyRun {
 public:
  LeakyRun() {
    const std::string object = "/sequence/" + unique("leak") + "?answers=204,200,204,200,204,404";
    const std::string url = fixture("faults").text("/url") + "/redirect/to?status=201&url=" + object;
    CHECK(start_victim(run, "creates", url).wait() == 1);
    const int agent = run.agent_pid();
    runner_.kill(SIGKILL);
    REQUIRE(is_gone(agent));
  }

 private:
  NestedRun other_;  // for a file name only
  Child runner_{{"sleep", "60"}, {}, other_.output_file()};

 public:
  NestedRun run{runner_.pid()};
};

}  // namespace

API_TEST(when_the_case_passes) {
  NestedRun run;
  const std::string uid = unique("u");
  Child test = start_joins(run, fixture_client().base_url(), uid, "passes");
  INFO(test.output());
  CHECK(test.wait() == 0);
  CHECK(users(uid) == 0);  // before the test ends, not some time after
}

API_TEST(when_the_case_fails) {
  NestedRun run;
  const std::string uid = unique("u");
  CHECK(start_joins(run, fixture_client().base_url(), uid, "fails").wait() == 1);
  CHECK(users(uid) == 0);
}

API_TEST(when_the_case_crashes) {
  NestedRun run;
  const std::string uid = unique("u");
  CHECK(start_joins(run, fixture_client().base_url(), uid, "segfault").wait().value_or(0) !=
        0);  // 139, or a sanitizer's
  wait_until_gone(uid);
}

API_TEST(when_the_case_is_killed) {
  NestedRun run;
  const std::string uid = unique("u");
  Child test = start_joins(run, fixture_client().base_url(), uid, "hangs");
  Client api = fixture_client();
  eventually("three users")
      .ready(matching("three users", [&](const Response&) { return users(uid) == 3; }))
      .not_yet(status(200))
      .call([&] { return api.get("/health"); });
  test.kill(SIGKILL);
  CHECK(test.wait() == 128 + SIGKILL);
  wait_until_gone(uid);
}

API_TEST(when_the_runner_is_killed) {
  NestedRun other;  // for a file name only
  Child runner({"sleep", "60"}, {}, other.output_file());
  NestedRun run(runner.pid());
  const std::string uid = unique("u");
  Child test = start_joins(run, fixture_client().base_url(), uid, "hangs");
  Client api = fixture_client();
  eventually("three users")
      .ready(matching("three users", [&](const Response&) { return users(uid) == 3; }))
      .not_yet(status(200))
      .call([&] { return api.get("/health"); });
  const int agent = run.agent_pid();
  runner.kill(SIGKILL);
  CHECK(is_gone(agent));
  CHECK(users(uid) == 0);
  CHECK(run.state().integer("/undone") == 3);
  CHECK(run.state().size("/left") == 0);
}

API_TEST(refers_to_credentials_by_name) {
  NestedRun run;
  CHECK(start_joins(run, fixture_client().base_url(), unique("u"), "passes").wait() == 0);
  const std::string log = content(run.folder() + "/undo/log.jsonl");
  CHECK(log.find("X-Api-Key") != std::string::npos);
  CHECK(log.find("key-of-the-victim") == std::string::npos);
  CHECK(content(run.folder() + "/fixtures/_kept.json").find("key-of-the-victim") != std::string::npos);
}

API_TEST(sends_the_cookies_and_refers_to_them_by_name) {
  NestedRun run;
  const std::string cookie = unique("cookie");
  Child test = start_victim(run, "has_a_cookie", fixture("faults").text("/url"), cookie);
  CHECK(test.wait() == 0);
  INFO(test.output());
  CHECK(content(run.folder() + "/undo/log.jsonl").find(cookie) == std::string::npos);
  CHECK(content(run.folder() + "/fixtures/_kept.json").find(cookie) != std::string::npos);
}

API_TEST(a_location_that_is_no_address_leaves_the_creation_in_doubt) {
  NestedRun run;
  Child test =
      start_victim(run, "creates", fixture("faults").text("/url") + "/redirect/to?status=201&url=http%3A%2F%2F%5B");
  CHECK(test.wait() == 1);
  INFO(test.output());
  CHECK(test.output().find("is in doubt") != std::string::npos);
  CHECK(run.state().text("/state") == "running");  // and the agent goes on
}

API_TEST(a_location_that_is_not_utf_8_leaves_the_creation_in_doubt) {
  NestedRun run;
  Child test = start_victim(run, "creates",
                            fixture("faults").text("/url") +
                                "/redirect/to?status=201&url=" + fixture("faults").text("/url") + "/status/204/%FF");
  CHECK(test.wait() == 1);
  INFO(test.output());
  CHECK(test.output().find("is in doubt") != std::string::npos);
  CHECK(run.state().text("/state") == "running");
}

API_TEST(a_5xx_leaves_the_creation_in_doubt) {
  NestedRun run;
  const std::string url = fixture("faults").text("/url") + "/problem?status=500&detail=who%20knows";
  Child test = start_victim(run, "creates", url);
  CHECK(test.wait() == 1);
  INFO(test.output());
  CHECK(test.output().find("left behind: POST " + url + " is in doubt; made by test/victim.creates/") !=
        std::string::npos);
  CHECK(test.output().find(
            "; last answer: none says what it made, and create() has no found_at() to look for it; look by hand") !=
        std::string::npos);
}

API_TEST(an_answer_may_say_that_nothing_was_made) {
  NestedRun run;
  Child test =
      start_victim(run, "creates", fixture("faults").text("/url") + "/problem?status=500&detail=nothing%20was%20made");
  INFO(test.output());
  CHECK(test.wait() == 0);
}

API_TEST(a_creation_is_read_back_where_it_says) {
  NestedRun run;
  const std::string uid = unique("u");
  const std::string url = fixture_client().base_url();
  Child test = start_victim(run, "reads_back", url, uid);
  CHECK(test.wait() == 1);
  INFO(test.output());
  CHECK(test.output().find("is still there") != std::string::npos);
  CHECK(test.output().find("GET " + url + "/health?of=" + uid + ": status 200") != std::string::npos);
  CHECK(users(uid) == 0);
}

API_TEST(what_is_still_there_is_swept_again) {
  LeakyRun leaky;
  CHECK(leaky.run.state().size("/left") == 1);
  Child first = start_sweep(leaky.run);
  CHECK(first.wait() == 1);
  INFO(first.output());
  CHECK(first.output().find(": 0 undone, 1 left\n") != std::string::npos);
  CHECK(leaky.run.state().text("/state") == "swept");
  CHECK(leaky.run.state().text("/left/0").find("is still there") != std::string::npos);
  Child second = start_sweep(leaky.run);
  CHECK(second.wait() == 0);
  CHECK(second.output().find(": 1 undone, 0 left\n") != std::string::npos);
  CHECK(leaky.run.state().size("/left") == 0);
}

API_TEST(a_sweep_says_when_it_can_not_begin) {
  LeakyRun leaky;
  const int lock = open((leaky.run.folder() + "/agent.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  REQUIRE(flock(lock, LOCK_EX) == 0);
  Child sweep = start_sweep(leaky.run);
  CHECK(sweep.wait() == 1);
  CHECK(sweep.output().find("nested: somebody else has its agent.lock; sweep again when that is over\n") !=
        std::string::npos);
  close(lock);
}

API_TEST(a_read_back_that_says_nothing_is_tried_again) {
  NestedRun run;
  const std::string path = "/sequence/" + unique("audit") + "?answers=204,503,401,0,404";
  Child test = start_victim(run, "creates", fixture("faults").text("/url") + "/redirect/to?status=201&url=" + path);
  INFO(test.output());
  CHECK(test.wait() == 0);
}

API_TEST(what_can_not_be_judged_later_is_refused_at_once) {
  NestedRun run;
  Child test = start_victim(run, "no_rule", "http://127.0.0.1:1");
  CHECK(test.wait() == 1);
  CHECK(test.output().find("\"204 gone\" is no rule") != std::string::npos);
}

// These pass when they are taken back.
API_TEST(a_rule_says_when_it_is_done) {
  UndoOptions options;
  options.done = "409";
  undo(Client(fixture("faults").text("/url")), "POST", "/status/409", options);
}
API_TEST(what_is_not_audited_is_not_read_back) {
  UndoOptions options;
  options.audited = false;
  undo(Client(fixture("faults").text("/url")), "DELETE", "/echo", options);
}

API_TEST(what_is_read_back_must_be_gone) {
  NestedRun run;
  const std::string url = fixture("faults").text("/url");
  Child test = start_victim(run, "is_still_there", url);
  CHECK(test.wait() == 1);
  INFO(test.output());
  CHECK(test.output().find("left behind: POST " + url + "/echo is still there; made by test/victim.is_still_there/") !=
        std::string::npos);
  CHECK(test.output().find("; last answer: GET " + url + "/health: status 200") != std::string::npos);
}

API_TEST(a_process_is_ended) {
  NestedRun run;
  const auto ended_by_undo = [&](const char* script) {
    Child process({"sh", "-c", script}, {}, run.output_file());
    REQUIRE(within(20s, [&] { return process.output() == "begun\n"; }));
    Child test = start_victim(run, "ends_a_process", "", std::to_string(process.pid()));
    CHECK(test.wait() == 0);
    INFO(test.output());
    return process.wait();
  };
  CHECK(ended_by_undo("echo begun; exec sleep 60") == 128 + SIGTERM);
  CHECK(ended_by_undo("trap '' TERM; echo begun; exec sleep 60") == 128 + SIGKILL);
}

API_TEST(when_nobody_reads_the_output_any_more) {
  NestedRun run;
  const std::string uid = unique("u");
  auto environment = run.environment();
  environment["VICTIM_URL"] = fixture_client().base_url();
  environment["VICTIM_UID"] = uid;
  environment["VICTIM_END"] = "fails";
  std::array<int, 2> ends{};
  REQUIRE(pipe(ends.data()) == 0);
  close(ends[0]);
  Child test({"sh", "-c", "exec \"$0\" joins >&" + std::to_string(ends[1]) + " 2>&1", VICTIM}, environment,
             run.output_file());
  close(ends[1]);
  CHECK(test.wait() == 1);  // and not 128 + SIGPIPE
  CHECK(users(uid) == 0);
  CHECK(content(run.folder() + "/undo/log.jsonl").find("\"by\":\"victim.joins\"") != std::string::npos);
}

API_TEST(a_command_may_leave_a_helper) {
  NestedRun run;
  Child test = start_victim(run, "leaves_a_helper", "");
  INFO(test.output());
  CHECK(test.wait() == 0);
}

API_TEST(a_handler_that_fails_says_why) {
  NestedRun run;
  auto environment = run.environment();
  environment["APITEST_UNDO_ARGUMENTS"] = R"({"url": "http://127.0.0.1:1", "uid": "one"})";
  Child undo({VICTIM, "undo", "leave_shop"}, environment, run.output_file());
  CHECK(undo.wait() == 1);
  INFO(undo.output());
  CHECK(undo.output().find("victim.cpp:28: not true: api.del(") != std::string::npos);
  CHECK(undo.output().find("the last request without an answer: DELETE http://127.0.0.1:1/admin/users/one: Failed") !=
        std::string::npos);
}

API_TEST(a_handler_must_be_there_and_make_no_changes) {
  NestedRun run;
  const auto check = [&](const char* handler, const char* sentence) {
    Child undo({VICTIM, "undo", handler}, run.environment(), run.output_file());
    CHECK(undo.wait() == 99);
    INFO(undo.output());
    CHECK(undo.output().find(sentence) != std::string::npos);
  };
  check("leave_town", "victim: this executable has no API_UNDO(leave_town) any more. Take the change back by hand\n");
  check("create_again", "POST http://127.0.0.1:1/orders: only a test or the setup of a fixture can change something");
  check("change_again", "only a test or the setup of a fixture can change something; an API_UNDO takes back\n");
}
