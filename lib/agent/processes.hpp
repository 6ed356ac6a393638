// SPDX-License-Identifier: MIT
// The processes of a run, known by the run's folder in their environment, whoever their parent is by now.
#pragma once

#include <string>
#include <vector>

namespace apitest::agent {

/// In the environment of a service and of what it starts.
inline constexpr const char* service_variable = "APITEST_SERVICE";

/// Those of this user that have APITEST_RUN_DIR=<run_dir>, but for this process.
[[nodiscard]] std::vector<int> run_processes(const std::string& run_dir);
/// Those of them that belong to no service: tests and what they have started.
[[nodiscard]] std::vector<int> test_processes(const std::string& run_dir);
/// Those of them that are the service of this fixture or started by it.
[[nodiscard]] std::vector<int> service_processes(const std::string& run_dir, const std::string& fixture);

/// NAME=value of this process.
[[nodiscard]] std::vector<std::string> this_environment();

}  // namespace apitest::agent
