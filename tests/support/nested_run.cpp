// SPDX-License-Identifier: MIT
#include "nested_run.hpp"

#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <stdexcept>

#include "process_id.hpp"

using namespace apitest;

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

std::map<std::string, std::string> NestedRun::environment() const {
  return {{"APITEST_RUN", "nested"}, {"APITEST_RUN_DIR", folder_}, {"APITEST_RUNNER", runner_}};
}

std::string NestedRun::output_file() { return root_ + "/output" + std::to_string(++outputs_); }

Json NestedRun::state() const {
  const std::string text = content(folder_ + "/run.json");
  return text.empty() ? Json() : parse(text);
}

int NestedRun::agent_pid() const {
  const Json run = state();
  return run.has("/agent/pid") ? static_cast<int>(run.integer("/agent/pid")) : 0;
}
