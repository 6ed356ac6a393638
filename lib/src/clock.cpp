// SPDX-License-Identifier: MIT
// The only place of the library that really sleeps.
#include <apitest/retry.hpp>
#include <thread>

namespace apitest {
namespace {

class SteadyClock final : public Clock {
 public:
  Duration now() override { return std::chrono::steady_clock::now().time_since_epoch(); }
  void sleep(Duration duration) override { std::this_thread::sleep_for(duration); }
};

}  // namespace

Clock& steady_clock() {
  static SteadyClock clock;
  return clock;
}

}  // namespace apitest
