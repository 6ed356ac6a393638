// SPDX-License-Identifier: MIT
// The runs of a build tree: which there are, what they left, and taking that back.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "http.hpp"
#include "process_id.hpp"
#include "undo.hpp"

namespace apitest::agent {

/// run.json, read back.
struct RunState {
  std::string path;
  std::string state;  ///< "running", "ended" or "swept"
  std::string host, boot_id, started;
  internal::ProcessId agent, runner;
  int undone = 0;
  std::vector<std::string> left;

  /// Whether it is over: neither its agent nor its runner is there any more, no agent gives a sign of life, in a
  /// container either, and it was on this machine: of the same boot, or of the same name before a restart. What another
  /// machine that shares the folder does can't be told, so its runs are never over.
  [[nodiscard]] bool is_over() const;
};

/// An agent's sign that it lives: a lock, which goes with the process however that ends, and which is seen from
/// containers that do not see the process. A sweep has none, so that a second one finds the run over, and busy.
class LifeSign {
 public:
  explicit LifeSign(const std::string& run_dir);
  ~LifeSign();
  LifeSign(const LifeSign&) = delete;
  LifeSign& operator=(const LifeSign&) = delete;
  [[nodiscard]] static bool is_given(const std::string& run_dir);

 private:
  int fd_;
};

/// Of a folder with runs, the oldest first.
[[nodiscard]] std::vector<RunState> list_runs(const std::string& runs_dir);
/// Name and boot of this machine, as run.json has them.
[[nodiscard]] std::string this_host();
[[nodiscard]] std::string this_boot();

/// Takes back what runs have left that are over.
class Sweep {
 public:
  using Swept = std::function<void(const std::string& run, const UndoReport&)>;

  Sweep(boost::asio::io_context& loop, Http& http);
  ~Sweep();

  /// Ends what still runs of it and undoes what its log has open. False, and nothing happens, while somebody else does.
  [[nodiscard]] bool start(const RunState& run, const std::string& by, Swept swept);
  /// Calls back when no sweep is under way.
  void when_done(std::function<void()> done);

 private:
  struct DeadRun;
  void finish(const std::shared_ptr<DeadRun>& run, const UndoReport& report);

  boost::asio::io_context& loop_;
  Http& http_;
  std::vector<std::shared_ptr<DeadRun>> under_way_;
  std::function<void()> done_;
};

/// What the undo log of a run has open, in words.
[[nodiscard]] std::vector<std::string> open_changes(const std::string& run_dir);

/// Removes the folders of runs that are over and have left nothing, but for the newest ones.
void prune_runs(const std::string& runs_dir, std::size_t kept);

}  // namespace apitest::agent
