// SPDX-License-Identifier: MIT
#include "budget.hpp"

#include <algorithm>
#include <cstdlib>

#include <unistd.h>

#include <ctime>

#include "process_id.hpp"

namespace apitest::internal {
namespace {

thread_local RequestBudget* innermost = nullptr;

using Instant = std::chrono::steady_clock::time_point;
const Instant loaded = std::chrono::steady_clock::now();

/// CTest counts from the fork; what came before this library was loaded (a debugger, valgrind) is part of it.
Duration age_when_loaded() {
  const std::string start = process_id(::getpid()).start;
  timespec since_boot{};
  if (start.empty() || ::clock_gettime(CLOCK_BOOTTIME, &since_boot) != 0) return Duration::zero();
  const Duration now = std::chrono::seconds(since_boot.tv_sec) + Duration(since_boot.tv_nsec);
  const Duration began = Duration(1s) / ::sysconf(_SC_CLK_TCK) * std::strtoll(start.c_str(), nullptr, 10);
  return std::max(Duration::zero(), now - began - (std::chrono::steady_clock::now() - loaded));
}

}  // namespace

RequestBudget::RequestBudget(Clock& clock, Duration deadline) : clock_(clock), deadline_(deadline), outer_(innermost) {
  innermost = this;
}
RequestBudget::~RequestBudget() { innermost = outer_; }

Duration RequestBudget::left() {
  Duration least = time_left();
  for (const RequestBudget* budget = innermost; budget != nullptr; budget = budget->outer_) {
    if (budget->deadline_ == Duration::max()) continue;
    least = std::min(least, std::max(Duration::zero(), budget->deadline_ - budget->clock_.now()));
  }
  return least;
}

Duration later(Duration start, Duration length) {
  return length > Duration::max() - start ? Duration::max() : start + length;
}

Duration time_left() {
  static const Duration head_start = age_when_loaded();
  return time_left(std::getenv("APITEST_TIMEOUT"), head_start + (std::chrono::steady_clock::now() - loaded));
}

Duration time_left(const char* timeout, Duration age) {
  constexpr double longest = 1e9;  // seconds: more would not fit into a Duration
  const double seconds = timeout == nullptr ? 0 : std::strtod(timeout, nullptr);
  if (!(seconds > 0) || seconds > longest) return Duration::max();
  const auto limit = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
  return std::max(Duration::zero(), limit - std::min<Duration>(1s, limit / 10) - age);
}

}  // namespace apitest::internal
