// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace apitest::internal {

/// A new one, in the form of the CTest script (cmake/ApiTestRun.cmake.in): UTC time, then four random characters.
[[nodiscard]] std::string new_run_id();

/// In place of a runner: the run lasts until `apitest down`.
inline constexpr const char* held_runner = "held";

}  // namespace apitest::internal
