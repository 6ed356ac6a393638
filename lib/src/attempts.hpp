// SPDX-License-Identifier: MIT
// What retry() and eventually() leave as evidence.
#pragma once

#include <apitest/retry.hpp>

#include "run.hpp"

namespace apitest::internal {

[[nodiscard]] inline long long milliseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

inline void record_attempt(const std::string& name, const Attempt& attempt, Verdict verdict, const std::string& rule) {
  record("attempts", object({{"name", name},
                             {"number", attempt.number},
                             {"elapsed_ms", milliseconds(attempt.elapsed)},
                             {"status", attempt.outcome->status},
                             {"verdict", apitest::name(verdict)},
                             {"rule", rule}}));
}

}  // namespace apitest::internal
