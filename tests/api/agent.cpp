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

bool has(const std::string& text, const char* words) { return text.find(words) != std::string::npos; }

/// What the agent of this folder answers to `head`; not a word is sent if that is empty.
std::string answer_of_agent(const std::string& folder, const std::string& head) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = folder + "/" + internal::socket_name;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return strerror(errno);
  const internal::FrameSizes sizes{static_cast<std::uint32_t>(head.size()), 0};
  if (!head.empty()) {
    CHECK(send(socket, &sizes, sizeof sizes, MSG_NOSIGNAL) == sizeof sizes);
    CHECK(send(socket, head.data(), head.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(head.size()));
  }
  std::string answer(4096, '\0');
  const ssize_t received = recv(socket, answer.data(), answer.size(), 0);
  close(socket);
  answer.resize(received > 0 ? static_cast<std::size_t>(received) : 0);
  return answer;
}

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
  CHECK(
      has(answer_of_agent(
              first.folder(),
              object({{"op", "hello"}, {"protocol", internal::protocol_version}, {"run", "another"}, {"test", "agent"}})
                  .dump()),
          "this is the agent of run nested"));
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
  const std::string hello = object({{"op", "hello"}, {"protocol", 99}, {"run", "nested"}, {"test", "agent"}}).dump();
  CHECK(has(answer_of_agent(run.folder(), hello), "rebuild"));
  CHECK(has(answer_of_agent(run.folder(), "this is no JSON"), "rebuild"));
  CHECK(start_asks(run, faults("/echo")).wait() == 0);  // nobody else is harmed
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
    _exit(is_other && has(answer_of_agent(run.folder(), ""), "belongs to another user") ? 0 : 1);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}
