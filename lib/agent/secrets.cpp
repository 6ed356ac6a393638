// SPDX-License-Identifier: MIT
#include "secrets.hpp"

#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <stdexcept>

#include "transfer.hpp"

namespace apitest::agent {

using nlohmann::json;

namespace {

constexpr const char* kept_document = "_kept";
/// A cookie may be a flag: to hide that everywhere would blacken everything.
constexpr std::size_t shortest_secret = 4;
/// Around a name, so that no text of a test is taken for one.
constexpr char mark = '\x01';

std::string marked(const std::string& name) { return mark + name + mark; }

/// An API may have the token of a bearer in a path too.
std::string without_scheme(const std::string& value) {
  static constexpr std::string_view scheme = "Bearer ";
  return value.rfind(scheme, 0) == 0 ? value.substr(scheme.size()) : value;
}

void for_each_text(json& value, const std::function<void(std::string&)>& use) {
  if (value.is_string()) use(value.get_ref<std::string&>());
  if (value.is_structured())
    for (json& element : value) for_each_text(element, use);
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

/// As replace_all, but not inside of the names that stand in the text already.
void replace_outside_marks(std::string& text, const std::string& from, const std::string& to) {
  std::string out;
  bool is_name = false;
  for (std::size_t begin = 0; begin <= text.size(); is_name = !is_name) {
    const std::size_t end = std::min(text.find(mark, begin), text.size());
    std::string piece = text.substr(begin, end - begin);
    if (!is_name) replace_all(piece, from, to);
    out += piece;
    if (end < text.size()) out += mark;
    begin = end + 1;
  }
  text = std::move(out);
}

}  // namespace

Secrets::Secrets(RunFolder& folder) : folder_(folder) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path() + "/fixtures", ignored)) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream file(entry.path());
    const json document = json::parse(file, nullptr, false);
    const std::string name = entry.path().stem();
    if (!document.is_object()) continue;
    if (name != kept_document)
      add_document(name, document);
    else
      for (const auto& [key, value] : document.value("values", json::object()).items())
        if (value.is_string()) kept_[key] = value;
  }
  for (const auto& [name, value] : kept_) name_secret(value, name);
}

void Secrets::add(const std::string& value) {
  if (value.empty()) return;
  folder_.add_secret(value);
  names_.emplace(value, "");
}

void Secrets::add_document(const std::string& fixture, const json& document) {
  for (const json& pointer : document.value("secrets", json::array())) {
    const json value = document.at("values").value(json::json_pointer(pointer.get<std::string>()), json());
    if (!value.is_string() || value.get_ref<const std::string&>().empty()) continue;
    name_secret(value, fixture + ":" + pointer.get<std::string>());
  }
}

void Secrets::name_secret(const std::string& value, const std::string& name) {
  folder_.add_secret(value);
  names_[value] = name;
  values_[name] = value;
}

void Secrets::keep_document(const std::string& fixture) {
  for (const auto& [name, value] : values_) {
    if (name.rfind(fixture + ":", 0) != 0) continue;
    kept_[name] = value;
    is_kept_changed_ = true;
  }
  keep_used();
}

json Secrets::sealed(json action) {
  if (action.contains("request")) add_credentials(action["request"]);
  for (const char* const key : {"read_back", "at", "found_at"}) add_credentials_of_address(action.value(key, ""));
  for (const char* const key : {"request", "read_back", "at", "found_at"})
    if (action.contains(key))
      for_each_text(action[key], [this](std::string& text) { text = sealed_text(std::move(text)); });
  if (action.contains("what")) action["what"] = redacted(action["what"]);
  keep_used();
  return action;
}

/// A password or an API key that no fixture has published is a secret all the same.
void Secrets::add_credentials(const json& request) {
  for (const char* const key : {"url", "proxy"}) add_credentials_of_address(request.value(key, ""));
  if (request.contains("auth"))
    if (const std::string password = request["auth"].value("password", ""); !password.empty()) add(password);
  for (const std::string line : request.value("cookies", json::array()))  // Netscape's format: the value is the last
    if (const std::string value = line.substr(line.rfind('\t') + 1); value.size() >= shortest_secret) add(value);
  for (const json& header : request.value("headers", json::array())) {
    const std::string value = without_scheme(header.at(1));
    if (!internal::names_a_secret(header.at(0).get<std::string>()) || value.empty()) continue;
    bool has_known_part = false;
    for (const auto& [secret, name] : names_)
      has_known_part = has_known_part || value.find(secret) != std::string::npos;
    if (!has_known_part) add(value);
  }
}

/// As they stand there: names are put in their place, not in that of what they decode to.
void Secrets::add_credentials_of_address(const std::string& url) {
  const CurlPointer<CURLU> parts(curl_url());
  if (curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME) != CURLUE_OK)
    return;
  if (const std::string password = part_of(parts, CURLUPART_PASSWORD); !password.empty()) add(password);
  std::istringstream query(part_of(parts, CURLUPART_QUERY));
  for (std::string field; std::getline(query, field, '&');) {
    const std::size_t equals = field.find('=');
    if (equals + 1 < field.size() && internal::names_a_secret(field.substr(0, equals))) add(field.substr(equals + 1));
  }
}

std::string Secrets::sealed_text(std::string text) {
  for (auto& [value, name] : names_) {
    if (text.find(value) == std::string::npos) continue;
    if (name.empty()) {
      name = std::string(kept_document) + ":" + std::to_string(kept_.size() + 1);
      kept_[name] = value;
      values_[name] = value;
      is_kept_changed_ = true;
    }
    replace_outside_marks(text, value, marked(name));
  }
  return text;
}

void Secrets::keep_used() {
  if (!is_kept_changed_) return;
  const std::string problem = folder_.write_document(kept_document, {{"values", kept_}});
  if (!problem.empty()) throw std::runtime_error(problem);
  is_kept_changed_ = false;
}

json Secrets::opened(json action) const {
  for_each_text(action, [this](std::string& text) {
    if (text.find(mark) == std::string::npos) return;
    for (const auto& [name, value] : values_) replace_all(text, marked(name), value);
  });
  return action;
}

}  // namespace apitest::agent
