// SPDX-License-Identifier: MIT
// The rows of the matrix. docs/guarantees.md says which guarantee each of them tries to break.
#include <netinet/in.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>

#include "matrix.hpp"
using namespace apitest;

namespace {

using Arguments = std::vector<std::string>;

const Arguments all_60 = {"-LE", "alone|endless"};
/// A run that does not end by itself: one case always has a user, an order and a good.
const Arguments without_end = {"-LE", "alone"};
constexpr const char* by_agent_at_end = "the agent, at the end of the run";
constexpr const char* by_agent = "the agent, for the test has vanished";
/// 9 bodies and 2 setups that fail, 4 cases that lack their fixture, a crash and a timeout; 60 cases, 4 fixtures.
constexpr const char* as_expected = "17 tests failed out of 68";

bool has(const std::string& text, const std::string& words) { return text.find(words) != std::string::npos; }

void wait_until_busy(const Shop& shop, const char* user) {
  wait_until(std::string("the changes of ") + user, [&] { return shop.has(user); });
}

/// The harm is a signal to ctest, or to its whole process group.
void ended_by(const char* row, int signal, bool whole_group) {
  const Tree tree(row);
  const Shop shop(tree);
  Run run(tree, shop, without_end);
  wait_until_busy(shop, "endless");
  CHECK(std::filesystem::exists(run.folder() + "/services/server.log"));  // one more that must end
  whole_group ? run.kill_group(signal) : run.kill(signal);
  CHECK(run.wait() == 128 + signal);
  check_nothing_left(tree, shop);
  check_report(run, "ended", {by_agent_at_end});
}

/// Who is not root gets it with a user namespace, and stays who it is there.
bool gets_own(int namespace_kind, const Shop& shop) {
  REQUIRE(shop.left() == "");  // starts the agent of this row's own run, if nobody has yet: it must not be in there
  const uid_t user = geteuid();
  const gid_t group = getegid();
  if (user == 0) return unshare(namespace_kind) == 0;
  if (unshare(namespace_kind | CLONE_NEWUSER) != 0) return false;
  std::ofstream("/proc/self/setgroups") << "deny";
  std::ofstream("/proc/self/uid_map") << user << ' ' << user << " 1";
  std::ofstream("/proc/self/gid_map") << group << ' ' << group << " 1";
  return true;
}

class TakenPorts {
 public:
  TakenPorts(in_port_t first, in_port_t last) {
    const rlim_t files = last - first + 1024UL;
    rlimit limit{};
    REQUIRE(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    if (limit.rlim_max < files) skip("may not open " + std::to_string(files) + " sockets: raise `ulimit -n`");
    limit.rlim_cur = std::max(limit.rlim_cur, files);
    REQUIRE(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (in_port_t port = first; port <= last; ++port) {
      sockets_.push_back(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
      address.sin_port = htons(port);
      REQUIRE(bind(sockets_.back(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    }
  }
  ~TakenPorts() {
    for (const int one : sockets_) close(one);
  }
  TakenPorts(const TakenPorts&) = delete;
  TakenPorts& operator=(const TakenPorts&) = delete;

 private:
  std::vector<int> sockets_;
};

}  // namespace

API_TEST(clean_end) {
  const Tree tree("clean_end");
  const Shop shop(tree);
  Run run(tree, shop, all_60);
  CHECK(run.wait() == 8);
  check_nothing_left(tree, shop);
  INFO(run.output());
  CHECK(has(run.output(), as_expected));
  check_report(run, "ended",
               {"users.number_1", "orders.number_6", "customer.cleanup", "shelf.cleanup", "half.cleanup",
                "half_order.cleanup", by_agent});
}

API_TEST(ctrl_c) { ended_by("ctrl_c", SIGINT, true); }
API_TEST(sigint) { ended_by("sigint", SIGINT, false); }
API_TEST(sigterm) { ended_by("sigterm", SIGTERM, false); }
API_TEST(sighup) { ended_by("sighup", SIGHUP, false); }
API_TEST(sigkill) { ended_by("sigkill", SIGKILL, false); }
API_TEST(sigkill_to_the_group) { ended_by("sigkill_to_the_group", SIGKILL, true); }

API_TEST(agent_killed) {
  const Tree tree("agent_killed");
  const Shop shop(tree);
  Run run(tree, shop, all_60);
  wait_until_busy(shop, "hanging");
  run.kill_agent();
  CHECK(run.wait() == 8);
  check_nothing_left(tree, shop);
  CHECK(has(run.output(), "the agent of this run has ended"));
  check_report(run, "ended", {"the agent that followed a killed one", "customer.cleanup"});
}

API_TEST(agent_and_ctest_killed) {
  const Tree tree("agent_and_ctest_killed");
  const Shop shop(tree);
  Run run(tree, shop, without_end);
  wait_until_busy(shop, "endless");
  run.kill(SIGSTOP);  // nobody follows the agent
  run.kill_agent();
  run.kill(SIGKILL);
  CHECK(run.wait() == 128 + SIGKILL);
  CHECK(shop.left() != "");

  Run next(tree, shop, {"-R", "^users.number_1$"});
  CHECK(next.wait() == 0);
  check_nothing_left(tree, shop);
  const std::string id = next.state().at("run");
  check_report(run, "swept", {"run " + id});
  CHECK(run.state().at("swept_by") == "run " + id);
  CHECK(has(next.agent_log(), "swept " + run.folder()));
}

API_TEST(stop_on_failure) {
  const Tree tree("stop_on_failure");
  const Shop shop(tree);
  Run run(tree, shop, {"-LE", "alone|endless", "--stop-on-failure"});
  CHECK(run.wait() == 8);
  check_nothing_left(tree, shop);
  CHECK_FALSE(has(run.output(), "customer.cleanup"));  // CTest runs none
  check_report(run, "ended", {by_agent_at_end});
}

API_TEST(stop_time) {
  const Tree tree("stop_time");
  const Shop shop(tree);
  const std::time_t soon = std::time(nullptr) + 3;
  std::tm local{};
  localtime_r(&soon, &local);
  std::array<char, 16> clock{};
  REQUIRE(std::strftime(clock.data(), clock.size(), "%H:%M:%S", &local) > 0);
  Run run(tree, shop, {"-LE", "alone", "--stop-time", clock.data()});
  CHECK(run.wait() == 8);
  check_nothing_left(tree, shop);
  CHECK_FALSE(has(run.output(), "customer.cleanup"));
  check_report(run, "ended", {by_agent_at_end});
}

API_TEST(timeout_of_a_case) {
  const Tree tree("timeout_of_a_case");
  const Shop shop(tree);
  Run run(tree, shop, {"-R", "^hanging"});
  CHECK(run.wait() == 8);
  check_nothing_left(tree, shop);
  CHECK(has(run.output(), "***Timeout"));
  check_report(run, "ended", {by_agent, "customer.cleanup"});
}

API_TEST(timeout_of_a_setup) {
  const Tree tree("timeout_of_a_setup");
  const Shop shop(tree);
  Run run(tree, shop, {"-R", "^unreached"});
  CHECK(run.wait() == 8);
  check_nothing_left(tree, shop);
  CHECK(has(run.output(), "***Timeout"));
  CHECK(has(run.output(), "***Not Run"));
  check_report(run, "ended", {"stuck.cleanup"});
}

API_TEST(segfault) {
  const Tree tree("segfault");
  const Shop shop(tree);
  Run run(tree, shop, {"-R", "^crashing"});
  CHECK(run.wait() == 8);
  check_nothing_left(tree, shop);
  CHECK(has(run.output(), "SEGFAULT"));
  check_report(run, "ended", {by_agent, "customer.cleanup"});
}

API_TEST(every_third_delete_fails) {
  const Tree tree("every_third_delete_fails");
  const Shop shop(tree, {"--fail-deletes", "3"});
  Run run(tree, shop, all_60);
  CHECK(run.wait() == 8);
  check_nothing_left(tree, shop);
  INFO(run.output());
  CHECK(has(run.output(), as_expected));
  check_report(run, "ended", {"users.number_1", "customer.cleanup", by_agent});
}

API_TEST(every_third_delete_fails_after_a_kill) {
  const Tree tree("every_third_delete_fails_after_a_kill");
  const Shop shop(tree, {"--fail-deletes", "3"});
  Run run(tree, shop, without_end);
  wait_until_busy(shop, "endless");
  run.kill_group(SIGKILL);
  CHECK(run.wait() == 128 + SIGKILL);
  check_nothing_left(tree, shop);
  check_report(run, "ended", {by_agent_at_end});
}

API_TEST(service_restarts_during_the_replay) {
  const Tree tree("service_restarts_during_the_replay");
  Shop shop(tree);
  Run run(tree, shop, without_end);
  wait_until_busy(shop, "endless");
  shop.kill();
  run.kill(SIGKILL);
  CHECK(run.wait() == 128 + SIGKILL);
  wait_until("the end of the run", [&] { return has(run.agent_log(), "the run ends"); });
  shop.start();
  check_nothing_left(tree, shop);
  check_report(run, "ended", {by_agent_at_end});
}

API_TEST(killed_while_requests_are_under_way) {
  const Tree tree("killed_while_requests_are_under_way");
  Shop shop(tree, {"--post-delay", "300"});
  for (const int posts : {2, 5}) {  // the users, then also two orders
    Run run(tree, shop, {"-R", "^slow"});
    const int before = shop.posts();
    wait_until("requests", [&] { return shop.posts() - before >= posts; });
    run.kill_group(SIGKILL);
    CHECK(run.wait() == 128 + SIGKILL);
    check_nothing_left(tree, shop);
    shop.restart();
    CHECK(shop.left() == "");
    check_report(run, "ended", {});
  }
}

API_TEST(full_disk) {
  const Tree tree("full_disk");
  const Shop shop(tree, {"--post-delay", "500"});
  // Nobody else sees this disk, and it goes with this process.
  if (!gets_own(CLONE_NEWNS, shop)) skip(std::string("can't have mounts of its own: ") + std::strerror(errno));
  REQUIRE(mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0);
  REQUIRE(mount("tmpfs", tree.runs().c_str(), "tmpfs", 0, "size=256k,mode=0700") == 0);
  const std::string order = "POST " + shop.url() + "/api/v1/orders";
  const std::vector<std::pair<std::string, std::string>> refusals = {
      {"disk.full_for_undo", ""},
      {"disk.full_for_create", order + " was not sent, for its undo can't be kept: "},
      {"disk.full_for_answer", order + " was answered, but its undo can't be kept: "}};
  for (const auto& [test, refusal] : refusals) {
    Run run(tree, shop, {"-R", test});
    CHECK(run.wait() == 8);
    check_nothing_left(tree, shop);
    INFO(run.output());
    CHECK(has(run.output(), refusal));
    CHECK(has(run.output(), "No space left on device"));
    CHECK(run.exit_of(test) == 99);
    check_report(run, "ended", {});
    if (test == "disk.full_for_undo") CHECK(undone_in(run.folder()).by.empty());  // what was refused is not carried out
  }
  CHECK(shop.posts() == 2);  // of the last of them
}

API_TEST(no_free_port) {
  const Tree tree("no_free_port");
  const Shop shop(tree);
  // Nobody else misses these ports.
  if (!gets_own(CLONE_NEWNET, shop)) skip(std::string("can't have a network of its own: ") + std::strerror(errno));
  const TakenPorts taken(20000, 32000);
  Run run(tree, shop, {"-R", "^server"});
  CHECK(run.wait() == 8);
  check_nothing_left(tree, shop);
  INFO(run.output());
  CHECK(has(run.output(), "no free port between 20000 and 32000 on 127.0.0.1 (Address already in use): "));
  CHECK(run.exit_of("server.setup") == 99);
  check_report(run, "ended", {});
}

API_TEST(two_live_runs_and_a_dead_one) {
  const Tree tree("two_live_runs_and_a_dead_one");
  const Shop shop(tree);
  const Arguments endless = {"-R", "^endless"};
  Run dead(tree, shop, endless);
  wait_until("the first run", [&] { return shop.count("/api/v1/goods", "/goods") == 1; });
  dead.kill_agent();
  dead.kill_group(SIGKILL);
  CHECK(dead.wait() == 128 + SIGKILL);
  CHECK(shop.left() == "2 users, 1 orders, 1 goods");

  Run first(tree, shop, endless);
  wait_until("the second run has swept the first", [&] { return dead.state().at("state") == "swept"; });
  wait_until("the second run", [&] { return shop.left() == "2 users, 1 orders, 1 goods"; });
  Run second(tree, shop, endless);
  wait_until("the third run", [&] { return shop.left() == "4 users, 2 orders, 2 goods"; });
  check_report(dead, "swept", {"run " + first.state().at("run").get<std::string>()});

  second.kill(SIGTERM);
  CHECK(second.wait() == 128 + SIGTERM);
  wait_until("the third run is over", [&] { return second.state().at("state") == "ended"; });
  CHECK(shop.left() == "2 users, 1 orders, 1 goods");
  CHECK(first.state().at("state") == "running");
  first.kill(SIGTERM);
  CHECK(first.wait() == 128 + SIGTERM);
  check_nothing_left(tree, shop);
  for (const Run* run : {&first, &second}) check_report(*run, "ended", {by_agent_at_end});
}

API_TEST(live_run_in_a_container) {
  const Tree tree("live_run_in_a_container");
  const Shop shop(tree);
  const Arguments endless = {"-R", "^endless"};
  // Host and boot are the same in there and processes have other numbers; all of them end with ctest.
  Run inside(tree, shop, endless,
             {"unshare", "--user", "--map-current-user", "--pid", "--fork", "--kill-child", "--mount-proc"});
  wait_until("the run in the container",
             [&] { return shop.count("/api/v1/goods", "/goods") == 1 || inside.has_ended(0s); });
  if (has(inside.output(), "unshare:")) skip("can't have processes of its own: " + inside.output());

  Run beside(tree, shop, endless);
  wait_until("the run beside it", [&] { return shop.left() == "4 users, 2 orders, 2 goods"; });
  beside.kill(SIGTERM);
  CHECK(beside.wait() == 128 + SIGTERM);
  wait_until("the run beside it is over", [&] { return beside.state().at("state") == "ended"; });
  CHECK(shop.left() == "2 users, 1 orders, 1 goods");

  inside.kill(SIGKILL);
  CHECK(inside.wait() == 128 + SIGKILL);
  Run later(tree, shop, {"-R", "^crashing"});
  CHECK(later.wait() == 8);
  check_nothing_left(tree, shop);
  CHECK(has(later.agent_log(), "swept "));
}
