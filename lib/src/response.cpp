// SPDX-License-Identifier: MIT
#include <algorithm>

#include "ended.hpp"
#include "json_value.hpp"
#include "redact.hpp"
#include "text.hpp"

namespace apitest {
namespace {

auto find_header(const std::vector<Header>& headers, std::string_view name) {
  return std::find_if(headers.begin(), headers.end(),
                      [&](const Header& header) { return internal::same_name(header.name, name); });
}

}  // namespace

std::string Response::header(std::string_view name) const {
  const auto found = find_header(headers, name);
  return found == headers.end() ? "" : found->value;
}

bool Response::has_header(std::string_view name) const { return find_header(headers, name) != headers.end(); }

const Json& Response::json() const {
  if (is_parsed_) return parsed_;
  // Why there is no answer matters more than that its body can't be read.
  if (error) internal::end_test(verdict(), "There is no body to read. " + internal::shown(*this));
  internal::Parsed parsed = internal::parse_json(body);
  if (!parsed.error.empty()) {
    const std::string text = origin() + " is no JSON (" + parsed.error + "). It is ";
    internal::end_test(Exit::failed, internal::redactor()(text) + internal::excerpt(body));
  }
  parsed_ = from_nlohmann(std::move(parsed.value));
  is_parsed_ = true;
  return parsed_;
}

std::string Response::origin() const {
  return "the body of " + method + " " + url + " (status " + std::to_string(status) + ")";
}

}  // namespace apitest
