// SPDX-License-Identifier: MIT
#include "undo.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <fstream>
#include <set>

namespace apitest::agent {

namespace asio = boost::asio;
using nlohmann::json;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::chrono::milliseconds first_pause{100};
constexpr std::chrono::milliseconds longest_pause{2000};
/// Kept back from an undo that fails, for each that still waits: some are commands, such as the removal of a folder.
constexpr std::chrono::milliseconds reserve_of_one{2000};

const char* name(Undo::State state) {
  switch (state) {
    case Undo::State::undone:
      return "undone";
    case Undo::State::struck:
      return "struck";
    case Undo::State::left:
      return "left";
    case Undo::State::open:
      break;
  }
  return "open";
}

Undo open_undo(long long id, json action) {
  Undo undo;
  undo.id = id;
  undo.action = std::move(action);
  return undo;
}

/// A server may answer with bytes that are no UTF-8.
std::string text_of(const json& line) { return line.dump(-1, ' ', false, json::error_handler_t::replace); }

bool is_open(const Undo& undo) { return undo.state == Undo::State::open; }

bool is_intent(const json& action) { return action.value("kind", "") == "intent"; }

}  // namespace

/// One replay of one scope.
struct UndoLog::Pass {
  Pass(asio::io_context& loop, std::string name) : scope(std::move(name)), timer(loop) {}
  std::string scope;
  std::vector<Undo> undos;
  Milliseconds budget{0};
  Clock::time_point deadline;
  Clock::time_point turn_end;  // of the undo under way
  std::string by;
  Replayed replayed;
  UndoReport report;
  asio::steady_timer timer;

  [[nodiscard]] static Milliseconds until(Clock::time_point end) {
    return std::max(Milliseconds(0), std::chrono::floor<Milliseconds>(end - Clock::now()));
  }
  [[nodiscard]] Milliseconds left() const { return until(turn_end); }

  /// One failure must not stop the others: each has its share, and who fails may use more as long as enough is left.
  void begin_turn() {
    const auto waiting = std::count_if(undos.begin(), undos.end(), is_open) - 1;
    const Milliseconds all = until(deadline);
    const Milliseconds reserve = std::min(waiting * reserve_of_one, budget / 2);
    turn_end = Clock::now() + std::max(all - reserve, all / (waiting + 1));
  }
};

std::map<std::string, Scope> read_undo_log(const std::string& path, long long* last_id) {
  std::map<std::string, Scope> scopes;
  std::map<long long, std::pair<std::string, std::size_t>> places;
  std::ifstream file(path);
  for (std::string text; std::getline(file, text);) {
    const json line = json::parse(text, nullptr, false);  // the last line may be torn
    if (!line.is_object()) continue;
    const long long id = line.value("id", 0LL);
    if (last_id != nullptr) *last_id = std::max(*last_id, id);
    if (line.contains("scope")) {
      if (places.count(id) != 0) continue;  // the log may have a line twice
      Scope& scope = scopes[line.value("scope", "")];
      scope.built_on = line.value("built_on", std::vector<std::string>());
      places[id] = {line.value("scope", ""), scope.undos.size()};
      scope.undos.push_back(open_undo(id, line.value("action", json::object())));
    } else if (const auto place = places.find(id); place != places.end()) {
      Undo& undo = scopes[place->second.first].undos[place->second.second];
      if (line.contains("action"))
        undo.action = line["action"];
      else
        undo.state = line.value("state", "") == "left" ? Undo::State::open : Undo::State::undone;
    }
  }
  for (auto scope = scopes.begin(); scope != scopes.end();) {
    const auto& undos = scope->second.undos;
    const bool has_open = std::any_of(undos.begin(), undos.end(), is_open);
    scope = has_open ? std::next(scope) : scopes.erase(scope);
  }
  return scopes;
}

UndoLog::UndoLog(asio::io_context& loop, const std::string& path, UndoActor& actor)
    : loop_(loop), actor_(actor), scopes_(read_undo_log(path, &last_id_)), log_(loop, path) {}

void UndoLog::add(const std::string& scope, const std::vector<std::string>& built_on, json action, Logged logged) {
  Undo undo = open_undo(++last_id_, std::move(action));
  const json line{{"id", undo.id}, {"scope", scope}, {"built_on", built_on}, {"action", undo.action}};
  log_.append(text_of(line), [this, scope, id = undo.id, logged = std::move(logged)](const std::string& problem) {
    if (!problem.empty()) amend(scope, id, nullptr, [](long long, const std::string&) {});  // the change will not come
    logged(id, problem);
  });
  Scope& where = scopes_[scope];
  where.built_on = built_on;
  where.undos.push_back(std::move(undo));
}

