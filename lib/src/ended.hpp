// SPDX-License-Identifier: MIT
#pragma once

#include <apitest/http.hpp>
#include <string>

namespace apitest::internal {

/// Thrown to end a test body before its last line; run_case() turns it into the exit code.
struct Ended {
  Exit exit;
  std::string text;
};

[[noreturn]] void end_test(Exit exit, std::string text);
/// With the exit code that the verdict stands for.
[[noreturn]] void end_test(Verdict verdict, std::string text);
/// 1 where the product answered wrongly, 99 where nothing can be said about it.
[[nodiscard]] Exit exit_for(Verdict verdict);

}  // namespace apitest::internal
