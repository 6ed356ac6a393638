// SPDX-License-Identifier: MIT
#include "nested_run.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <apitest/retry.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include "process_id.hpp"

using namespace apitest;

namespace {

/// Asks again and again until the answer is yes, or `bound` has passed.
template <class Question>
bool within(Duration bound, Question question) {
  const Duration end = steady_clock().now() + bound;
  while (!question()) {
    if (steady_clock().now() > end) return false;
    steady_clock().sleep(5ms);
  }
  return true;
}

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

std::string content(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
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

NestedRun::NestedRun(int runner, std::size_t length)
    : root_((std::filesystem::temp_directory_path() / "apitest-XXXXXX").string()),
      runner_(internal::to_text(internal::process_id(runner == 0 ? getpid() : runner))) {
  if (mkdtemp(root_.data()) == nullptr) throw std::runtime_error("can't make a folder like " + root_);
  folder_ = root_;
  while (folder_.size() < length) folder_ += "/a_folder_with_a_name";
  folder_ += "/nested";
}

NestedRun::~NestedRun() {
  const int agent = agent_pid();
  if (agent > 0) ::kill(agent, SIGTERM);
  if (agent > 0) is_gone(agent);
  std::filesystem::remove_all(root_);
}

std::map<std::string, std::string> NestedRun::environment(const std::string& url) const {
  return {{"APITEST_RUN", "nested"}, {"APITEST_RUN_DIR", folder_}, {"APITEST_RUNNER", runner_}, {"VICTIM_URL", url}};
}

std::string NestedRun::output_file() { return root_ + "/output" + std::to_string(++outputs_); }

Child NestedRun::start(const std::string& url) { return Child({VICTIM, "asks"}, environment(url), output_file()); }

Child NestedRun::start_joins(const std::string& url, const std::string& uid, const std::string& end) {
  auto variables = environment(url);
  variables["VICTIM_UID"] = uid;
  variables["VICTIM_END"] = end;
  return Child({VICTIM, "joins"}, variables, output_file());
}

Json NestedRun::state() const {
  const std::string text = content(folder_ + "/run.json");
  return text.empty() ? Json() : parse(text);
}

int NestedRun::agent_pid() const {
  const Json run = state();
  return run.has("/agent/pid") ? static_cast<int>(run.integer("/agent/pid")) : 0;
}

bool is_gone(int pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/status";
  return within(10s, [&] {
    const std::string status = content(path);  // its parent may take its time to bury it
    return status.empty() || status.find("State:\tZ") != std::string::npos;
  });
}
