// SPDX-License-Identifier: MIT
// A client's requests, one after the other, and how long each took.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace load {

inline constexpr int requests = 3000;
inline constexpr int undos = 500;
inline constexpr int warm_up = 50;

using Clock = std::chrono::steady_clock;

inline double microseconds(Clock::duration duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}

/// Writes "begin end requests median p99" (microseconds) to $BENCH_RESULTS/<name>. `send` says whether all went well.
template <class Send>
bool run(const std::string& name, Send send, int count = requests) {
  for (int i = 0; i < warm_up; ++i) {
    if (!send()) return false;
  }
  std::vector<double> took;
  took.reserve(static_cast<std::size_t>(count));
  const Clock::time_point begin = Clock::now();
  for (int i = 0; i < count; ++i) {
    const Clock::time_point sent = Clock::now();
    if (!send()) return false;
    took.push_back(microseconds(Clock::now() - sent));
  }
  const Clock::time_point end = Clock::now();
  std::sort(took.begin(), took.end());
  const char* const folder = std::getenv("BENCH_RESULTS");
  std::ofstream file(std::string(folder == nullptr ? "." : folder) + "/" + name);
  file << std::fixed << microseconds(begin.time_since_epoch()) << ' ' << microseconds(end.time_since_epoch()) << ' '
       << count << ' ' << took[took.size() / 2] << ' ' << took[took.size() * 99 / 100] << '\n';
  return file.good();
}

}  // namespace load
