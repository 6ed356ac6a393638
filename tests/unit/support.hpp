// SPDX-License-Identifier: MIT
#pragma once

#include <apitest/json.hpp>
#include <apitest/retry.hpp>
#include <apitest/test.hpp>
#include <iosfwd>
#include <random>

#include "budget.hpp"
#include "ended.hpp"

namespace unit {

using namespace apitest;

/// Time passes only where a test says so.
class FakeClock final : public Clock {
 public:
  Duration now() override { return now_; }
  void sleep(Duration duration) override {
    slept.push_back(duration);
    now_ += duration;
  }
  void pass(Duration duration) { now_ += duration; }
  /// A request that takes that long, or what its deadline leaves of it. False: it was cut off.
  bool request(Duration duration) {
    const Duration left = internal::RequestBudget::left();
    pass(std::min(duration, left));
    return duration <= left;
  }
  std::vector<Duration> slept;

 private:
  Duration now_ = std::chrono::hours(5);
};

/// How a test body ended.
template <class Body>
internal::Ended ended(Body body) {
  try {
    body();
  } catch (const internal::Ended& end) {
    return end;
  }
  FAIL("the test was not ended");
  return {};
}

inline Response answer(int status, std::string body = "", std::vector<Header> headers = {}) {
  Response response;
  response.status = status;
  response.body = std::move(body);
  response.headers = std::move(headers);
  response.method = "GET";
  response.url = "http://shop/x";
  response.version = "1.1";
  response.sent = true;
  return response;
}

inline Response no_answer(Fault fault, std::string text = "it failed") {
  Response response = answer(0);
  response.error = {fault, std::move(text)};
  response.sent = fault == Fault::timeout || fault == Fault::reset;
  return response;
}

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// What was recorded since the last call.
struct Recorded {
  std::string kind;
  nlohmann::json line;
};
std::vector<Recorded> take_records();

/// Reproducible: the same numbers in every run.
class Random {
 public:
  explicit Random(unsigned seed) : generator_(seed) {}
  int upto(int most) { return std::uniform_int_distribution<int>(0, most)(generator_); }
  Duration time(Duration most) {
    return Duration(std::uniform_int_distribution<Duration::rep>(0, most.count())(generator_));
  }

 private:
  std::mt19937 generator_;
};

}  // namespace unit

namespace doctest {
template <>
struct StringMaker<apitest::Duration> {
  static String convert(apitest::Duration value) { return (std::to_string(value.count()) + " ns").c_str(); }
};
template <>
struct StringMaker<apitest::Exit> {
  static String convert(apitest::Exit value) { return std::to_string(static_cast<int>(value)).c_str(); }
};
}  // namespace doctest
