// SPDX-License-Identifier: MIT
// Waiting for asynchronous work: which answer means ready, which means not yet. Every other answer is broken.
#pragma once

#include <apitest/retry.hpp>

namespace apitest {

/// eventually("login").ready(status(200)).not_yet(status(403) && json("/code", 40301)).within(20s).call([&] { … })
///
/// The rules are asked in the order in which they were given and the first that matches decides. Without a match a
/// throttled answer (429, or 503 with Retry-After) waits as long as it asks within the deadline; every other answer is
/// broken and ends the wait, and the test, at once with its verdict.
///
/// The deadline is strict: requests are clipped to what is left of it, and the last attempt is made in time to end
/// before it. The deadline itself is clipped to end before CTest's TIMEOUT would kill the test.
class Eventually {
 public:
  explicit Eventually(std::string name);
  Eventually& ready(Rule rule);
  Eventually& not_yet(Rule rule);
  /// Ends the wait although a later rule would match.
  Eventually& broken(Rule rule);
  Eventually& within(Duration deadline);               ///< default 20 s
  Eventually& backoff(Duration first, Duration most);  ///< doubling; default 100 ms to 5 s
  Eventually& clock(Clock& clock);

  /// Returns the ready answer. Otherwise ends the test; the text has the name, verdict, attempts, elapsed time, last
  /// answer (status, first 500 bytes, redacted) and the rule that decided.
  Response call(const Call& call);
  [[nodiscard]] const Statistics& statistics() const { return statistics_; }

 private:
  enum class Meaning { ready, not_yet, broken };
  struct Declared {
    Meaning meaning;
    Rule rule;
  };
  struct Decision {
    Verdict verdict;
    const Declared* rule;  // null: none matched
  };
  struct Progress;
  Eventually& declare(Meaning meaning, Rule rule);
  [[nodiscard]] Decision decide(const Response& response) const;
  void attempt(const Call& call, Progress& progress);
  bool pause(Progress& progress);
  [[noreturn]] void give_up(const Progress& progress) const;
  [[nodiscard]] std::string reason(const Progress& progress) const;

  std::string name_;
  std::vector<Declared> rules_;
  Duration within_ = 20s, first_ = 100ms, most_ = 5s;
  Clock* clock_;
  Statistics statistics_;
};
[[nodiscard]] inline Eventually eventually(std::string name) { return Eventually(std::move(name)); }

}  // namespace apitest
