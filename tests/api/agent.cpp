// SPDX-License-Identifier: MIT
// The agent when things go wrong: it dies, its clients or its runner go, strangers come.
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <apitest/eventually.hpp>
#include <apitest/fixture.hpp>
#include <apitest/test.hpp>

#include <csignal>
#include <cstring>
#include <fstream>
#include <map>
#include <optional>
#include <vector>

#include "protocol.hpp"
#include "victims.hpp"
using namespace apitest;

namespace {

std::string faults(const std::string& path) { return fixture("faults").text("/url") + path; }

/// Until the server counts this many requests without an answer, or clients that have gone away.
void wait_for(const std::string& silent_path, const char* counter, int count) {
  Client api(faults(silent_path));
  eventually(counter).ready(json(counter, count)).not_yet(status(200)).backoff(5ms, 100ms).call([&] {
    return api.get("/count");
  });
}

bool has(const std::string& text, const std::string& words) { return text.find(words) != std::string::npos; }

/// One end of a Unix socket that says what it likes.
class Stranger {
 public:
  explicit Stranger(int socket) : socket_(socket) {}
  /// To the agent of this folder.
  explicit Stranger(const std::string& folder) : Stranger(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const sockaddr_un address = socket_in(folder);
    CHECK(connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  ~Stranger() { close(socket_); }
  Stranger(const Stranger&) = delete;
  Stranger& operator=(const Stranger&) = delete;

  [[nodiscard]] static sockaddr_un socket_in(const std::string& folder) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = folder + "/" + internal::socket_name;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return address;
  }

  void say(const std::string& head, std::uint32_t size) const {
    const internal::FrameSizes sizes{size, 0};
    std::string frame(reinterpret_cast<const char*>(&sizes), sizeof sizes);
    frame += head;
    // In one piece: who reads the sizes may close the connection at once.
    CHECK(send(socket_, frame.data(), frame.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(frame.size()));
  }
  void say(const std::string& head) const { say(head, static_cast<std::uint32_t>(head.size())); }
  void say(const Json& head) const { say(head.dump()); }

  /// The next answer; "" when the connection is closed.
  [[nodiscard]] std::string hear() const {
    internal::FrameSizes sizes;
    if (recv(socket_, &sizes, sizeof sizes, MSG_WAITALL) != sizeof sizes) return "";
    std::string answer(sizes.head + sizes.bytes, '\0');
    CHECK(recv(socket_, answer.data(), answer.size(), MSG_WAITALL) == static_cast<ssize_t>(answer.size()));
    return answer;
  }
  [[nodiscard]] Json ask(const Json& head) const {
    say(head);
    return parse(hear());
  }

 private:
  int socket_;
};

Json hello(const char* role, int protocol = internal::protocol_version, const char* run = "nested") {
  return object({{"op", "hello"},
                 {"protocol", protocol},
                 {"run", run},
                 {"test", "stranger"},
                 {"role", role},
                 {"name", "stranger"},
                 {"fixtures", array({})}});
}

/// The setup of a fixture "stranger", in a run of its own.
class StrangeFixture {
 public:
  StrangeFixture() {
    REQUIRE(start_asks(run, faults("/echo")).wait() == 0);
    stranger_.emplace(run.folder());
    stranger_->say(hello("setup"));
  }
  [[nodiscard]] Json ask(const Json& head) const { return stranger_->ask(head); }
  void change(const Json& action) const { CHECK(ask(object({{"op", "undo"}, {"action", action}})) == object({})); }
  [[nodiscard]] Json cleanup(int budget = 1000) const {
    return ask(object({{"op", "cleanup"}, {"fixture", "stranger"}, {"budget_ms", budget}}));
  }

  NestedRun run;

 private:
  std::optional<Stranger> stranger_;
};

/// A run whose runner can be killed, and a test of it that does not end when it is told to.
class DeafRun {
  NestedRun other_;  // for a file name only

 public:
  explicit DeafRun(const char* grace) {
    environment["VICTIM_URL"] = faults("/echo");
    environment["APITEST_GRACE"] = grace;
    REQUIRE(Child({VICTIM, "asks"}, environment, run.output_file()).wait() == 0);
    test.emplace(std::vector<std::string>{"sh", "-c", "trap '' TERM; echo lasts; exec sleep 60"}, environment,
                 run.output_file());
    REQUIRE(within(20s, [&] { return test->output() == "lasts\n"; }));
  }

  Child runner{{"sleep", "60"}, {}, other_.output_file()};
  NestedRun run{runner.pid()};
  std::map<std::string, std::string> environment = run.environment();
  std::optional<Child> test;
};

constexpr const char* rebuild = "; rebuild so that test and agent are of one version";

}  // namespace

API_TEST(killed_in_the_middle_ends_tests_with_99) {
  NestedRun run;
  const std::string path = "/silent/" + unique("killed");
  Child waiting = start_asks(run, faults(path));
  wait_for(path, "/waiting", 1);
  REQUIRE(kill(run.agent_pid(), SIGKILL) == 0);

  CHECK(waiting.wait(5s) == 99);  // of the 60 that its request may take
  CHECK(has(waiting.output(), "the agent of this run has ended"));
  wait_for(path, "/gone", 1);

  Child next = start_asks(run, faults("/echo"));
  CHECK(next.wait() == 99);
  CHECK(has(next.output(), "the agent of this run has ended"));
}

API_TEST(silent_agent_does_not_hang_tests) {
  NestedRun run;
  REQUIRE(start_asks(run, faults("/echo")).wait() == 0);
  const int agent = run.agent_pid();
  REQUIRE(kill(agent, SIGSTOP) == 0);
  Child test = start_joins(run, faults("/echo"), "nobody", "passes");
  CHECK(test.wait() == 99);
  CHECK(has(test.output(), "no agent: the agent does not answer; see " + run.folder() + "/agent.log"));
  CHECK(kill(agent, SIGCONT) == 0);
}

API_TEST(cancels_the_request_of_a_client_that_goes_away) {
  NestedRun run;
  const std::string path = "/silent/" + unique("cancelled");
  Child waiting = start_asks(run, faults(path));
  wait_for(path, "/waiting", 1);
  waiting.kill(SIGKILL);
  wait_for(path, "/gone", 1);
  CHECK(start_asks(run, faults("/echo")).wait() == 0);
}

API_TEST(ends_with_its_runner) {
  const std::string path = "/silent/" + unique("runner");
  NestedRun other;  // for a file name only
  Child runner({"sleep", "60"}, {}, other.output_file());
  NestedRun run(runner.pid());
  Child waiting = start_asks(run, faults(path));
  wait_for(path, "/waiting", 1);
  const int agent = run.agent_pid();
  runner.kill(SIGKILL);
  CHECK(runner.wait() == 128 + SIGKILL);

  CHECK(is_gone(agent));
  CHECK(waiting.wait(5s) == 128 + SIGTERM);  // nobody is left who could read its exit code
  CHECK(run.state().text("/state") == "ended");
  CHECK(run.state().text("/end") == "the runner has gone");
}

API_TEST(is_not_started_for_a_ctest_that_has_gone) {
  NestedRun other;  // for a file name only
  Child runner({"sleep", "60"}, {}, other.output_file());
  NestedRun run(runner.pid());
  runner.kill(SIGKILL);
  REQUIRE(runner.wait() == 128 + SIGKILL);
  Child test = start_asks(run, faults("/echo"));
  CHECK(test.wait() == 99);
  CHECK(has(test.output(), "the ctest of this run has gone"));
  CHECK(content(run.folder() + "/agent.log").empty());
}

API_TEST(takes_no_proxy_from_the_environment) {
  NestedRun run;
  auto environment = run.environment();
  environment["VICTIM_URL"] = faults("/echo");
  for (const char* name : {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"})
    environment[name] = "http://127.0.0.1:1";
  environment["no_proxy"] = "";
  Child test({VICTIM, "asks"}, environment, run.output_file());
  CHECK(test.wait() == 0);
  CHECK(test.output().find("127.0.0.1:1/") == std::string::npos);
}

API_TEST(is_one_for_each_run) {
  NestedRun first, second;
  Child one = start_asks(first, faults("/echo")), two = start_asks(second, faults("/echo"));
  CHECK(one.wait() == 0);
  CHECK(two.wait() == 0);
  CHECK(first.agent_pid() != second.agent_pid());
  CHECK(Stranger(first.folder()).ask(hello("test", internal::protocol_version, "another")).text("/error") ==
        "this is the agent of run nested, not of \"another\"");
}

API_TEST(works_at_a_long_path) {
  NestedRun run(0, 200);
  Child test = start_asks(run, faults("/echo"));
  CHECK(test.wait() == 0);
  INFO(test.output());
  CHECK(run.folder().size() > 200);
}

API_TEST(asks_for_a_rebuild_when_the_protocol_differs) {
  NestedRun run;
  REQUIRE(start_asks(run, faults("/echo")).wait() == 0);
  const auto refusal = [&](const std::vector<std::string>& heads) {
    const Stranger stranger(run.folder());
    for (const std::string& head : heads) stranger.say(head);
    return parse(stranger.hear()).text("/error");
  };
  const std::string no_message = std::string("this is no message of ApiTest") + rebuild;
  const std::string ours = hello("test").dump();
  const std::string request =
      object({{"op", "http"}, {"method", "GET"}, {"url", faults("/silent/" + unique("two"))}}).dump();
  CHECK(refusal({hello("test", 99).dump()}) ==
        "the test speaks protocol 99, the agent " + std::to_string(internal::protocol_version) + rebuild);
  CHECK(refusal({"this is no JSON"}) == no_message);
  CHECK(refusal({R"({"no":"operation"})"}).rfind(no_message + " (", 0) == 0);
  CHECK(refusal({request}) == std::string("a connection begins with hello") + rebuild);
  CHECK(refusal({ours, R"({"op":"fly"})"}) == std::string("the operation fly is not known") + rebuild);
  CHECK(refusal({ours, request, request}) == std::string("one request at a time on a connection") + rebuild);
  CHECK(refusal({ours, R"({"op":"document","fixture":"../run"})"}) ==
        "fixture '../run' is no identifier: letters, digits and _");
  CHECK(start_asks(run, faults("/echo")).wait() == 0);  // nobody else is harmed
}

API_TEST(is_told_from_a_stranger_in_its_place) {
  NestedRun run;
  REQUIRE(mkdir(run.folder().c_str(), 0700) == 0);
  const int listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un address = Stranger::socket_in(run.folder());
  REQUIRE(bind(listening, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(listen(listening, 1) == 0);
  const std::string no_json = "no JSON";
  for (const std::size_t size : {no_json.size(), std::size_t{internal::largest_head} + 1}) {
    CAPTURE(size);
    Child test = start_asks(run, faults("/echo"));
    const Stranger stranger(accept(listening, nullptr, nullptr));
    stranger.say(no_json, static_cast<std::uint32_t>(size));
    CHECK(test.wait() == 99);
    CHECK(has(test.output(),
              "no agent: what answers at " + run.folder() + "/agent.sock does not speak this protocol" + rebuild));
  }
  close(listening);
}

API_TEST(tells_a_case_that_fails_why_it_has_no_answer) {
  NestedRun run;
  Child test = start_asks(run, "http://127.0.0.1:1/orders");
  CHECK(test.wait() == 1);
  INFO(test.output());
  CHECK(has(test.output(), "the last request without an answer: GET http://127.0.0.1:1/orders: Failed to connect"));
}

API_TEST(needs_a_folder) {
  NestedRun run;
  const std::string file = run.output_file();
  std::ofstream(file) << "in the way";
  auto environment = run.environment();
  environment["APITEST_RUN_DIR"] = file + "/nested";
  environment["VICTIM_URL"] = faults("/echo");
  Child test({VICTIM, "asks"}, environment, run.output_file());
  CHECK(test.wait() == 99);
  INFO(test.output());
  CHECK(has(test.output(), "no agent: cannot make the folder " + file +
                               "/nested: Not a directory. Tests write into their build tree"));
}

API_TEST(takes_nothing_new_when_the_run_has_ended) {
  DeafRun deaf("3600");
  NestedRun other;  // for a file name only
  deaf.runner.kill(SIGKILL);
  const std::string folder = deaf.run.folder();
  REQUIRE(within(20s, [&] { return has(content(folder + "/agent.log"), "the run ends: the runner has gone"); }));
  CHECK(Stranger(folder).ask(hello("test")).text("/error") ==
        "the run has ended: the runner has gone. Start ctest again");
  Child late({VICTIM, "asks"}, deaf.environment, other.output_file());
  CHECK(late.wait() == 99);
  CHECK(has(late.output(), "the agent of this run refuses: the run has ended: the runner has gone. Start ctest again"));
  deaf.test->kill(SIGKILL);
}

API_TEST(ends_a_test_by_force_that_ignores_to_be_told) {
  DeafRun deaf("0.1");
  const int agent = deaf.run.agent_pid();
  deaf.runner.kill(SIGKILL);
  CHECK(deaf.test->wait() == 128 + SIGKILL);
  CHECK(is_gone(agent));
  const std::string log = content(deaf.run.folder() + "/agent.log");
  INFO(log);
  for (const char* signal : {"SIGTERM", "SIGKILL"})
    CHECK(has(log, std::string(signal) + " to process " + std::to_string(deaf.test->pid()) + ", which "));
}

API_TEST(spares_a_later_process_of_the_same_pid) {
  StrangeFixture fixture;
  Child later({"sleep", "60"}, {}, fixture.run.output_file());
  const Json action =
      object({{"kind", "process"}, {"what", "end process"}, {"where", "here:7"}, {"pid", later.pid()}, {"start", "1"}});
  fixture.change(action);
  CHECK(fixture.cleanup() == object({{"undone", 1}, {"left", array({})}}));
  later.kill(SIGINT);
  CHECK(later.wait() == 128 + SIGINT);  // and no signal before
}

API_TEST(says_why_a_service_can_not_be_started) {
  StrangeFixture fixture;
  const auto start = [&](const Json& argv, const char* directory, const char* stop_signal = "SIGTERM") {
    return fixture.ask(object({{"op", "service"},
                               {"fixture", "stranger"},
                               {"argv", argv},
                               {"directory", directory},
                               {"environment", array({"PATH=/usr/bin:/bin"})},
                               {"port", 0},
                               {"stop_signal", stop_signal}}));
  };
  const auto refusal = [&](const auto&... words) { return start(words...).text("/error"); };
  const Json state = object({{"op", "service_state"}, {"fixture", "stranger"}});
  CHECK(fixture.ask(state).text("/text") == "fixture stranger has started no service. Call start_service() first");
  CHECK(refusal(array({}), "/") == "service stranger: the command is empty; name a program");
  CHECK(refusal(array({"no_such_program"}), "/") ==
        "service stranger: the program no_such_program was not found in PATH; give its path, or name a target that "
        "makes it");
  CHECK(refusal(array({"/no/such/program"}), "/") ==
        "service stranger: cannot start /no/such/program in /: No such file or directory");
  CHECK(refusal(array({"/bin/sleep", "60"}), "/no/such/folder") ==
        "service stranger: cannot start /bin/sleep in /no/such/folder: No such file or directory");
  CHECK(refusal(array({"sleep", "60"}), "/", "SIGNAL") ==
        "STOP_SIGNAL SIGNAL is not known; known are SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2, SIGKILL");
  REQUIRE(start(array({"sleep", "60"}), "/", "SIGUSR2").has("/pid"));
  CHECK(refusal(array({"sleep", "60"}), "/") ==
        "fixture stranger has a service already; a second one needs a fixture of its own");
  CHECK(fixture.ask(state).boolean("/running"));
}

API_TEST(says_why_a_change_can_not_be_taken_back) {
  StrangeFixture fixture;
  const auto left_of = [&](const Json& action) {
    fixture.change(action);
    return fixture.cleanup().text("/left/0");
  };
  const auto creation = [&](const std::string& found_at) {
    return object({{"kind", "intent"},
                   {"what", "POST /orders"},
                   {"where", "orders.cpp:7"},
                   {"request", object({{"method", "POST"}, {"url", faults("/echo")}})},
                   {"at", faults("/orders/{/id}")},
                   {"found_at", found_at}});
  };
  const std::string in_doubt = "POST /orders is in doubt; made by fixture/stranger at orders.cpp:7; last answer: ";
  CHECK(left_of(creation("")) ==
        in_doubt + "none says what it made, and create() has no found_at() to look for it; look by hand");
  CHECK(left_of(creation(faults("/echo"))) ==
        in_doubt + "GET " + faults("/echo") + " finds it, but has not all members that undo_at() names; look by hand");
  CHECK(left_of(creation("ftp://127.0.0.1/orders")) ==
        in_doubt +
            "GET ftp://127.0.0.1/orders: this is no http:// or https:// address. Name one in the request or in "
            "its Client");
  CHECK(left_of(object({{"kind", "wish"}, {"what", "wish /orders gone"}, {"where", "orders.cpp:7"}})) ==
        "wish /orders gone could not be taken back; made by fixture/stranger at orders.cpp:7; last answer: this "
        "ApiTest knows no undo of the kind wish; take it back with the one that wrote it");
}

API_TEST(deletes_what_bears_the_marker_and_nothing_else) {
  StrangeFixture fixture;
  std::string asked;
  const auto taken_back = [&](const Json& listed) {
    asked = faults(Request("GET", "/json").query("body", listed.dump()).path);
    fixture.change(object({{"kind", "intent"},
                           {"what", "POST /orders"},
                           {"where", "orders.cpp:7"},
                           {"request", object({{"method", "POST"}, {"url", faults("/echo")}})},
                           {"at", faults("/status/404/{/id}")},
                           {"found_at", asked},
                           {"marker", "created-1"}}));
    return fixture.cleanup();
  };
  const auto order = [](int id, const char* reference) { return object({{"id", id}, {"reference", reference}}); };
  const std::string in_doubt = "POST /orders is in doubt; made by fixture/stranger at orders.cpp:7; last answer: GET ";
  const Json nothing = taken_back(array({}));
  CHECK(nothing.integer("/undone") == 0);
  CHECK(nothing.size("/left") == 0);
  for (const Json& listed : {array({order(7, "created-1")}), array({order(6, ""), order(7, "created-1")})}) {
    const Json one = taken_back(object({{"orders", listed}}));
    CHECK(one.integer("/undone") == 1);
    CHECK(one.size("/left") == 0);
  }
  const Json two = taken_back(array({order(7, "created-1"), order(8, "created-1")}));
  CHECK(two.text("/left/0") == in_doubt + asked + " finds 2 objects instead of one; look by hand");
  CHECK(two.integer("/undone") == 0);
  const Json all = taken_back(array({order(6, "created-12"), order(8, "")}));  // the query was ignored
  CHECK(all.text("/left/0") == in_doubt + asked + " finds objects without the marker created-1; look by hand");
  CHECK(all.integer("/undone") == 0);
}

API_TEST(refers_to_a_published_secret_by_its_document) {
  StrangeFixture fixture;
  const auto publish_and_change = [&] {
    CHECK(fixture.ask(object({{"op", "secret"}, {"value", "published-by-a-stranger"}})) == object({}));
    CHECK(fixture.ask(object({{"op", "document"},
                              {"fixture", "stranger"},
                              {"secrets", array({"/token"})},
                              {"values", object({{"token", "published-by-a-stranger"}})}})) == object({}));
    fixture.change(object({{"kind", "http"},
                           {"what", "DELETE /sessions/published-by-a-stranger"},
                           {"where", "sessions.cpp:7"},
                           {"request", object({{"method", "DELETE"}, {"url", faults("/published-by-a-stranger")}})},
                           {"read_back", faults("/published-by-a-stranger")}}));
  };
  publish_and_change();
  const std::string log = content(fixture.run.folder() + "/undo/log.jsonl");
  CHECK(has(log, "stranger:/token"));
  CHECK_FALSE(has(log, "published-by-a-stranger"));
  CHECK(content(fixture.run.folder() + "/fixtures/_kept.json").empty());
  CHECK(fixture.cleanup(1000).integer("/undone") == 1);

  // A later sweep must be able to carry out what is left, although the document has gone.
  publish_and_change();
  CHECK(fixture.cleanup(0).size("/left") == 1);
  CHECK(content(fixture.run.folder() + "/fixtures/stranger.json").empty());
  CHECK(
      has(content(fixture.run.folder() + "/fixtures/_kept.json"), "\"stranger:/token\": \"published-by-a-stranger\""));
}

API_TEST(gives_each_undo_its_share_of_the_time) {
  StrangeFixture fixture;
  const auto deletion = [](const std::string& name, const std::string& url) {
    return object({{"kind", "http"},
                   {"what", "DELETE " + name},
                   {"where", "orders.cpp:7"},
                   {"request", object({{"method", "DELETE"}, {"url", url}})},
                   {"read_back", faults("/status/404")}});
  };
  const auto left_of = [](const std::string& name) {
    return "DELETE " + name + " could not be taken back; made by fixture/stranger at orders.cpp:7; last answer: ";
  };
  const auto sleep = [](const std::string& seconds) {
    return object({{"kind", "command"},
                   {"what", "run sleep"},
                   {"where", "orders.cpp:7"},
                   {"argv", array({"sleep", seconds})},
                   {"directory", "/"}});
  };
  fixture.change(sleep("0.6"));
  for (const char* const name : {"/first", "/second"}) fixture.change(deletion(name, faults("/status/404")));
  fixture.change(deletion("/hanging", faults("/silent/" + unique("undo"))));
  const Json answer = fixture.cleanup(5000);
  CHECK(answer.integer("/undone") == 3);
  CHECK(answer.size("/left") == 1);
  CHECK(answer.text("/left/0").rfind(left_of("/hanging") + "DELETE " + faults("/silent/"), 0) == 0);

  fixture.change(deletion("/late", faults("/status/404")));
  CHECK(fixture.cleanup(0).text("/left/0") == left_of("/late") + "no time was left");

  fixture.change(sleep("60"));
  CHECK(has(fixture.cleanup(100).text("/left/0"), "run sleep could not be taken back"));
}

API_TEST(takes_an_empty_text_for_no_secret) {
  StrangeFixture fixture;
  CHECK(fixture.ask(object({{"op", "secret"}, {"value", ""}})) == object({}));
  const Json action = object({{"kind", "http"},
                              {"what", "DELETE /orders/1"},
                              {"request", object({{"method", "DELETE"}, {"url", faults("/status/204")}})}});
  fixture.change(action);
}

API_TEST(ends_what_has_left_the_group_of_its_service) {
  StrangeFixture fixture;
  const std::string pid_file = fixture.run.output_file();
  const Json started = fixture.ask(
      object({{"op", "service"},
              {"fixture", "stranger"},
              {"argv", array({"sh", "-c", "setsid sh -c 'echo $$ >\"$0\"; exec sleep 3600' \"$0\" & wait", pid_file})},
              {"directory", "/"},
              {"environment", array({"PATH=/usr/bin:/bin", "APITEST_RUN_DIR=" + fixture.run.folder()})},
              {"port", 0},
              {"stop_signal", "SIGTERM"}}));
  CHECK(started.has("/pid"));
  REQUIRE(within(20s, [&] { return has(content(pid_file), "\n"); }));
  CHECK(fixture.cleanup() == object({{"undone", 0}, {"left", array({})}}));
  CHECK(is_gone(std::stoi(content(pid_file))));
}

API_TEST(refuses_another_user) {
  if (getuid() != 0) skip("only root can become another user");
  NestedRun run;
  REQUIRE(start_asks(run, faults("/echo")).wait() == 0);
  const std::string parent = run.folder().substr(0, run.folder().rfind('/'));
  struct stat folder {};
  REQUIRE(stat(run.folder().c_str(), &folder) == 0);
  CHECK((folder.st_mode & 0777) == 0700);
  // Without this the other user would not even get as far as the agent.
  for (const std::string& path : {parent, run.folder(), run.folder() + "/" + internal::socket_name})
    REQUIRE(chmod(path.c_str(), 0777) == 0);

  const pid_t child = fork();
  if (child == 0) {
    const bool is_other = setgid(65534) == 0 && setuid(65534) == 0;
    _exit(is_other && has(Stranger(run.folder()).hear(), "this agent belongs to another user") ? 0 : 1);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}
