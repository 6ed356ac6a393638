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

/// The beginning or the whole of a variable, at its place in an environment.
std::string place(const std::string& variable) { return std::string(1, '\0') + variable; }
std::string place(const std::string& name, const std::string& value) {
  return place(name + "=" + value) + std::string(1, '\0');
}
bool has(const std::string& environment, const std::string& variable) {
  return environment.find(variable) != std::string::npos;
}

/// Of those of the run, the ones whose environment is wanted.
template <class Wanted>
std::vector<int> processes_of(const std::string& run_dir, Wanted wanted) {
  const std::string of_run = place("APITEST_RUN_DIR", run_dir);
  std::vector<int> found;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
    const std::string name = entry.path().filename();
    int pid = 0;
    std::from_chars(name.data(), name.data() + name.size(), pid);
    if (pid <= 0 || pid == ::getpid()) continue;
    const std::string environment = environment_of(entry.path());
    if (has(environment, of_run) && wanted(environment)) found.push_back(pid);
  }
  return found;
}

}  // namespace

std::vector<std::string> this_environment() {
  std::vector<std::string> all;
  for (char** variable = environ; *variable != nullptr; ++variable) all.emplace_back(*variable);
  return all;
}

std::vector<int> run_processes(const std::string& run_dir) {
  return processes_of(run_dir, [](const std::string&) { return true; });
}
std::vector<int> test_processes(const std::string& run_dir) {
  const std::string of_service = place(std::string(service_variable) + "=");
  return processes_of(run_dir, [&](const std::string& environment) { return !has(environment, of_service); });
}
std::vector<int> service_processes(const std::string& run_dir, const std::string& fixture) {
  const std::string of_service = place(service_variable, fixture);
  return processes_of(run_dir, [&](const std::string& environment) { return has(environment, of_service); });
}

}  // namespace apitest::agent
