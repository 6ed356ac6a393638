// SPDX-License-Identifier: MIT
// How each state change of a run is taken back: the log, its replay, and the audit after it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "durable_log.hpp"

namespace apitest::agent {

/// A change and how to take it back. `action` is data, so that anyone can carry it out later (undo_actor.hpp has its
/// kinds); its "what" names the change for a person, "where" is file:line.
struct Undo {
  enum class State { open, undone, struck, left };
  long long id = 0;
  nlohmann::json action;
  State state = State::open;
  std::string answer;  ///< the last one
};

/// What changes hang on: "fixture/<name>", or "test/<suite>.<case>/<pid>".
struct Scope {
  std::vector<std::string> built_on;  ///< fixtures that must be taken back later
  std::vector<Undo> undos;            ///< in the order in which the changes were made
  int pending = 0;                    ///< requests whose answer has not come yet
};

/// The scopes of a log that have something open; what was left by a replay counts as open again.
[[nodiscard]] std::map<std::string, Scope> read_undo_log(const std::string& path, long long* last_id = nullptr);

/// Instead of an answer.
inline constexpr const char* no_time = "no time was left";

/// What a replay came to.
struct UndoReport {
  int undone = 0;
  /// A sentence for each change that could not be taken back, is still there, or is in doubt.
  std::vector<std::string> left;
};

/// Carries actions out, each within the time that is left; undo_actor.hpp.
class UndoActor {
 public:
  using Milliseconds = std::chrono::milliseconds;
  /// `problem` is "" when it worked, else the answer that was not good enough.
  using Done = std::function<void(const std::string& problem)>;
  /// What an intent has become: null when nothing was made.
  using Found = std::function<void(const nlohmann::json& action, const std::string& problem)>;

  virtual ~UndoActor() = default;
  virtual void act(const nlohmann::json& action, Milliseconds left, Done done) = 0;
  enum class Seen { gone, there, unknown };
  using Audited = std::function<void(Seen seen, const std::string& answer)>;
  /// Reads the object back; an action that does not say where counts as gone.
  virtual void audit(const nlohmann::json& action, Milliseconds left, Audited audited) = 0;
  /// Looks for what a creation in doubt has made.
  virtual void find(const nlohmann::json& intent, Milliseconds left, Found found) = 0;
  /// As it may be shown and written.
  [[nodiscard]] virtual std::string redacted(const std::string& text) const = 0;
};

class UndoLog {
 public:
  using Milliseconds = std::chrono::milliseconds;
  using Logged = std::function<void(long long id, const std::string& problem)>;
  using Replayed = std::function<void(const UndoReport&)>;

  /// Goes on with what a log of that path says is open, should there be one.
  UndoLog(boost::asio::io_context& loop, const std::string& path, UndoActor& actor);

  /// The entry is on disk before `logged` is called, or is refused with a problem and will not be carried out.
  void add(const std::string& scope, const std::vector<std::string>& built_on, nlohmann::json action, Logged logged);
  /// As add, for a creation whose answer is still to come: a replay of the scope waits for it.
  void add_pending(const std::string& scope, const std::vector<std::string>& built_on, nlohmann::json intent,
                   Logged logged);
  /// The answer has come: the intent becomes `action`, is struck out (null), or stays in doubt (the intent again).
  void resolve(const std::string& scope, long long id, const nlohmann::json& action, const Logged& logged);

  /// A request is under way that may change something: a replay of the scope waits until it is released.
  void hold(const std::string& scope);
  void release(const std::string& scope);

  /// Names of the scopes that have something open.
  [[nodiscard]] std::vector<std::string> scopes() const;
  [[nodiscard]] bool has(const std::string& scope) const { return scopes_.count(scope) != 0; }

  /// Takes a scope back, last in first out, within the budget, which begins when nothing is pending; then audits. One
  /// failure never stops the others: each has its share of the budget.
  void replay(const std::string& scope, Milliseconds budget, const std::string& by, Replayed replayed);
  /// Takes everything back, inner fixtures before outer ones, and what is independent in parallel; after the replays
  /// that are under way already, whose reports went to who asked for them.
  void replay_all(Milliseconds budget, const std::string& by, Replayed replayed);

 private:
  struct Pass;
  using PassPointer = std::shared_ptr<Pass>;
  struct Sweep;
  void amend(const std::string& scope, long long id, const nlohmann::json& action, const Logged& logged);
  void begin(const PassPointer& pass);
  void undo_next(const PassPointer& pass);
  bool try_later(const PassPointer& pass, int number, std::function<void()> again);
  void look_for(const PassPointer& pass, Undo& undo, int number);
  void attempt(const PassPointer& pass, Undo& undo, int number);
  void leave(const PassPointer& pass, const Undo& undo, const std::string& how);
  void settle(const PassPointer& pass, Undo& undo, Undo::State state);
  void log_state(const PassPointer& pass, const Undo& undo);
  void begin_audit(const PassPointer& pass);
  void audit(const PassPointer& pass, std::size_t index);
  void read_back(const PassPointer& pass, std::size_t index, int number);
  void start_ready(const std::shared_ptr<Sweep>& sweep);
  void end(const PassPointer& pass);

  boost::asio::io_context& loop_;
  UndoActor& actor_;
  long long last_id_ = 0;
  std::map<std::string, Scope> scopes_;
  std::multimap<std::string, PassPointer> waiting_;  // for pending requests of their scope
  int under_way_ = 0;                                // replays
  std::function<void()> on_idle_;                    // when the last of them has ended
  DurableLog log_;
};

}  // namespace apitest::agent
