// SPDX-License-Identifier: MIT
#include "child.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <system_error>

using namespace apitest;

namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all(texts.size() + 1);  // ends with a null pointer
  std::transform(texts.begin(), texts.end(), all.begin(), [](std::string& text) { return text.data(); });
  return all;
}

std::vector<std::string> changed_environment(std::map<std::string, std::string> changes) {
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string text = *variable;
    const std::size_t equals = text.find('=');
    changes.emplace(text.substr(0, equals), text.substr(equals + 1));  // unless it is there
  }
  std::vector<std::string> all(changes.size());
  std::transform(changes.begin(), changes.end(), all.begin(),
                 [](const auto& one) { return one.first + "=" + one.second; });
  return all;
}

}  // namespace

Child::Child(std::vector<std::string> command, const std::map<std::string, std::string>& changes, std::string output)
    : output_(std::move(output)) {
  std::vector<std::string> environment = changed_environment(changes);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  const int error = posix_spawnp(&pid_, command.front().c_str(), &actions, nullptr, pointers(command).data(),
                                 pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::system_error(error, std::generic_category(), "can't start " + command.front());
}

Child::~Child() {
  if (code_) return;
  kill(SIGKILL);
  waitpid(pid_, nullptr, 0);
}

std::optional<int> Child::wait(Duration bound) {
  int status = 0;
  if (!code_ && within(bound, [&] { return waitpid(pid_, &status, WNOHANG) == pid_; }))
    code_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return code_;
}

void Child::kill(int signal) const { ::kill(pid_, signal); }

std::string Child::output() const { return content(output_); }

bool within(Duration bound, const std::function<bool()>& question) {
  const Duration end = steady_clock().now() + bound;
  while (!question()) {
    if (steady_clock().now() > end) return false;
    steady_clock().sleep(5ms);
  }
  return true;
}

bool is_gone(int pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/status";
  return within(10s, [&] {
    const std::string status = content(path);  // its parent may take its time to bury it
    return status.empty() || status.find("State:\tZ") != std::string::npos;
  });
}

std::string content(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}
