// SPDX-License-Identifier: MIT
// Runs inside a test: what is done to their agents does not harm the run that the test belongs to.
#pragma once

#include <apitest/http.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// A process, ended at the latest when this object goes.
class Child {
 public:
  /// `changes` to the environment of this process. What the child prints goes to the file `output`.
  Child(std::vector<std::string> command, const std::map<std::string, std::string>& changes, std::string output);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] int pid() const { return pid_; }
  /// The exit code, 128 and the signal if one ended it, nothing if it does not end within `bound`.
  std::optional<int> wait(apitest::Duration bound = std::chrono::seconds(20));
  void kill(int signal) const;
  [[nodiscard]] std::string output() const;

 private:
  int pid_ = 0;
  std::string output_;
  std::optional<int> code_;
};

class NestedRun {
 public:
  /// The runner is this process, or the process `runner`. The run's folder gets a path of at least `length` bytes.
  explicit NestedRun(int runner = 0, std::size_t length = 0);
  ~NestedRun();
  NestedRun(const NestedRun&) = delete;
  NestedRun& operator=(const NestedRun&) = delete;

  /// The environment of a test of this run, which asks the url.
  [[nodiscard]] std::map<std::string, std::string> environment(const std::string& url) const;
  [[nodiscard]] Child start(const std::string& url);
  /// The victim's case `joins`, which makes users that begin with `uid` and then passes, fails, segfaults or hangs.
  [[nodiscard]] Child start_joins(const std::string& url, const std::string& uid, const std::string& end);
  [[nodiscard]] const std::string& folder() const { return folder_; }
  [[nodiscard]] std::string output_file();
  [[nodiscard]] apitest::Json state() const;  ///< run.json
  [[nodiscard]] int agent_pid() const;

 private:
  std::string root_, folder_, runner_;
  int outputs_ = 0;
};

/// False if the process is still there after a while.
bool is_gone(int pid);
