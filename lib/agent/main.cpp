// SPDX-License-Identifier: MIT
// The `apitest` program.
#include <curl/curl.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <iostream>

#include "agent.hpp"
#include "hold.hpp"
#include "run_id.hpp"

namespace {

namespace fs = std::filesystem;
using apitest::agent::RunState;

/// Away from the terminal, the session, the process group and the descriptors of who started this. Returns in the
/// grandchild only; the others end here.
void detach() {
  ::close_range(STDERR_FILENO + 1, ~0U, 0);
  for (int fork_number = 1; fork_number <= 2; ++fork_number) {
    const pid_t child = ::fork();
    if (child < 0) throw std::system_error(errno, std::generic_category(), "cannot fork");
    if (child > 0) ::_exit(0);
    if (fork_number == 1) ::setsid();
  }
}

void close_output() {
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0) throw std::system_error(errno, std::generic_category(), "cannot open /dev/null");
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(null, stream);
  ::close(null);
}

/// libcurl's global state belongs to main(): it must be made before and taken down after all else of it.
template <class Use>
int with_curl(Use use) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  const int result = use();
  curl_global_cleanup();
  return result;
}

int run_agent(const std::string& run_dir, const std::string& runner, double grace, bool foreground) {
  try {
    ::umask(0077);
    std::signal(SIGPIPE, SIG_IGN);
    const apitest::internal::ProcessId id = apitest::internal::parse_process_id(runner);
    if (id.pid == 0 && runner != apitest::internal::held_runner)
      throw std::invalid_argument("--runner " + runner +
                                  " is neither <pid>:<start> nor held; apitest agent --help says more");
    if (!foreground) detach();
    return with_curl([&] {
      apitest::agent::Agent agent(run_dir, id, std::chrono::milliseconds(std::lround(grace * 1000)));
      std::cout << "ready" << std::endl;
      if (!foreground) close_output();
      agent.run();
      return 0;
    });
  } catch (const std::exception& error) {
    std::cout << error.what() << std::endl;
    return 1;
  }
}

// --- apitest runs, apitest sweep

/// The build tree that a folder belongs to: runs are kept at its top.
std::string build_tree_of(const std::string& folder) {
  static constexpr const char* say_where = ". Give the folder in which ctest is started: --build-dir <folder>";
  const fs::path start = (fs::absolute(folder) / "").lexically_normal().parent_path();
  if (!fs::is_directory(start)) throw std::invalid_argument("there is no folder " + start.string() + say_where);
  fs::path tree = start;
  for (; !fs::exists(tree / "CMakeCache.txt"); tree = tree.parent_path()) {
    if (tree == tree.parent_path())
      throw std::invalid_argument("there is no CMakeCache.txt in " + start.string() + " nor above it" + say_where);
  }
  return tree;
}

std::string runs_dir_of(const std::string& build_dir) {
  std::string path = build_dir + "/apitest/runs";
  if (!fs::is_directory(path)) throw std::invalid_argument("there are no runs in " + path + " yet. Start ctest first");
  return path;
}

std::string state_of(const RunState& run) {
  if (run.state == "running") return run.is_over() ? "killed" : "running";
  return run.state;
}

/// What is not taken back, as far as it is known without asking the service.
std::vector<std::string> left_by(const RunState& run) {
  return state_of(run) == "killed" ? apitest::agent::open_changes(run.path) : run.left;
}

void show(const RunState& run) {
  const std::vector<std::string> left = left_by(run);
  std::cout << fs::path(run.path).filename().string() << "  " << run.started << "  " << state_of(run) << ", "
            << left.size() << " left\n";
  for (const std::string& one : left) std::cout << "  " << one << '\n';
}

int show_runs(const std::string& build_dir) {
  for (const RunState& run : apitest::agent::list_runs(runs_dir_of(build_dir))) show(run);
  return 0;
}

