// SPDX-License-Identifier: MIT
// Processes of the tests' own, and what to wait for.
#pragma once

#include <apitest/retry.hpp>
#include <functional>
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

/// Asks again and again; false if the answer is not yes before `bound` has passed.
bool within(apitest::Duration bound, const std::function<bool()>& question);

/// False if the process is still there after a while.
bool is_gone(int pid);

/// Of a file; "" when it is not there.
[[nodiscard]] std::string content(const std::string& path);
