// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace apitest::internal {

/// A process, told apart from a later one of the same pid by its start time (field 22 of proc_pid_stat(5)).
struct ProcessId {
  int pid = 0;
  std::string start;  ///< "" when there is no such process

  friend bool operator==(const ProcessId& a, const ProcessId& b) { return a.pid == b.pid && a.start == b.start; }
};
[[nodiscard]] ProcessId process_id(int pid);
[[nodiscard]] bool is_alive(const ProcessId& id);
/// "<pid>:<start>" and back; pid 0 when the text is something else.
[[nodiscard]] std::string to_text(const ProcessId& id);
[[nodiscard]] ProcessId parse_process_id(const std::string& text);

}  // namespace apitest::internal