int sweep_runs(const std::string& build_dir, bool only_show) {
  boost::asio::io_context loop;
  apitest::agent::Http http(loop);
  apitest::agent::Sweep sweep(loop, http);
  std::size_t left = 0;
  for (const RunState& run : apitest::agent::list_runs(runs_dir_of(build_dir))) {
    if (!run.is_over() || left_by(run).empty()) continue;
    if (only_show) {
      show(run);
      left += left_by(run).size();
      continue;
    }
    const auto swept = [&left](const std::string& path, const apitest::agent::UndoReport& report) {
      std::cout << path << ": " << report.undone << " undone, " << report.left.size() << " left\n";
      for (const std::string& one : report.left) std::cout << "  " << one << '\n';
      left += report.left.size();
    };
    if (sweep.start(run, "apitest sweep", swept)) continue;
    std::cout << run.path << ": somebody else has its agent.lock; sweep again when that is over\n";
    left += left_by(run).size();
  }
  sweep.when_done([&loop] { loop.stop(); });
  loop.run();
  return left == 0 ? 0 : 1;
}

// --- the command line

struct AgentOptions {
  std::string run_dir, runner;
  double grace = 1;
  bool foreground = false;
};

void describe_agent(CLI::App& app, AgentOptions& options) {
  CLI::App* const agent = app.add_subcommand("agent",
                                             "The background process of one run. Tests start it when they need it. It "
                                             "detaches, and says `ready` or why it can't begin.");
  agent->add_option("--run-dir", options.run_dir, "The run's folder, an absolute path; its name is the run id")
      ->required();
  agent
      ->add_option("--runner", options.runner,
                   "The process whose end is the end of the run, <pid>:<start time of proc_pid_stat(5)>, or held")
      ->required();
  agent
      ->add_option("--grace", options.grace,
                   "Seconds from SIGTERM to SIGKILL for tests that still run when the runner has gone")
      ->envname("APITEST_GRACE")
      ->check(CLI::Range(0.0, 3600.0))
      ->capture_default_str();
  agent->add_flag(
      "--foreground", options.foreground,
      "Stay attached to the terminal, to debug the agent itself: exit code 0 when the run has ended, 1 when "
      "it can't begin");
}

struct UserOptions {
  std::string build_dir = ".";
  std::string config;
  std::vector<std::string> fixtures;
  bool only_show = false;
};

void describe_user_commands(CLI::App& app, UserOptions& options) {
  CLI::App* const runs = app.add_subcommand("runs", "Lists the runs of a build tree and what they have left behind.");
  CLI::App* const sweep = app.add_subcommand(
      "sweep", "Takes back what runs have left that are over. Exit code 0 when nothing is left, 1 otherwise.");
  sweep->add_flag("--show", options.only_show, "Only say what would be taken back");
  CLI::App* const up = app.add_subcommand("up",
                                          "Sets up fixtures and holds them up for the runs to come, until `apitest "
                                          "down`. Tests can be started alone then.");
  up->add_option("fixtures", options.fixtures, "Names of fixtures; what they are built on comes with them")->required();
  up->add_option("--config", options.config, "As ctest's, for generators of several configurations");
  CLI::App* const down = app.add_subcommand("down", "Takes back what `apitest up` holds up.");
  for (CLI::App* const command : {runs, sweep, up, down})
    command->add_option("--build-dir", options.build_dir, "The build tree, or a folder in it")->capture_default_str();
}

int run_user_command(const std::string& command, const UserOptions& options) {
  try {
    const std::string build_dir = build_tree_of(options.build_dir);
    if (command == "up") return apitest::agent::hold_up(build_dir, options.config, options.fixtures);
    if (command == "down") return apitest::agent::hold_down(build_dir);
    if (command == "runs") return show_runs(build_dir);
    return with_curl([&] { return sweep_runs(build_dir, options.only_show); });
  } catch (const std::exception& error) {
    std::cerr << "apitest: " << error.what() << std::endl;
    return 2;
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("ApiTest: API tests in C++ that CTest runs in parallel");
  app.set_version_flag("--version", APITEST_VERSION);
  app.require_subcommand(1);
  AgentOptions agent;
  UserOptions user;
  describe_agent(app, agent);
  describe_user_commands(app, user);
  CLI11_PARSE(app, argc, argv);

  const std::string command = app.get_subcommands().front()->get_name();
  if (command != "agent") return run_user_command(command, user);
  return run_agent(agent.run_dir, agent.runner, agent.grace, agent.foreground);
}
