// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <limits>

#include "ended.hpp"
#include "json_value.hpp"
#include "redact.hpp"
#include "text.hpp"

namespace apitest {

using internal::end_test;
using Value = nlohmann::json;

struct Json::Node {
  Value value;
};

namespace {

std::string dumped(const Value& value) { return value.dump(-1, ' ', false, Value::error_handler_t::replace); }

const char* kind(const Value& value) {
  switch (value.type()) {
    case Value::value_t::null:
      return "null";
    case Value::value_t::object:
      return "an object";
    case Value::value_t::array:
      return "an array";
    case Value::value_t::string:
      return "a text";
    case Value::value_t::boolean:
      return "a boolean";
    default:
      return "a number";
  }
}

/// Where a reader looks, and how it says what it did not find.
struct Search {
  const Value& value;
  std::string_view pointer;
  std::string origin;

  [[noreturn]] void fail(const std::string& expected, const std::string& found) const {
    const std::string text = "Expected " + expected + " at \"" + std::string(pointer) + "\" of " + origin +
                             ", but there is " + found + ". It is ";
    end_test(Exit::failed, internal::redactor()(text) + internal::excerpt(dumped(value)));
  }
  [[nodiscard]] const Value& find(const std::string& expected) const {
    const Value* const found = internal::find(value, internal::json_pointer(pointer));
    if (found == nullptr) fail(expected, "nothing");
    return *found;
  }
  [[nodiscard]] const Value& find(const std::string& expected, bool (Value::*is_expected)() const noexcept) const {
    const Value& found = find(expected);
    if (!(found.*is_expected)()) fail(expected, kind(found));
    return found;
  }
};

/// Deeper than any real document, and not deep enough for nlohmann's recursive functions to run out of stack.
constexpr int deepest = 1000;

bool is_too_deep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\') ++i;
    if (c == '"') in_string = !in_string;
    if (in_string) continue;
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
    if (depth > deepest) return true;
  }
  return false;
}

/// Without nlohmann's error code, and without the last token: it may be a part of a secret.
std::string sentence(const std::string& what) {
  const std::size_t code_end = what.find("] ");
  const std::size_t begin = code_end == std::string::npos ? 0 : code_end + 2;
  return what.substr(begin, what.find("; last read:") - begin);
}

}  // namespace

namespace internal {

Value::json_pointer json_pointer(std::string_view text) {
  try {
    return Value::json_pointer(std::string(text));
  } catch (const Value::exception&) {
    end_test(Exit::failed,
             "\"" + std::string(text) +
                 "\" is no JSON pointer (RFC 6901). Write \"/name/0\"; inside a name ~ is ~0 and / is ~1");
  }
}

std::vector<Placeholder> placeholders(const std::string& pattern) {
  std::vector<Placeholder> all;
  for (std::size_t begin = pattern.find("{/"); begin != std::string::npos; begin = pattern.find("{/", begin + 1)) {
    const std::size_t close = pattern.find('}', begin);
    if (close == std::string::npos) break;
    all.push_back({begin, close + 1, json_pointer(pattern.substr(begin + 1, close - begin - 1))});
    begin = close;
  }
  return all;
}

void put(Value& into, const std::string& pointer, Value value, const std::string& call) {
  try {
    into[Value::json_pointer(pointer)] = std::move(value);
  } catch (const Value::exception&) {
    end_test(Exit::failed, call +
                               ": nothing can be put there. Write a JSON pointer (RFC 6901), such as \"/name\", that "
                               "leads through objects and arrays only");
  }
}

const Value* find(const Value& value, const Value::json_pointer& pointer) {
  try {
    return &value.at(pointer);
  } catch (const Value::exception&) {
    return nullptr;
  }
}

Parsed parse_json(std::string_view text) {
  if (is_too_deep(text)) return {Value(Value::value_t::discarded), "nested deeper than " + std::to_string(deepest)};
  try {
    return {Value::parse(text), ""};
  } catch (const Value::exception& error) {
    return {Value(Value::value_t::discarded), sentence(error.what())};
  }
}

}  // namespace internal

