// SPDX-License-Identifier: MIT
// Repeating a call: rules say which answers, stop says how long, wait says how often. The words and their meaning
// are tenacity's (github.com/jd/tenacity); see docs/retry.md.
#pragma once

#include <apitest/http.hpp>

namespace apitest {

namespace internal {

/// What std::function does, without the cost of <functional> in every test.
template <class Signature>
class Function;
template <class Result, class... Args>
class Function<Result(Args...)> {
 public:
  Function() = default;
  template <class F, std::enable_if_t<!std::is_same_v<std::decay_t<F>, Function>, int> = 0>
  Function(F f) : callable_(new Holder<F>(std::move(f))) {}
  Function(const Function& other) : callable_(other.callable_ ? other.callable_->clone() : nullptr) {}
  Function(Function&& other) noexcept : callable_(std::exchange(other.callable_, nullptr)) {}
  Function& operator=(Function other) noexcept {
    std::swap(callable_, other.callable_);
    return *this;
  }
  ~Function() { delete callable_; }
  explicit operator bool() const { return callable_ != nullptr; }
  Result operator()(Args... args) const { return callable_->call(args...); }

 private:
  struct Callable {
    virtual ~Callable() = default;
    virtual Result call(Args... args) = 0;
    virtual Callable* clone() const = 0;
  };
  template <class F>
  struct Holder final : Callable {
    explicit Holder(F held) : f(std::move(held)) {}
    Result call(Args... args) override { return f(args...); }
    Callable* clone() const override { return new Holder(f); }
    F f;
  };
  Callable* callable_ = nullptr;
};

}  // namespace internal

// --- rules: what is said about an answer ---------------------------------------------------------------------------

/// A statement about one answer, with the words that a failure shows. Rules combine with && || and !.
class Rule {
 public:
  Rule(std::string words, internal::Function<bool(const Response&)> holds)
      : words_(std::move(words)), holds_(std::move(holds)) {}
  [[nodiscard]] bool matches(const Response& response) const { return holds_(response); }
  [[nodiscard]] const std::string& words() const { return words_; }

  friend Rule operator&&(const Rule& left, const Rule& right);
  friend Rule operator||(const Rule& left, const Rule& right);
  friend Rule operator!(const Rule& rule);

 private:
  std::string words_;
  internal::Function<bool(const Response&)> holds_;
};

[[nodiscard]] Rule status(int code);
[[nodiscard]] Rule status(int first, int last);  ///< both included
/// The body is JSON and has this value at the pointer.
[[nodiscard]] Rule json(std::string_view pointer, const Json& value);
/// The body is JSON and has a value at the pointer.
[[nodiscard]] Rule has(std::string_view pointer);
[[nodiscard]] Rule header(std::string_view name, std::string_view value);
/// The body is application/problem+json (RFC 9457) of this type.
[[nodiscard]] Rule problem(std::string_view type);
[[nodiscard]] Rule verdict(Verdict verdict);
/// No connection: refused, reset, unknown name, failed handshake.
[[nodiscard]] Rule unreachable();
/// `holds` is asked; `words` name it in a failure.
template <class Holds>
[[nodiscard]] Rule matching(std::string words, Holds holds) {
  return Rule(std::move(words), std::move(holds));
}
/// A rule written as data: "403", "5xx", "unreachable", "403 /code=40301 /state=\"pending\"" (all must hold; values
/// are JSON, anything else is text). Fails the test when it is none of these.
[[nodiscard]] Rule rule(std::string_view text);

// --- when to stop, how long to wait --------------------------------------------------------------------------------

/// What is known after an attempt.
struct Attempt {
  int number = 1;
  const Response* outcome = nullptr;  ///< null in the `before` hook
  Duration elapsed{};                 ///< since the first attempt began
  Duration idle{};                    ///< slept so far
  Duration upcoming_sleep{};          ///< what the wait strategy asks for
};

class Stop {
 public:
  /// `limit`: what the loop never lasts longer than; calls are clipped to what is left of it.
  Stop(internal::Function<bool(const Attempt&)> stops, Duration limit = Duration::max())
      : stops_(std::move(stops)), limit_(limit) {}
  [[nodiscard]] bool operator()(const Attempt& attempt) const { return stops_(attempt); }
  [[nodiscard]] Duration limit() const { return limit_; }
  friend Stop operator|(const Stop& left, const Stop& right);  // either
  friend Stop operator&(const Stop& left, const Stop& right);  // both

