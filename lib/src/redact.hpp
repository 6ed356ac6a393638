// SPDX-License-Identifier: MIT
// Takes secrets out of whatever is about to be printed or written. Shared by the library and the agent.
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace apitest::internal {

/// May be used by several threads at once.
class Redactor {
 public:
  /// Hides the value from now on, also percent-encoded, JSON-escaped and in Base64; of several lines also each one of
  /// 8 bytes or more. Shorter than 4 bytes: ignored, it would blacken everything.
  void add(std::string_view secret);
  /// The text without known secrets, without the values of headers that carry credentials, and without the values of
  /// JSON members and query fields whose name says secret (token, password, …).
  [[nodiscard]] std::string operator()(std::string_view text) const;

 private:
  void keep(std::string_view secret);

  mutable std::mutex mutex_;
  std::vector<std::string> secrets_;  // and their Base64 forms
};

/// Whether the value of a header or member of this name is a credential.
[[nodiscard]] bool names_a_secret(std::string_view name);

/// The redactor of this process.
Redactor& redactor();

}  // namespace apitest::internal
