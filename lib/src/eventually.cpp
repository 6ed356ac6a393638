// SPDX-License-Identifier: MIT
#include <apitest/eventually.hpp>

#include <algorithm>
#include <ctime>
#include <iostream>

#include "attempts.hpp"
#include "budget.hpp"
#include "ended.hpp"
#include "redact.hpp"
#include "text.hpp"

namespace apitest {

/// What is known of a wait while it lasts.
struct Eventually::Progress {
  Duration start{}, deadline{};
  Duration longest{};  // attempt
  Duration asked{-1};  // by Retry-After of the last answer
  bool is_last = false;
  bool is_cut_off = false;  // the last attempt, by the deadline
  Response answer;          // the last one that was not cut off
  Decision decision{Verdict::malformed, nullptr};
};

namespace {

/// Granularity of timers and the least time that an attempt is given.
constexpr Duration least_reserve = 20ms;
/// Between attempts, whatever backoff() says: a wait must not be an attack.
constexpr Duration least_pause = 1ms;

bool goes_on(Verdict verdict) { return verdict == Verdict::not_yet || verdict == Verdict::throttled; }

}  // namespace

Eventually::Eventually(std::string name) : name_(std::move(name)), clock_(&steady_clock()) {}

Eventually& Eventually::declare(Meaning meaning, Rule rule) {
  rules_.push_back({meaning, std::move(rule)});
  return *this;
}
Eventually& Eventually::ready(Rule rule) { return declare(Meaning::ready, std::move(rule)); }
Eventually& Eventually::not_yet(Rule rule) { return declare(Meaning::not_yet, std::move(rule)); }
Eventually& Eventually::broken(Rule rule) { return declare(Meaning::broken, std::move(rule)); }
Eventually& Eventually::within(Duration deadline) {
  within_ = deadline;
  return *this;
}
Eventually& Eventually::backoff(Duration first, Duration most) {
  first_ = first;
  most_ = most;
  return *this;
}
Eventually& Eventually::clock(Clock& clock) {
  clock_ = &clock;
  return *this;
}

Eventually::Decision Eventually::decide(const Response& response) const {
  const Verdict verdict = response.verdict();
  const auto found =
      std::find_if(rules_.begin(), rules_.end(), [&](const Declared& known) { return known.rule.matches(response); });
  // A status of success that is none of the declared answers is not what was agreed upon.
  if (found == rules_.end()) return {verdict == Verdict::ready ? Verdict::malformed : verdict, nullptr};
  if (found->meaning == Meaning::ready) return {Verdict::ready, &*found};
  if (found->meaning == Meaning::not_yet) return {Verdict::not_yet, &*found};
  // "200, and the work has failed" is the server's failure.
  return {verdict == Verdict::ready ? Verdict::server_error : verdict, &*found};
}

void Eventually::attempt(const Call& call, Progress& progress) {
  const Duration began = clock_->now();
  Response response = call();
  const Duration ended = clock_->now();
  ++statistics_.attempts;
  statistics_.elapsed = ended - progress.start;
  progress.longest = std::max(progress.longest, ended - began);

  const Decision decision = decide(response);
  progress.is_cut_off = decision.rule == nullptr && statistics_.attempts > 1 &&
                        response.error.fault == Fault::timeout && internal::RequestBudget::left() <= least_reserve;
  Attempt evidence;
  evidence.number = statistics_.attempts;
  evidence.outcome = &response;
  evidence.elapsed = statistics_.elapsed;
  internal::record_attempt(name_, evidence, decision.verdict,
                           decision.rule == nullptr ? "" : decision.rule->rule.words());
  if (progress.is_cut_off) return;  // the answer before says more
  progress.answer = std::move(response);
  progress.decision = decision;
}

/// False when no further attempt fits before the deadline. The last one is brought forward to end before it.
bool Eventually::pause(Progress& progress) {
  if (progress.is_last || progress.is_cut_off) return false;
  const Duration left = internal::RequestBudget::left();
  const Duration latest = left - std::min(std::max(2 * progress.longest, least_reserve), left / 2);
  progress.asked = retry_after(progress.answer, std::time(nullptr));
  if (left <= Duration::zero() || progress.asked > latest) return false;

  Attempt next;
  next.number = statistics_.attempts;
  const Duration wanted = std::max({wait_exponential(first_, most_)(next), progress.asked, least_pause});
  progress.is_last = wanted > latest;
  const Duration sleep = std::min(wanted, latest);
  clock_->sleep(sleep);
  statistics_.idle += sleep;
  return true;
}

std::string Eventually::reason(const Progress& progress) const {
  static constexpr const char* names[] = {"ready", "not_yet", "broken"};
  const auto words = [](const Declared& known) {
    return std::string(names[static_cast<std::size_t>(known.meaning)]) + " [" + known.rule.words() + "]";
  };
  std::string text = "decided by ";
  if (progress.decision.rule != nullptr)
    text += words(*progress.decision.rule);
  else {
    text += "no rule; declared are ";
    for (const Declared& known : rules_) text += (&known == &rules_.front() ? "" : ", ") + words(known);
  }
  if (progress.asked >= Duration::zero()) text += "; Retry-After asks for " + internal::seconds(progress.asked);
  return text;
}

void Eventually::give_up(const Progress& progress) const {
  const Verdict verdict = progress.decision.verdict;
  const bool is_late = goes_on(verdict);
  const bool is_clipped = progress.deadline < within_;
  std::string head = "eventually(\"" + name_ + "\") ended as " + name(verdict) +
                     (is_late ? ", not ready in time" : "") + ", after " + internal::attempts(statistics_.attempts) +
                     " in " + internal::seconds(statistics_.elapsed) + " (deadline " +
                     internal::seconds(progress.deadline);
  if (is_clipped) head += ", all that is left to the test of " + internal::seconds(within_);
  head += ")\n" + reason(progress) + "\nlast answer ";

  std::string tail;
  if (progress.is_cut_off) tail += "\nthe last attempt was cut off at the deadline";
  if (is_late)
    tail +=
        std::string("\nIf the work may take longer, raise ") + (is_clipped ? "the TIMEOUT of the test" : ".within()");
  else if (progress.decision.rule == nullptr)
    tail += "\nIf this answer is to be expected, declare it with .ready(), .not_yet() or .broken()";
  internal::end_test(verdict, internal::redactor()(head) + internal::shown(progress.answer) + tail);
}

Response Eventually::call(const Call& call) {
  if (std::none_of(rules_.begin(), rules_.end(), [](const Declared& known) { return known.meaning == Meaning::ready; }))
    internal::end_test(Exit::failed, "eventually(\"" + name_ + "\") can't be ready: it has no .ready(rule)");
  statistics_ = {};
  Progress progress;
  progress.start = clock_->now();
  progress.deadline = std::min(within_, internal::RequestBudget::left());
  const internal::RequestBudget budget(*clock_, internal::later(progress.start, progress.deadline));

  attempt(call, progress);
  while (goes_on(progress.decision.verdict) && pause(progress)) attempt(call, progress);

  internal::record("waits", object({{"name", name_},
                                    {"verdict", name(progress.decision.verdict)},
                                    {"attempts", statistics_.attempts},
                                    {"elapsed_ms", internal::milliseconds(statistics_.elapsed)},
                                    {"idle_ms", internal::milliseconds(statistics_.idle)},
                                    {"deadline_ms", internal::milliseconds(progress.deadline)}}));
  if (progress.decision.verdict != Verdict::ready) give_up(progress);
  if (statistics_.attempts > 1)
    std::cout << name_ << " ready after " << internal::seconds(statistics_.elapsed) << ", "
              << internal::attempts(statistics_.attempts) << std::endl;
  return std::move(progress.answer);
}

}  // namespace apitest
