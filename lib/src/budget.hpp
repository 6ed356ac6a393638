// SPDX-License-Identifier: MIT
// One chain of deadlines: CTest's TIMEOUT > the wait's deadline > the request's timeout.
#pragma once

#include <apitest/retry.hpp>

namespace apitest::internal {

/// While it lives, requests of this thread are clipped to what is left until `deadline` (a point of `clock`;
/// Duration::max() is none). Budgets of one thread nest.
class RequestBudget {
 public:
  RequestBudget(Clock& clock, Duration deadline);
  ~RequestBudget();
  RequestBudget(const RequestBudget&) = delete;
  RequestBudget& operator=(const RequestBudget&) = delete;

  /// What is left for a request that begins now: of the shortest budget and of the test. Never negative;
  /// Duration::max() when nothing limits it.
  [[nodiscard]] static Duration left();

 private:
  Clock& clock_;
  Duration deadline_;
  RequestBudget* outer_;
};

/// The point `length` after `start`; a length without end has none.
[[nodiscard]] Duration later(Duration start, Duration length);

/// Until a second before CTest's TIMEOUT kills this process (a tenth of the TIMEOUT if that is shorter), from
/// APITEST_TIMEOUT (seconds) and the start of the process; Duration::max() when nothing limits it.
[[nodiscard]] Duration time_left();
/// The same for a process of that age; `timeout` as in APITEST_TIMEOUT.
[[nodiscard]] Duration time_left(const char* timeout, Duration age);

}  // namespace apitest::internal
