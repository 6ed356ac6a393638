// SPDX-License-Identifier: MIT
// Tests of a nested run, to be killed.
#pragma once

#include "nested_run.hpp"

/// One of its cases.
inline Child start_victim(NestedRun& run, const char* name, const std::string& url, const std::string& uid = "",
                          const std::string& end = "") {
  auto environment = run.environment();
  environment["VICTIM_URL"] = url;
  environment["VICTIM_UID"] = uid;
  environment["VICTIM_END"] = end;
  return Child({VICTIM, name}, environment, run.output_file());
}

inline Child start_asks(NestedRun& run, const std::string& url) { return start_victim(run, "asks", url); }

/// Makes users that begin with `uid` and then passes, fails, segfaults or hangs.
inline Child start_joins(NestedRun& run, const std::string& url, const std::string& uid, const std::string& end) {
  return start_victim(run, "joins", url, uid, end);
}
