// SPDX-License-Identifier: MIT
// What a row of the fault matrix is made of: a shop, a tree in which runs are made, a run, and what is left of it.
#pragma once

#include <apitest/test.hpp>

#include <csignal>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "child.hpp"

/// The longest that anything may be left after the harm was done.
constexpr auto patience = std::chrono::seconds(5);

/// Asks again and again until the answer is yes; the row fails when that takes longer than `bound`.
void wait_until(const std::string& what, const std::function<bool()>& question,
                apitest::Duration bound = std::chrono::seconds(30));

/// A copy of the CTest files of the built project, with a runs folder of its own, so that rows do not meet.
class Tree {
 public:
  explicit Tree(const std::string& row);
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string runs() const { return path_ + "/apitest/runs"; }
  /// All that a run in this tree has started and that is still there: ctest, tests, agents, commands of an undo. A line
  /// for each.
  [[nodiscard]] std::string processes() const;

 private:
  std::string path_;
};

/// A service that no run has started, so that none of them ends it.
class Shop {
 public:
  explicit Shop(const Tree& tree, std::vector<std::string> options = {});
  [[nodiscard]] const std::string& url() const { return url_; }
  void kill();
  /// On the same port and database.
  void start();
  /// Lets what it is doing end, then starts it again: no request is under way any more.
  void restart();

  [[nodiscard]] int count(const std::string& path, const std::string& list) const;
  /// Users, orders and goods in words; "" when there are none.
  [[nodiscard]] std::string left() const;
  /// Whether somebody whose uid begins so has made all that the cases for one row make: a user, an order, a good.
  [[nodiscard]] bool has(const std::string& user) const;
  /// POSTs that have arrived.
  [[nodiscard]] int posts() const;

 private:
  std::string folder_, url_;
  std::vector<std::string> options_;
  int port_ = 0, starts_ = 0;
  std::unique_ptr<Child> server_;
};

/// `ctest -j8` in a process group of its own.
class Run {
 public:
  /// ctest is the last part of the command `within`.
  Run(const Tree& tree, const Shop& shop, const std::vector<std::string>& arguments,
      const std::vector<std::string>& within = {});

  void kill(int signal) const { ctest_.kill(signal); }
  void kill_group(int signal) const { ::kill(-ctest_.pid(), signal); }
  /// The exit code, or 128 and the signal.
  int wait();
  bool has_ended(apitest::Duration bound) { return ctest_.wait(bound).has_value(); }
  void kill_agent();
  [[nodiscard]] std::string output() const { return ctest_.output(); }

  [[nodiscard]] std::string folder() const;    ///< "" while there is none
  [[nodiscard]] nlohmann::json state() const;  ///< run.json, null while there is none
  [[nodiscard]] std::string agent_log() const;
  /// The exit code that a test has recorded, -1 for none.
  [[nodiscard]] int exit_of(const std::string& test) const;

 private:
  std::string runs_;
  Child ctest_;
};

/// What undo/log.jsonl says: who has taken back how much, and what is still open.
struct Undone {
  std::map<std::string, int> by;
  std::vector<std::string> open;
};
[[nodiscard]] Undone undone_in(const std::string& run_folder);

/// The assertion of each row: in time nothing is left on the service, no process is left, and the run says so.
void check_nothing_left(const Tree& tree, const Shop& shop, const std::string& where = "");
/// That the run's folder tells the same: it came to that state, nothing is open or left, and `by` has undone something.
void check_report(const Run& run, const std::string& state, const std::set<std::string>& by);
