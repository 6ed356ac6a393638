// SPDX-License-Identifier: MIT
// A process that the agent starts: in a process group of its own, its output read line by line, and no life after the
// agent's.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace apitest::agent {

struct Command {
  std::vector<std::string> argv;
  std::string directory;
  std::vector<std::string> environment;  ///< NAME=value
};

class Child : public std::enable_shared_from_this<Child> {
 public:
  using OnLine = std::function<void(std::string_view line)>;
  /// The process is gone, with what it left in its group, and its output is read, which what has left the group can't
  /// delay by more than a second. `how` is "exited with code 1".
  using OnEnd = std::function<void(bool success, const std::string& how)>;

  /// Throws std::invalid_argument with a sentence when it can't be started.
  static std::shared_ptr<Child> start(boost::asio::io_context& loop, const Command& command, OnLine on_line,
                                      OnEnd on_end);
  virtual ~Child() = default;

  [[nodiscard]] virtual int pid() const = 0;
  [[nodiscard]] virtual bool is_running() const = 0;
  /// To the whole group.
  virtual void signal(int number) = 0;
};

}  // namespace apitest::agent
