// SPDX-License-Identifier: MIT
#include <algorithm>

#include "ended.hpp"
#include "json_value.hpp"
#include "redact.hpp"
#include "text.hpp"

#include <apitest/retry.hpp>

namespace apitest {
namespace {

using Value = nlohmann::json;

/// The body's value at the pointer; null when there is none or the body is no JSON.
template <class Use>
bool with_value(const Response& response, const Value::json_pointer& pointer, Use use) {
  const internal::Parsed body = internal::parse_json(response.body);
  const Value* const found = body.error.empty() ? internal::find(body.value, pointer) : nullptr;
  return found != nullptr && use(*found);
}

bool is_problem_json(const Response& response) {
  const std::string type = response.header("Content-Type");
  std::string_view media_type = std::string_view(type).substr(0, type.find(';'));
  media_type = media_type.substr(0, media_type.find_last_not_of(" \t") + 1);
  return internal::same_name(media_type, "application/problem+json");
}

std::string in_and(const std::string& words) {
  return words.find(" || ") == std::string::npos ? words : "(" + words + ")";
}

bool is_between(char c, char first, char last) { return first <= c && c <= last; }

// --- a rule written as data ------------------------------------------------------------------------------------------

constexpr std::string_view blanks = " \t\r\n";

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
  const std::string message = "\"" + std::string(text) + "\" is no rule: " + why +
                              ". Write a status (403 or 5xx), /pointer=value, or a status and then some of these, with "
                              "blanks between: 403 /code=40301 /state=\"in progress\". Or: unreachable";
  internal::end_test(Exit::failed, internal::redactor()(message));
}

/// One past the word that begins at the position. In double quotes it may have blanks; a backslash there keeps the next
/// character.
std::size_t word_end(std::string_view text, std::size_t begin) {
  bool is_quoted = false;
  for (std::size_t i = begin; i < text.size(); ++i) {
    if (is_quoted && text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      is_quoted = !is_quoted;
    else if (!is_quoted && blanks.find(text[i]) != std::string_view::npos)
      return i;
  }
  if (is_quoted) refuse(text, "a quote is not closed");
  return text.size();
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t begin = text.find_first_not_of(blanks); begin != std::string_view::npos;) {
    const std::size_t end = word_end(text, begin);
    words.push_back(text.substr(begin, end - begin));
    begin = text.find_first_not_of(blanks, end);
  }
  return words;
}

Rule status_rule(std::string_view text, std::string_view word) {
  const bool has_class = word.size() == 3 && is_between(word[0], '1', '5');
  if (has_class && word.substr(1) == "xx") {
    const int first = (word[0] - '0') * 100;
    return status(first, first + 99);
  }
  if (!has_class || !is_between(word[1], '0', '9') || !is_between(word[2], '0', '9'))
    refuse(text, "'" + std::string(word) + "' is neither a status (100 to 599, 1xx to 5xx) nor /pointer=value");
  return status((word[0] - '0') * 100 + (word[1] - '0') * 10 + (word[2] - '0'));
}

Rule member_rule(std::string_view text, std::string_view word) {
  const std::size_t equals = word.find('=');
  if (word.front() != '/' || equals == std::string_view::npos)
    refuse(text, "'" + std::string(word) + "' is not /pointer=value");
  const std::string_view value = word.substr(equals + 1);
  const internal::Parsed parsed = internal::parse_json(value);
  return json(word.substr(0, equals), parsed.error.empty() ? from_nlohmann(parsed.value) : Json(value));
}

}  // namespace

Rule operator&&(const Rule& left, const Rule& right) {
  return {in_and(left.words_) + " && " + in_and(right.words_),
          [left, right](const Response& response) { return left.matches(response) && right.matches(response); }};
}
Rule operator||(const Rule& left, const Rule& right) {
  return {left.words_ + " || " + right.words_,
          [left, right](const Response& response) { return left.matches(response) || right.matches(response); }};
}
Rule operator!(const Rule& rule) {
  return {"!(" + rule.words_ + ")", [rule](const Response& response) { return !rule.matches(response); }};
}

Rule status(int code) {
  return {"status " + std::to_string(code), [code](const Response& response) { return response.status == code; }};
}
Rule status(int first, int last) {
  return {"status " + std::to_string(first) + ".." + std::to_string(last),
          [first, last](const Response& response) { return first <= response.status && response.status <= last; }};
}

Rule json(std::string_view pointer, const Json& value) {
  return {std::string(pointer) + " == " + value.dump(),
          [at = internal::json_pointer(pointer), expected = nlohmann_value(value)](const Response& response) {
            return with_value(response, at, [&](const Value& found) { return found == expected; });
          }};
}
Rule has(std::string_view pointer) {
  return {"has " + std::string(pointer), [at = internal::json_pointer(pointer)](const Response& response) {
            return with_value(response, at, [](const Value&) { return true; });
          }};
}

Rule header(std::string_view name, std::string_view value) {
  return {"header " + std::string(name) + " " + std::string(value),
          [name = std::string(name), value = std::string(value)](const Response& response) {
            return std::any_of(response.headers.begin(), response.headers.end(), [&](const Header& header) {
              return internal::same_name(header.name, name) && header.value == value;
            });
          }};
}

Rule problem(std::string_view type) {
  return {"problem " + std::string(type), [type = std::string(type)](const Response& response) {
            if (!is_problem_json(response)) return false;
            return with_value(response, Value::json_pointer(), [&](const Value& body) {
              return body.is_object() && body.value("type", Value("about:blank")) == Value(type);  // RFC 9457 3.1.1
            });
          }};
}

Rule verdict(Verdict verdict) {
  return {std::string("verdict ") + name(verdict),
          [verdict](const Response& response) { return response.verdict() == verdict; }};
}
Rule unreachable() {
  return {"unreachable", [](const Response& response) { return response.verdict() == Verdict::unreachable; }};
}

Rule rule(std::string_view text) {
  const std::vector<std::string_view> words = words_of(text);
  if (words.empty()) refuse(text, "it says nothing");
  if (words.size() == 1 && words.front() == "unreachable") return unreachable();
  Rule all = words.front().front() == '/' ? member_rule(text, words.front()) : status_rule(text, words.front());
  for (std::size_t i = 1; i < words.size(); ++i) all = all && member_rule(text, words[i]);
  return all;
}

}  // namespace apitest
