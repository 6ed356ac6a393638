// SPDX-License-Identifier: MIT
// Pieces of messages.
#pragma once

#include <apitest/http.hpp>

namespace apitest::internal {

/// The first 500 bytes without secrets, and how many there are when these are not all.
[[nodiscard]] std::string excerpt(std::string_view text);
/// "1.8 s"
[[nodiscard]] std::string seconds(Duration duration);
/// "1 attempt", "5 attempts"
[[nodiscard]] std::string attempts(int number);
/// An answer as a failure shows it: status line and body, or why there was none. Without secrets.
[[nodiscard]] std::string shown(const Response& response);

[[nodiscard]] bool same_name(std::string_view left, std::string_view right);  ///< as header names: in any case

}  // namespace apitest::internal