void UndoLog::add_pending(const std::string& scope, const std::vector<std::string>& built_on, json intent,
                          Logged logged) {
  add(scope, built_on, std::move(intent),
      [this, scope, logged = std::move(logged)](long long id, const std::string& problem) {
        logged(id, problem);
        if (!problem.empty()) release(scope);
      });
  hold(scope);
}

void UndoLog::resolve(const std::string& scope, long long id, const json& action, const Logged& logged) {
  amend(scope, id, action, logged);
  release(scope);
}

/// An action that is null strikes the entry out. One that a replay has already is left to it.
void UndoLog::amend(const std::string& scope, long long id, const json& action, const Logged& logged) {
  const auto where = scopes_.find(scope);
  if (where == scopes_.end()) return;
  auto& undos = where->second.undos;
  const auto undo = std::find_if(undos.begin(), undos.end(), [id](const Undo& one) { return one.id == id; });
  if (undo == undos.end()) return;
  json line{{"id", id}};
  if (action.is_null()) {
    undo->state = Undo::State::struck;
    line["state"] = name(undo->state);
  } else {
    undo->action = action;
    line["action"] = action;
  }
  log_.append(text_of(line), [id, logged](const std::string& problem) { logged(id, problem); });
}

void UndoLog::hold(const std::string& scope) { ++scopes_.at(scope).pending; }

void UndoLog::release(const std::string& scope) {
  if (--scopes_.at(scope).pending > 0) return;
  for (auto pass = waiting_.find(scope); pass != waiting_.end(); pass = waiting_.find(scope))
    begin(waiting_.extract(pass).mapped());
}

std::vector<std::string> UndoLog::scopes() const {
  std::vector<std::string> names;
  names.reserve(scopes_.size());
  for (const auto& [name, scope] : scopes_) names.push_back(name);
  return names;
}

void UndoLog::replay(const std::string& scope, Milliseconds budget, const std::string& by, Replayed replayed) {
  const auto pass = std::make_shared<Pass>(loop_, scope);
  pass->budget = budget;
  pass->by = by;
  pass->replayed = std::move(replayed);
  ++under_way_;
  const auto found = scopes_.find(scope);
  if (found != scopes_.end() && found->second.pending > 0)
    waiting_.emplace(scope, pass);
  else
    begin(pass);
}

void UndoLog::begin(const PassPointer& pass) {
  pass->deadline = Clock::now() + pass->budget;
  if (auto node = scopes_.extract(pass->scope); !node.empty()) pass->undos = std::move(node.mapped().undos);
  undo_next(pass);
}

void UndoLog::undo_next(const PassPointer& pass) {
  const auto last = std::find_if(pass->undos.rbegin(), pass->undos.rend(), is_open);
  if (last == pass->undos.rend()) return begin_audit(pass);
  pass->begin_turn();
  if (pass->left() == Milliseconds(0)) {
    last->answer = no_time;
    leave(pass, *last, is_intent(last->action) ? "is in doubt" : "could not be taken back");
    return settle(pass, *last, Undo::State::left);
  }
  if (is_intent(last->action))
    look_for(pass, *last, 1);
  else
    attempt(pass, *last, 1);
}

/// After a pause, unless that would lead past the time of this undo.
bool UndoLog::try_later(const PassPointer& pass, int number, std::function<void()> again) {
  const auto pause = std::min(first_pause * (1 << std::min(number - 1, 5)), longest_pause);
  if (Clock::now() + pause > pass->turn_end) return false;
  pass->timer.expires_after(pause);
  pass->timer.async_wait([again = std::move(again)](const boost::system::error_code&) { again(); });
  return true;
}

/// A creation in doubt: what it has made, if anything, is undone like the rest.
void UndoLog::look_for(const PassPointer& pass, Undo& undo, int number) {
  actor_.find(undo.action, pass->left(), [this, pass, &undo, number](const json& action, const std::string& problem) {
    if (!problem.empty()) {
      const bool can_be_found = !undo.action.value("found_at", "").empty();
      if (can_be_found && try_later(pass, number, [this, pass, &undo, number] { look_for(pass, undo, number + 1); }))
        return;
      undo.answer = problem;
      leave(pass, undo, "is in doubt");
      return settle(pass, undo, Undo::State::left);
    }
    if (action.is_null()) return settle(pass, undo, Undo::State::struck);
    undo.action = action;
    undo_next(pass);
  });
}

void UndoLog::attempt(const PassPointer& pass, Undo& undo, int number) {
  actor_.act(undo.action, pass->left(), [this, pass, &undo, number](const std::string& problem) {
    undo.answer = problem;
    if (problem.empty()) {
      ++pass->report.undone;
      return settle(pass, undo, Undo::State::undone);
    }
    if (try_later(pass, number, [this, pass, &undo, number] { attempt(pass, undo, number + 1); })) return;
    leave(pass, undo, "could not be taken back");
    settle(pass, undo, Undo::State::left);
  });
}

