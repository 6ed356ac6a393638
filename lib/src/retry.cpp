// SPDX-License-Identifier: MIT
#include <apitest/retry.hpp>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <iomanip>
#include <locale>
#include <optional>
#include <random>
#include <sstream>

#include "attempts.hpp"
#include "budget.hpp"
#include "ended.hpp"
#include "redact.hpp"
#include "text.hpp"

namespace apitest {
namespace {

/// Between zero and `most`, whatever the formula came to.
Duration clamped(double nanoseconds, Duration most) {
  if (nanoseconds >= static_cast<double>(most.count())) return most;
  return Duration(nanoseconds > 0 ? std::llround(nanoseconds) : 0);
}

Duration uniform(Duration one, Duration other) {
  static thread_local std::mt19937_64 generator{std::random_device{}()};
  const auto [least, most] = std::minmax(one, other);
  return Duration(std::uniform_int_distribution<Duration::rep>(least.count(), most.count())(generator));
}

}  // namespace

// --- stop ------------------------------------------------------------------------------------------------------------

Stop operator|(const Stop& left, const Stop& right) {
  return {[left, right](const Attempt& attempt) { return left(attempt) || right(attempt); },
          std::min(left.limit(), right.limit())};
}
Stop operator&(const Stop& left, const Stop& right) {
  return {[left, right](const Attempt& attempt) { return left(attempt) && right(attempt); },
          std::max(left.limit(), right.limit())};
}

Stop stop_never() {
  return {[](const Attempt&) { return false; }};
}
Stop stop_after_attempt(int most) {
  return {[most](const Attempt& attempt) { return attempt.number >= most; }};
}
Stop stop_after_delay(Duration limit) {
  return {[limit](const Attempt& attempt) { return attempt.elapsed >= limit; }};
}
Stop stop_before_delay(Duration limit) {
  return {[limit](const Attempt& attempt) { return attempt.upcoming_sleep >= limit - attempt.elapsed; }, limit};
}

// --- wait ------------------------------------------------------------------------------------------------------------

Duration Wait::operator()(const Attempt& attempt) const { return std::max(Duration::zero(), waits_(attempt)); }

Wait operator+(const Wait& left, const Wait& right) {
  return {[left, right](const Attempt& attempt) { return internal::later(left(attempt), right(attempt)); }};
}

Wait wait_none() { return wait_fixed(Duration::zero()); }
Wait wait_fixed(Duration wait) {
  return {[wait](const Attempt&) { return wait; }};
}
Wait wait_incrementing(Duration first, Duration step, Duration most) {
  return {[first, step, most](const Attempt& attempt) {
    return clamped(static_cast<double>(first.count()) + static_cast<double>(step.count()) * (attempt.number - 1), most);
  }};
}
Wait wait_exponential(Duration first, Duration most, double base) {
  return {[first, most, base](const Attempt& attempt) {
    return clamped(static_cast<double>(first.count()) * std::pow(base, attempt.number - 1), most);
  }};
}
Wait wait_random(Duration least, Duration most) {
  return {[least, most](const Attempt&) { return uniform(least, most); }};
}
Wait wait_jitter(Duration first, Duration most) {
  return {[ceiling = wait_exponential(first, most)](const Attempt& attempt) {
    return uniform(Duration::zero(), ceiling(attempt));
  }};
}
Wait wait_chain(std::vector<Wait> waits) {
  return {[waits = std::move(waits)](const Attempt& attempt) {
    if (waits.empty()) return Duration::zero();
    const auto turn = static_cast<std::size_t>(std::max(attempt.number, 1) - 1);
    return waits[std::min(turn, waits.size() - 1)](attempt);
  }};
}

// --- Retry-After (RFC 9110 10.2.3) -----------------------------------------------------------------------------------

namespace {

constexpr Duration not_asked{-1};
constexpr long long longest_wait = 365LL * 24 * 3600;  // seconds: more means never to a test

Duration wait_of(long long seconds) { return std::chrono::seconds(std::clamp(seconds, 0LL, longest_wait)); }

/// Seconds since 1970 of an HTTP-date in one of its three forms (RFC 9110 5.6.7).
std::optional<long long> http_date(const std::string& text) {
  struct Form {
    const char* read;
    const char* written;
  };
  static constexpr Form forms[] = {{"%a, %d %b %Y %H:%M:%S GMT", "%a, %d %b %Y %H:%M:%S GMT"},
                                   {"%A, %d-%b-%y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT"},
                                   {"%a %b %d %H:%M:%S %Y", "%a %b %e %H:%M:%S %Y"}};
  for (const Form& form : forms) {
    std::istringstream in(text);
    in.imbue(std::locale::classic());
    std::tm date{};
    in >> std::get_time(&date, form.read);
    std::ostringstream out;
    out.imbue(std::locale::classic());
    out << std::put_time(&date, form.written);
    // get_time is content with a part of a date: what it understood must be what was said.
    if (!in.fail() && out.str() == text) return ::timegm(&date);
  }
  return std::nullopt;
}

bool is_all_digits(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

Duration retry_after(const Response& response, long long wall) {
  const std::string asked = response.header("Retry-After");
  if (is_all_digits(asked)) return wait_of(asked.size() > 9 ? longest_wait : std::stoll(asked));
  const std::optional<long long> date = http_date(asked);
  if (!date) return not_asked;
  return wait_of(*date - http_date(response.header("Date")).value_or(wall));
}

// --- the loop --------------------------------------------------------------------------------------------------------

namespace {

/// Whether a second request can do no harm (RFC 9110 9.2.2).
bool is_harmless(const Response& response) {
  static constexpr const char* idempotent[] = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"};
  return !response.sent ||
         std::find(std::begin(idempotent), std::end(idempotent), response.method) != std::end(idempotent);
}

/// An answer that was to be repeated is not the one that was wanted, though its status may say success.
Verdict verdict_of(const Response& last) {
  const Verdict verdict = last.verdict();
  return verdict == Verdict::ready ? Verdict::not_yet : verdict;
}

std::string time_text(Duration sleep, Duration left) {
  return "the next attempt would begin in " + internal::seconds(sleep) + ", and only " + internal::seconds(left) +
         " are left of the test's TIMEOUT or of the wait around it";
}

}  // namespace

Retry::Retry(std::string name)
    : name_(std::move(name)),
      stop_(stop_after_attempt(3)),
      wait_(wait_exponential(200ms, 5s)),
      condition_(apitest::verdict(Verdict::throttled) || unreachable() || apitest::verdict(Verdict::timeout)),
      clock_(&steady_clock()) {}

Retry& Retry::stop(Stop stop) {
  stop_ = std::move(stop);
  return *this;
}
Retry& Retry::wait(Wait wait) {
  wait_ = std::move(wait);
  return *this;
}
Retry& Retry::when(RetryIf condition) {
  condition_ = std::move(condition);
  return *this;
}
Retry& Retry::idempotent() {
  idempotent_ = true;
  return *this;
}
Retry& Retry::before(Hook hook) {
  before_ = std::move(hook);
  return *this;
}
Retry& Retry::after(Hook hook) {
  after_ = std::move(hook);
  return *this;
}
Retry& Retry::before_sleep(Hook hook) {
  before_sleep_ = std::move(hook);
  return *this;
}
Retry& Retry::clock(Clock& clock) {
  clock_ = &clock;
  return *this;
}

void Retry::give_up(const Response& last, const std::string& why) const {
  const Verdict verdict = verdict_of(last);
  const std::string head = "retry(\"" + name_ + "\") is " + name(verdict) + " after " +
                           internal::attempts(statistics_.attempts) + " in " + internal::seconds(statistics_.elapsed) +
                           "\nrepeated on [" + condition_.words() + "]\nstopped because " + why + "\nlast answer ";
  internal::end_test(verdict, internal::redactor()(head) + internal::shown(last));
}

/// After an answer that is to be repeated. Ends the test when it must not be.
void Retry::pause(Attempt& attempt) {
  const Response& last = *attempt.outcome;
  if (!idempotent_ && !is_harmless(last))
    give_up(last,
            last.method + " may have reached the server and is not idempotent; say .idempotent() if repeating is safe");
  if (after_) after_(attempt);
  attempt.upcoming_sleep = std::max(wait_(attempt), retry_after(last, std::time(nullptr)));
  if (stop_(attempt))
    give_up(last, "its stop rule holds; the next wait would be " + internal::seconds(attempt.upcoming_sleep));
  const Duration left = internal::RequestBudget::left();
  if (attempt.upcoming_sleep >= left) give_up(last, time_text(attempt.upcoming_sleep, left));
  if (before_sleep_) before_sleep_(attempt);
  clock_->sleep(attempt.upcoming_sleep);
  attempt.idle += attempt.upcoming_sleep;
  statistics_.idle = attempt.idle;
}

Response Retry::call(const Call& call) {
  statistics_ = {};
  const Duration start = clock_->now();
  const internal::RequestBudget budget(*clock_, internal::later(start, stop_.limit()));
  for (Attempt attempt;; ++attempt.number) {
    attempt.outcome = nullptr;
    attempt.upcoming_sleep = {};
    attempt.elapsed = clock_->now() - start;
    if (before_) before_(attempt);
    statistics_.attempts = attempt.number;
    Response response = call();
    statistics_.elapsed = attempt.elapsed = clock_->now() - start;
    attempt.outcome = &response;
    const bool is_repeated = condition_(response);
    internal::record_attempt(name_, attempt, response.verdict(), is_repeated ? condition_.words() : "");
    if (!is_repeated) return response;
    pause(attempt);
  }
}

}  // namespace apitest
