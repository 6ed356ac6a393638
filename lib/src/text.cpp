// SPDX-License-Identifier: MIT
#include "text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "redact.hpp"

namespace apitest::internal {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_control(char c) { return (c >= 0 && c < 0x20 && c != '\n' && c != '\t') || c == 0x7f; }

}  // namespace

std::string excerpt(std::string_view text) {
  constexpr std::size_t most = 500;
  if (text.empty()) return "(empty)";
  std::string shown = redactor()(text);  // before it is cut: half a secret would not be recognised
  if (shown.size() > most) {
    std::size_t end = most;
    while (end > most - 4 && (static_cast<unsigned char>(shown[end]) & 0xC0U) == 0x80U)
      --end;  // not inside a character
    shown.resize(end);
    shown += "... (" + std::to_string(text.size()) + " bytes)";
  }
  std::replace_if(shown.begin(), shown.end(), is_control, '.');
  return shown;
}

std::string seconds(Duration duration) {
  const double value = std::chrono::duration<double>(duration).count();
  std::array<char, 32> text{};
  const int length = std::snprintf(text.data(), text.size(), value < 1 ? "%.2f s" : "%.1f s", value);
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string attempts(int number) { return std::to_string(number) + (number == 1 ? " attempt" : " attempts"); }

std::string shown(const Response& response) {
  if (response.error) return redactor()(response.error.text);
  const std::string version = response.version.empty() ? "" : "HTTP/" + response.version + " ";
  const std::string line = version + std::to_string(response.status) + " of " + response.method + " " + response.url;
  return redactor()(line) + "\n" + excerpt(response.body);
}

bool same_name(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

}  // namespace apitest::internal
