// SPDX-License-Identifier: MIT
// Lines that are on disk before anyone relies on them.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace apitest::agent {

/// An append-only file, mode 0600. Lines that come while an fsync is under way share the next one. Lines that found no
/// room are written before the next ones, at the latest when this ends; a part of them may then be there twice.
class DurableLog {
 public:
  /// Called from the loop; the problem is "" when the line is on disk, else it is not there yet.
  using Done = std::function<void(const std::string& problem)>;

  DurableLog(boost::asio::io_context& loop, const std::string& path);
  ~DurableLog();
  DurableLog(const DurableLog&) = delete;
  DurableLog& operator=(const DurableLog&) = delete;

  /// Without Done the line is written, but forced to disk only with the next one that has it, at the latest when this
  /// ends.
  void append(const std::string& line, Done done = nullptr);

 private:
  struct Batch {
    std::string text;
    std::vector<Done> waiting;
    bool is_forced = false;
    int error = 0;  // an errno
  };
  void write_next();
  void written();
  void write(Batch& batch);

  boost::asio::io_context& loop_;
  std::string path_;
  int fd_;
  Batch next_;
  std::unique_ptr<Batch> under_way_;                        // the writer's as long as it writes
  bool is_torn_ = false;                                    // the last line may be a part of one
  std::shared_ptr<char> alive_ = std::make_shared<char>();  // as long as this; what was posted may come later
  std::unique_ptr<boost::asio::thread_pool> writer_;  // once needed: with one thread, most of the agent is cheaper
};

}  // namespace apitest::agent
