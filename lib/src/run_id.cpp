// SPDX-License-Identifier: MIT
#include "run_id.hpp"

#include <sys/random.h>
#include <sys/types.h>

#include <array>
#include <cstdlib>
#include <ctime>

namespace apitest::internal {

std::string new_run_id() {
  std::array<char, 32> text{};
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  std::string id(text.data(), std::strftime(text.data(), text.size(), "%y%m%d-%H%M%S-", &utc));
  std::array<unsigned char, 4> random{};
  if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) std::abort();
  for (const unsigned char byte : random) id += "abcdefghijklmnopqrstuvwxyz0123456789"[byte % 36];
  return id;
}

}  // namespace apitest::internal