/// Object, creator, request, last answer: all that a person needs to take it back by hand.
void UndoLog::leave(const PassPointer& pass, const Undo& undo, const std::string& how) {
  pass->report.left.push_back(actor_.redacted(undo.action.value("what", "a change") + " " + how + "; made by " +
                                              pass->scope + " at " + undo.action.value("where", "an unknown place") +
                                              (undo.answer.empty() ? "" : "; last answer: " + undo.answer)));
}

void UndoLog::settle(const PassPointer& pass, Undo& undo, Undo::State state) {
  undo.state = state;
  log_state(pass, undo);
  undo_next(pass);
}

void UndoLog::log_state(const PassPointer& pass, const Undo& undo) {
  json line{{"id", undo.id}, {"state", name(undo.state)}, {"by", pass->by}};
  if (!undo.answer.empty()) line["answer"] = actor_.redacted(undo.answer);
  // Lost with the machine, "undone" means to undo once more; "left" may have to take back an earlier "undone".
  const bool is_needed = undo.state == Undo::State::left;
  log_.append(text_of(line), is_needed ? [](const std::string&) {} : DurableLog::Done());
}

/// Undos that took all the time are read back all the same.
void UndoLog::begin_audit(const PassPointer& pass) {
  pass->turn_end = std::max(pass->deadline, Clock::now() + pass->budget / 4);
  audit(pass, 0);
}

void UndoLog::audit(const PassPointer& pass, std::size_t index) {
  while (index < pass->undos.size() && pass->undos[index].state != Undo::State::undone) ++index;
  if (index == pass->undos.size()) return end(pass);
  read_back(pass, index, 1);
}

/// What is not seen to be gone is left: the log has it open again.
void UndoLog::read_back(const PassPointer& pass, std::size_t index, int number) {
  Undo& undo = pass->undos[index];
  actor_.audit(
      undo.action, pass->left(), [this, pass, &undo, index, number](UndoActor::Seen seen, const std::string& answer) {
        const bool is_unknown = seen == UndoActor::Seen::unknown;
        if (is_unknown && try_later(pass, number, [this, pass, index, number] { read_back(pass, index, number + 1); }))
          return;
        if (seen != UndoActor::Seen::gone) {
          undo.answer = answer;
          undo.state = Undo::State::left;
          --pass->report.undone;
          leave(pass, undo, is_unknown ? "could not be read back" : "is still there");
          log_state(pass, undo);
        }
        audit(pass, index + 1);
      });
}

void UndoLog::end(const PassPointer& pass) {
  --under_way_;
  pass->replayed(pass->report);
  if (under_way_ == 0 && on_idle_) std::exchange(on_idle_, nullptr)();
}

// --- everything ------------------------------------------------------------------------------------------------------

struct UndoLog::Sweep {
  Milliseconds budget;
  std::string by;
  std::map<std::string, std::vector<std::string>> waiting;  // scope: what it is built on
  std::set<std::string> running;
  UndoReport report;
  Replayed replayed;
};

void UndoLog::replay_all(Milliseconds budget, const std::string& by, Replayed replayed) {
  if (under_way_ > 0) {  // of an inner fixture perhaps
    on_idle_ = [this, budget, by, replayed = std::move(replayed)] { replay_all(budget, by, replayed); };
    return;
  }
  const auto sweep = std::make_shared<Sweep>();
  sweep->budget = budget;
  sweep->by = by;
  sweep->replayed = std::move(replayed);
  for (const auto& [name, scope] : scopes_) sweep->waiting[name] = scope.built_on;
  start_ready(sweep);
}

/// Starts each scope on which nothing is built that is not taken back yet.
void UndoLog::start_ready(const std::shared_ptr<Sweep>& sweep) {
  std::set<std::string> needed;
  for (const auto& [name, built_on] : sweep->waiting)
    for (const std::string& fixture : built_on) needed.insert("fixture/" + fixture);
  std::vector<std::string> ready;
  for (const auto& [name, built_on] : sweep->waiting)
    if (needed.count(name) == 0 && sweep->running.count(name) == 0) ready.push_back(name);
  if (sweep->waiting.empty()) return sweep->replayed(sweep->report);
  if (ready.empty() && sweep->running.empty())  // a cycle: only in a log that somebody else wrote
    for (const auto& [name, built_on] : sweep->waiting) ready.push_back(name);
  sweep->running.insert(ready.begin(), ready.end());
  for (const std::string& name : ready)
    replay(name, sweep->budget, sweep->by, [this, sweep, name](const UndoReport& report) {
      sweep->report.undone += report.undone;
      sweep->report.left.insert(sweep->report.left.end(), report.left.begin(), report.left.end());
      sweep->waiting.erase(name);
      sweep->running.erase(name);
      start_ready(sweep);
    });
}

}  // namespace apitest::agent
