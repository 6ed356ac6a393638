// SPDX-License-Identifier: MIT
#include "processes.hpp"

#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace apitest::agent {
namespace {

/// With a zero byte at each end of a variable, so that one can be searched as a whole; "" when it may not be read.
std::string environment_of(const std::filesystem::path& process) {
  std::ifstream file(process / "environ", std::ios::binary);
  std::string all(1, '\0');
  all.append(std::istreambuf_iterator<char>(file), {});
  return all;
}

std::vector<int> processes_with(const std::string& run_dir, bool with_services) {
  const std::string of_run = std::string(1, '\0') + "APITEST_RUN_DIR=" + run_dir + std::string(1, '\0');
  const std::string of_service = std::string(1, '\0') + service_variable + "=";
  std::vector<int> found;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
    const std::string name = entry.path().filename();
    int pid = 0;
    std::from_chars(name.data(), name.data() + name.size(), pid);
    if (pid <= 0 || pid == ::getpid()) continue;
    const std::string environment = environment_of(entry.path());
    if (environment.find(of_run) == std::string::npos) continue;
    if (with_services || environment.find(of_service) == std::string::npos) found.push_back(pid);
  }
  return found;
}

}  // namespace

std::vector<std::string> this_environment() {
  std::vector<std::string> all;
  for (char** variable = environ; *variable != nullptr; ++variable) all.emplace_back(*variable);
  return all;
}

std::vector<int> run_processes(const std::string& run_dir) { return processes_with(run_dir, true); }
std::vector<int> test_processes(const std::string& run_dir) { return processes_with(run_dir, false); }

}  // namespace apitest::agent