const Value& nlohmann_value(const Json& value) {
  static const Value null;
  return value.node() == nullptr ? null : value.node()->value;
}

Json from_nlohmann(Value value) { return Json(new Json::Node{std::move(value)}); }

// --- Json ------------------------------------------------------------------------------------------------------------

Json::Json() noexcept = default;
Json::Json(bool value) : node_(new Node{value}) {}
Json::Json(std::string_view value) : node_(new Node{value}) {}
Json::Json(Exact, long long value) : node_(new Node{value}) {}
Json::Json(Exact, unsigned long long value) : node_(new Node{value}) {}
Json::Json(Exact, double value) : node_(new Node{value}) {}
Json::Json(const Json& other) : JsonReader(other), node_(other.node_ == nullptr ? nullptr : new Node(*other.node_)) {}
Json::Json(Json&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
Json& Json::operator=(Json other) noexcept {
  std::swap(node_, other.node_);
  return *this;
}
Json::~Json() { delete node_; }

std::string Json::dump() const { return dumped(nlohmann_value(*this)); }

bool operator==(const Json& left, const Json& right) { return nlohmann_value(left) == nlohmann_value(right); }

Json object(std::initializer_list<std::pair<std::string_view, Json>> members) {
  Value value = Value::object();
  for (const auto& [name, member] : members) value[std::string(name)] = nlohmann_value(member);
  return from_nlohmann(std::move(value));
}

Json array(std::initializer_list<Json> elements) {
  Value value = Value::array();
  for (const Json& element : elements) value.push_back(nlohmann_value(element));
  return from_nlohmann(std::move(value));
}

Json parse(std::string_view text) {
  internal::Parsed parsed = internal::parse_json(text);
  if (!parsed.error.empty())
    end_test(Exit::failed, "This is no JSON (" + parsed.error + "): " + internal::excerpt(text));
  return from_nlohmann(std::move(parsed.value));
}

// --- JsonReader ------------------------------------------------------------------------------------------------------

std::string JsonReader::text(std::string_view pointer) const {
  const Search search{nlohmann_value(value()), pointer, origin()};
  return search.find("a text", &Value::is_string).get<std::string>();
}

long long JsonReader::integer(std::string_view pointer) const {
  constexpr unsigned long long largest = std::numeric_limits<long long>::max();
  const Search search{nlohmann_value(value()), pointer, origin()};
  const Value& found = search.find("an integer", &Value::is_number);
  if (found.is_number_unsigned() && found.get<unsigned long long>() > largest)
    search.fail("an integer", "one of more than 63 bits");
  if (found.is_number_integer()) return found.get<long long>();
  const double number = found.get<double>();  // 1e3 and 2.0 are integers too
  if (std::trunc(number) != number) search.fail("an integer", "a number with a fraction");
  if (std::abs(number) > 0x1p53) search.fail("an integer", "a number too large to be exact");
  return static_cast<long long>(number);
}

double JsonReader::number(std::string_view pointer) const {
  const Search search{nlohmann_value(value()), pointer, origin()};
  return search.find("a number", &Value::is_number).get<double>();
}

bool JsonReader::boolean(std::string_view pointer) const {
  const Search search{nlohmann_value(value()), pointer, origin()};
  return search.find("a boolean", &Value::is_boolean).get<bool>();
}

Json JsonReader::at(std::string_view pointer) const {
  return from_nlohmann(Search{nlohmann_value(value()), pointer, origin()}.find("a value"));
}

std::size_t JsonReader::size(std::string_view pointer) const {
  const Search search{nlohmann_value(value()), pointer, origin()};
  return search.find("an array or object", &Value::is_structured).size();
}

bool JsonReader::has(std::string_view pointer) const {
  return internal::find(nlohmann_value(value()), internal::json_pointer(pointer)) != nullptr;
}

}  // namespace apitest