 private:
  internal::Function<bool(const Attempt&)> stops_;
  Duration limit_;
};
[[nodiscard]] Stop stop_never();
[[nodiscard]] Stop stop_after_attempt(int most);  ///< with less than 1 there is still one attempt
/// Stops once `limit` has passed: overshoots by up to a wait and a call.
[[nodiscard]] Stop stop_after_delay(Duration limit);
/// Stops when the next attempt would begin at or after `limit`; the call itself is clipped to what is left.
[[nodiscard]] Stop stop_before_delay(Duration limit);

class Wait {
 public:
  Wait(internal::Function<Duration(const Attempt&)> waits) : waits_(std::move(waits)) {}
  /// Never negative.
  [[nodiscard]] Duration operator()(const Attempt& attempt) const;
  friend Wait operator+(const Wait& left, const Wait& right);

 private:
  internal::Function<Duration(const Attempt&)> waits_;
};
[[nodiscard]] Wait wait_none();
[[nodiscard]] Wait wait_fixed(Duration wait);
/// first, first + step, first + 2 step, … never more than `most`.
[[nodiscard]] Wait wait_incrementing(Duration first, Duration step, Duration most);
/// first, first * base, first * base², … never more than `most`.
[[nodiscard]] Wait wait_exponential(Duration first, Duration most, double base = 2);
/// Uniform between the two.
[[nodiscard]] Wait wait_random(Duration least, Duration most);
/// Full jitter: uniform between zero and wait_exponential(first, most).
[[nodiscard]] Wait wait_jitter(Duration first, Duration most);
/// The n-th strategy for the n-th wait; the last one repeats.
[[nodiscard]] Wait wait_chain(std::vector<Wait> waits);

/// Which answers are worth another attempt. Combines with | and &.
class RetryIf {
 public:
  explicit RetryIf(Rule rule) : rule_(std::move(rule)) {}
  [[nodiscard]] bool operator()(const Response& response) const { return rule_.matches(response); }
  [[nodiscard]] const std::string& words() const { return rule_.words(); }
  friend RetryIf operator|(const RetryIf& left, const RetryIf& right) { return RetryIf(left.rule_ || right.rule_); }
  friend RetryIf operator&(const RetryIf& left, const RetryIf& right) { return RetryIf(left.rule_ && right.rule_); }

 private:
  Rule rule_;
};
[[nodiscard]] inline RetryIf retry_if(Rule rule) { return RetryIf(std::move(rule)); }

// --- the loop ------------------------------------------------------------------------------------------------------

/// The clock and the sleep of a loop. A unit test passes its own and never waits.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Duration now() = 0;  ///< monotonic
  virtual void sleep(Duration duration) = 0;
};
[[nodiscard]] Clock& steady_clock();

struct Statistics {
  int attempts = 0;
  Duration elapsed{};  ///< from the first attempt's begin to the last one's end
  Duration idle{};     ///< slept
};

using Hook = internal::Function<void(const Attempt&)>;
using Call = internal::Function<Response()>;

/// retry("list").stop(stop_after_attempt(5)).wait(wait_fixed(1s)).when(retry_if(status(409))).call([&] { … })
///
/// Defaults: three attempts, wait_exponential(200 ms, 5 s), and only answers whose verdict is throttled, unreachable
/// or timeout; a 500 is never repeated unless `when` says so. Retry-After (RFC 9110 10.2.3) is obeyed: the longer of
/// it and the wait strategy, and when it leads past a stop_before_delay the loop stops. A request that is not
/// idempotent (RFC 9110 9.2.2: POST, PATCH) is repeated only if it did not reach the server.
/// No wait leads past the TIMEOUT of the test. The order of one failed attempt is before, call, rule, after, wait,
/// stop, before_sleep, sleep.
class Retry {
 public:
  explicit Retry(std::string name);
  Retry& stop(Stop stop);
  Retry& wait(Wait wait);
  Retry& when(RetryIf condition);
  /// This call may be repeated whatever its method.
  Retry& idempotent();
  Retry& before(Hook hook);        ///< each attempt
  Retry& after(Hook hook);         ///< each attempt that is to be repeated
  Retry& before_sleep(Hook hook);  ///< knows upcoming_sleep
  Retry& clock(Clock& clock);

  /// Returns the first answer that is not to be repeated; ends the test with the last one's verdict when the loop
  /// stops.
  Response call(const Call& call);
  [[nodiscard]] const Statistics& statistics() const { return statistics_; }

 private:
  void pause(Attempt& attempt);
  [[noreturn]] void give_up(const Response& last, const std::string& why) const;

  std::string name_;
  Stop stop_;
  Wait wait_;
  RetryIf condition_;
  bool idempotent_ = false;
  Hook before_, after_, before_sleep_;
  Clock* clock_;
  Statistics statistics_;
};
[[nodiscard]] inline Retry retry(std::string name) { return Retry(std::move(name)); }

/// What `Retry-After` asks for, counted from now; negative when there is none. A date is compared with the answer's
/// own Date, else with `wall` (seconds since 1970); a date in the past means now.
[[nodiscard]] Duration retry_after(const Response& response, long long wall);

}  // namespace apitest
