// SPDX-License-Identifier: MIT
// Runs inside a test: what is done to their agents does not harm the run that the test belongs to.
#pragma once

#include <apitest/http.hpp>
#include <map>
#include <string>

#include "child.hpp"

class NestedRun {
 public:
  /// The runner is this process, or the process `runner`. The run's folder gets a path of at least `length` bytes.
  explicit NestedRun(int runner = 0, std::size_t length = 0);
  ~NestedRun();
  NestedRun(const NestedRun&) = delete;
  NestedRun& operator=(const NestedRun&) = delete;

  /// The environment of a test of this run.
  [[nodiscard]] std::map<std::string, std::string> environment() const;
  [[nodiscard]] const std::string& folder() const { return folder_; }
  [[nodiscard]] std::string output_file();
  [[nodiscard]] apitest::Json state() const;  ///< run.json
  [[nodiscard]] int agent_pid() const;

 private:
  std::string root_, folder_, runner_;
  int outputs_ = 0;
};
