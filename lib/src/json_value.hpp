// SPDX-License-Identifier: MIT
#pragma once

#include <apitest/json.hpp>

namespace apitest::internal {

/// Ends the test when the text is no JSON pointer (RFC 6901).
[[nodiscard]] nlohmann::json::json_pointer json_pointer(std::string_view text);

/// A {/pointer} of a pattern such as "/orders/{/id}", from `begin` to before `end`.
struct Placeholder {
  std::size_t begin = 0, end = 0;
  nlohmann::json::json_pointer pointer;
};
/// In order. Ends the test when one is no JSON pointer.
[[nodiscard]] std::vector<Placeholder> placeholders(const std::string& pattern);

/// Puts a value into another one. Ends the test, which has called `call`, when the pointer is none or leads through a
/// value that has no members.
void put(nlohmann::json& into, const std::string& pointer, nlohmann::json value, const std::string& call);

/// Null when the pointer leads nowhere.
[[nodiscard]] const nlohmann::json* find(const nlohmann::json& value, const nlohmann::json::json_pointer& pointer);

/// A JSON text, or why it is none.
struct Parsed {
  nlohmann::json value;
  std::string error;
};
[[nodiscard]] Parsed parse_json(std::string_view text);

}  // namespace apitest::internal
