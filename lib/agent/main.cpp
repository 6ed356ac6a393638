// SPDX-License-Identifier: MIT
// The `apitest` program.
#include <curl/curl.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>

#include "agent.hpp"

namespace {

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
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(null, stream);
  ::close(null);
}

int run_agent(const std::string& run_dir, const std::string& runner, bool foreground) {
  try {
    ::umask(0077);
    std::signal(SIGPIPE, SIG_IGN);
    if (!foreground) detach();
    curl_global_init(CURL_GLOBAL_DEFAULT);
    {
      apitest::agent::Agent agent(run_dir, apitest::internal::parse_process_id(runner));
      std::cout << "ready" << std::endl;
      if (!foreground) close_output();
      agent.run();
    }
    curl_global_cleanup();
    return 0;
  } catch (const std::exception& error) {
    std::cout << error.what() << std::endl;
    return 1;
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("ApiTest: API tests in C++ that CTest runs in parallel");
  app.set_version_flag("--version", APITEST_VERSION);
  app.require_subcommand(1);

  CLI::App* const agent = app.add_subcommand("agent",
                                             "The background process of one run. Tests start it when they need it; "
                                             "exit code 0 when the run has ended, 1 when it can't begin.");
  std::string run_dir;
  std::string runner;
  bool foreground = false;
  agent->add_option("--run-dir", run_dir, "The run's folder, an absolute path; its name is the run id")->required();
  agent
      ->add_option("--runner", runner,
                   "The process whose end is the end of the run, <pid>:<start time of proc_pid_stat(5)>")
      ->required();
  agent->add_flag("--foreground", foreground, "Stay attached to the terminal, to debug the agent itself");

  CLI11_PARSE(app, argc, argv);
  return run_agent(run_dir, runner, foreground);
}
