// SPDX-License-Identifier: MIT
// Answers that depend on what was asked before. State is kept by key, so that tests do not meet.
#include <algorithm>
#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/split.hpp>
#include <chrono>
#include <condition_variable>
#include <ctime>
#include <mutex>
#include <nlohmann/json.hpp>

#include "fault_server.hpp"

namespace fault {
namespace {

using Json = nlohmann::json;

struct State {
  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::string, int> requests;  // of /sequence
  std::map<std::string, int> waiting, gone;
  std::map<std::string, int> meeting;
};
State& state() {
  static State all;
  return all;
}

std::string http_date(std::time_t time) {
  std::tm utc{};
  gmtime_r(&time, &utc);
  std::string text(40, '\0');
  text.resize(std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc));
  return text;
}

/// /sequence/<key>?answers=503,503,200: these statuses one after the other, the last one again and again.
/// 0 closes the connection without an answer.
/// With retry_after=<seconds> or retry_date=<seconds from now> in each that is not 200.
Next sequence(Exchange& exchange) {
  const std::string listed = exchange.parameter("answers", "200");
  std::vector<std::string> answers;
  boost::split(answers, listed, boost::is_any_of(","));
  int number = 0;
  {
    const std::lock_guard lock(state().mutex);
    number = ++state().requests[exchange.segment(1)];
  }
  const auto index = std::min(static_cast<std::size_t>(number), answers.size()) - 1;
  const int status = std::stoi(answers[index]);
  if (status == 0) return Next::close;
  Answer answer{status, Json({{"request", number}, {"status", status}}).dump(), "application/json"};
  const std::string seconds = exchange.parameter("retry_after"), date = exchange.parameter("retry_date");
  if (status != 200 && !seconds.empty()) answer.headers.emplace_back("Retry-After", seconds);
  if (status != 200 && !date.empty()) {
    const std::time_t now = std::time(nullptr);
    answer.headers.emplace_back("Date", http_date(now));
    answer.headers.emplace_back("Retry-After", http_date(now + std::stoi(date)));
  }
  return send(exchange, answer);
}

/// /silent/<key>: no answer; /silent/<key>/count: how many requests wait, and how many clients went away.
Next silent(Exchange& exchange) {
  const std::string key = exchange.segment(1);
  if (exchange.segment(2) == "count") {
    const std::lock_guard lock(state().mutex);
    const Json counts = {{"waiting", state().waiting[key]}, {"gone", state().gone[key]}};
    return send(exchange, {200, counts.dump(), "application/json"});
  }
  {
    const std::lock_guard lock(state().mutex);
    ++state().waiting[key];
  }
  wait_for_close(exchange.socket);
  const std::lock_guard lock(state().mutex);
  --state().waiting[key];
  ++state().gone[key];
  return Next::close;
}

/// /meet/<key>?count=4: answers when four requests are here at the same time; 504 if they do not come.
Next meet(Exchange& exchange) {
  const std::string key = exchange.segment(1);
  const int count = exchange.number("count", 2);
  std::unique_lock lock(state().mutex);
  ++state().meeting[key];
  state().changed.notify_all();
  const bool met =
      state().changed.wait_for(lock, std::chrono::seconds(10), [&] { return state().meeting[key] >= count; });
  lock.unlock();
  return send(exchange, {met ? 200 : 504, Json({{"met", met}}).dump(), "application/json"});
}

}  // namespace

void add_stateful(Routes& routes) {
  routes["sequence"] = sequence;
  routes["silent"] = silent;
  routes["meet"] = meet;
}

}  // namespace fault
