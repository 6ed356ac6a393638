// SPDX-License-Identifier: MIT
#include "redact.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace apitest::internal {
namespace {

using std::string_view;
constexpr std::size_t none = string_view::npos;

struct Range {
  std::size_t begin, end;
  bool needs_quotes;  // a JSON number, array or object: its replacement is a string
};
using Ranges = std::vector<Range>;

bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool starts_with(string_view text, string_view start) { return text.substr(0, start.size()) == start; }
bool ends_with(string_view text, string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

std::size_t find_end(string_view text, string_view stops, std::size_t from) {
  return std::min(text.find_first_of(stops, from), text.size());
}

// --- the same text, decoded ------------------------------------------------------------------------------------------

/// A decoded text that knows where its bytes stood.
struct View {
  std::string text;
  std::vector<std::pair<std::size_t, std::size_t>> steps{{0, 0}};  // position here, there; after each escape

  [[nodiscard]] std::size_t original(std::size_t position) const {
    const auto after = std::upper_bound(steps.begin(), steps.end(), std::pair(position, none));
    const auto& [here, there] = *std::prev(after);
    return there + (position - here);
  }
};

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char low = lower(c);
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

/// The number of that many hexadecimal digits at the position; negative when they are not there.
int hex_number(string_view text, std::size_t position, std::size_t digits) {
  if (position + digits > text.size()) return -1;
  int number = 0;
  for (const char c : text.substr(position, digits)) {
    if (hex_value(c) < 0) return -1;
    number = number * 16 + hex_value(c);
  }
  return number;
}

void append_utf8(std::string& text, std::uint32_t code) {
  const auto append = [&](std::uint32_t byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (code < 0x80) return append(code);
  if (code < 0x800)
    append(0xC0U | (code >> 6U));
  else if (code < 0x10000)
    append(0xE0U | (code >> 12U));
  else
    append(0xF0U | (code >> 18U));
  if (code >= 0x10000) append(0x80U | ((code >> 12U) & 0x3FU));
  if (code >= 0x800) append(0x80U | ((code >> 6U) & 0x3FU));
  append(0x80U | (code & 0x3FU));
}

/// Decodes the escape at the position; its length, or 0 when there is none.
using DecodeEscape = std::size_t (*)(string_view text, std::size_t position, std::string& decoded);

std::size_t decode_percent(string_view text, std::size_t position, std::string& decoded) {
  const int byte = hex_number(text, position + 1, 2);
  if (byte < 0) return 0;
  decoded += static_cast<char>(static_cast<unsigned char>(byte));
  return 3;
}

std::size_t decode_unicode(string_view text, std::size_t position, std::string& decoded) {
  const int high = hex_number(text, position + 2, 4);
  if (high < 0) return 0;
  const bool is_half = high >= 0xD800 && high < 0xDC00 && text.substr(position + 6, 2) == "\\u";
  const int low = is_half ? hex_number(text, position + 8, 4) : -1;
  const bool is_pair = low >= 0xDC00 && low < 0xE000;
  append_utf8(decoded, static_cast<std::uint32_t>(is_pair ? 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00) : high));
  return is_pair ? 12 : 6;
}

std::size_t decode_backslash(string_view text, std::size_t position, std::string& decoded) {
  static constexpr string_view names = "\"\\/bfnrt", values = "\"\\/\b\f\n\r\t";
  if (position + 1 >= text.size()) return 0;
  if (text[position + 1] == 'u') return decode_unicode(text, position, decoded);
  const std::size_t known = names.find(text[position + 1]);
  if (known == none) return 0;
  decoded += values[known];
  return 2;
}

View decode(string_view text, char escape, DecodeEscape decode_escape) {
  View view;
  view.text.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = text[i] == escape ? decode_escape(text, i, view.text) : 0;
    if (length == 0) view.text += text[i];
    i += std::max<std::size_t>(length, 1);
    if (length != 0) view.steps.emplace_back(view.text.size(), i);
  }
  return view;
}

// --- known secrets ---------------------------------------------------------------------------------------------------

/// Of RFC 4648, section 4, and section 5, for URLs.
constexpr string_view base64_standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr string_view base64_of_urls = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string base64(string_view text, string_view alphabet) {
  std::string out;
  out.reserve(text.size() * 4 / 3 + 1);
  std::uint32_t bits = 0;
  unsigned have = 0;
  for (const char c : text) {
    bits = (bits << 8U) | static_cast<unsigned char>(c);
    for (have += 8; have >= 6; have -= 6) out += alphabet[(bits >> (have - 6)) & 0x3FU];
  }
  if (have > 0) out += alphabet[(bits << (6 - have)) & 0x3FU];
  return out;  // without padding: it also stands at the beginning of the padded form
}

void find_known(string_view text, const std::vector<std::string>& secrets, const View& view, Ranges& ranges) {
  for (const std::string& secret : secrets) {
    std::size_t hidden_to = 0;  // in the original
    for (std::size_t at = text.find(secret); at != none; at = text.find(secret, at + 1)) {
      const Range found{view.original(at), view.original(at + secret.size()), false};
      if (found.begin < hidden_to)
        ranges.back().end = found.end;
      else
        ranges.push_back(found);
      hidden_to = found.end;
    }
  }
}

// --- what looks like a secret ----------------------------------------------------------------------------------------

/// "X-Api-Key" and "xApiKey" become "_x_api_key_".
std::string words_of(string_view name) {
  std::string words = "_";
  char before = '_';
  for (const char c : name) {
    const bool is_new = !is_alpha(c) || (is_alpha(before) && lower(before) == before && lower(c) != c);
    if (is_new && words.back() != '_') words += '_';
    if (is_alpha(c)) words += lower(c);
    before = c;
  }
  if (words.back() != '_') words += '_';
  return words;
}

/// The end of a quoted text: the position of its closing quote, or of the end when it is cut off.
std::size_t quoted_end(string_view text, std::size_t from, char quote) {
  for (std::size_t i = from; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == quote)
      return i;
  }
  return text.size();
}

/// One past the bracket that closes the one at the position, or the end when it is cut off.
std::size_t bracket_end(string_view text, std::size_t position) {
  std::size_t depth = 0;
  for (std::size_t i = position; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"')
      i = quoted_end(text, i + 1, '"');
    else if (c == '[' || c == '{')
      ++depth;
    else if ((c == ']' || c == '}') && --depth == 0)
      return i + 1;
  }
  return text.size();
}

/// Finds values by the names before them: JSON members, form and query fields, header lines.
class FieldSearch {
 public:
  FieldSearch(string_view text, Ranges& ranges)
      : text_(text), ranges_(ranges), is_json_(starts_with(text, "{") || starts_with(text, "[")) {}

  void run() {
    for (std::size_t at = text_.find_first_of(":="); at != none; at = text_.find_first_of(":=", at)) {
      const std::size_t end = text_[at] == '=' ? assigned(at) : is_after_quote(at) ? member(at) : labelled(at);
      at = std::max(end, at + 1);
    }
  }

 private:
  static constexpr std::size_t longest_name = 64, widest_gap = 16;

  [[nodiscard]] static bool is_name_char(char c) {
    return is_alpha(c) || is_digit(c) || string_view("-_.[]%").find(c) != none ||
           (static_cast<unsigned char>(c) & 0x80U) != 0;
  }
  [[nodiscard]] static bool is_quote(char c) { return c == '"' || c == '\''; }

  [[nodiscard]] std::size_t name_end(std::size_t sign) const {
    std::size_t end = sign;
    while (end > 0 && sign - end < widest_gap && is_blank(text_[end - 1])) --end;
    return end;
  }
  [[nodiscard]] bool is_after_quote(std::size_t sign) const {
    const std::size_t end = name_end(sign);
    return end > 0 && is_quote(text_[end - 1]);
  }
  [[nodiscard]] string_view plain_name(std::size_t sign) const {
    const std::size_t end = name_end(sign);
    std::size_t begin = end;
    while (begin > 0 && end - begin < longest_name && is_name_char(text_[begin - 1])) --begin;
    return text_.substr(begin, end - begin);
  }
  /// The opening quote may be cut off.
  [[nodiscard]] string_view quoted_name(std::size_t sign) const {
    const std::size_t end = name_end(sign) - 1;
    std::size_t begin = end;
    while (begin > 0 && end - begin < longest_name && text_[begin - 1] != text_[end]) --begin;
    return text_.substr(begin, end - begin);
  }
  [[nodiscard]] std::size_t position(string_view part) const {
    return static_cast<std::size_t>(part.data() - text_.data());
  }

  std::size_t hide(std::size_t begin, std::size_t end, bool needs_quotes = false) {
    if (begin < end) ranges_.push_back({begin, end, needs_quotes});
    return end;
  }

  // name=value
  std::size_t assigned(std::size_t sign) {
    if (!names_a_secret(is_after_quote(sign) ? quoted_name(sign) : plain_name(sign))) return 0;
    const std::size_t begin = text_.find_first_not_of("=> \t", sign);
    if (begin == none) return 0;
    if (is_quote(text_[begin])) return hide(begin + 1, quoted_end(text_, begin + 1, text_[begin]));
    std::size_t end = find_end(text_, "&; \t\r\n\"'<>", begin);
    if (end < text_.size() && is_quote(text_[end]) && text_[end - 1] == '\\' && end > begin) --end;
    return hide(begin, end);
  }

  // "name": value
  std::size_t member(std::size_t sign) {
    const string_view name = quoted_name(sign);
    if (ends_with(name, "\\") || !names_a_secret(name)) return 0;  // an escaped quote: find_in_strings() has it
    const std::size_t begin = text_.find_first_not_of(" \t\r\n", sign + 1);
    if (begin == none) return 0;
    const char first = text_[begin];
    if (is_quote(first)) return hide(begin + 1, quoted_end(text_, begin + 1, first));
    if (first == '[' || first == '{') return hide(begin, bracket_end(text_, begin), true);
    const std::size_t end = find_end(text_, ",}] \t\r\n", begin);
    const string_view word = text_.substr(begin, end - begin);
    return word == "null" || word == "true" || word == "false" ? end : hide(begin, end, true);
  }

  // Name: value
  std::size_t labelled(std::size_t sign) {
    const string_view name = plain_name(sign);
    const std::string words = words_of(name);
    const bool is_cookie = words == "_cookie_" || words == "_set_cookie_";
    const bool is_header =
        is_cookie || words == "_authorization_" || words == "_proxy_authorization_" || words == "_x_api_key_";
    if (!is_header && !names_a_secret(name)) return 0;
    std::size_t begin = sign + 1;
    while (begin < text_.size() && is_blank(text_[begin])) ++begin;
    const bool begins_line = is_line_start(position(name));
    if (!is_header && !begins_line) {
      const bool is_quoted = begin < text_.size() && is_quote(text_[begin]);
      return is_quoted ? hide(begin + 1, quoted_end(text_, begin + 1, text_[begin])) : 0;
    }
    const std::size_t end = line_end(position(name), begin, begins_line);
    return is_cookie ? cookies(begin, end, words == "_set_cookie_") : hide(begin, end);
  }

  /// Before it stands nothing but what curl and indentation put there.
  [[nodiscard]] bool is_line_start(std::size_t begin) const {
    const std::size_t name = begin;
    while (begin > 0 && name - begin < widest_gap && string_view(" \t<>*").find(text_[begin - 1]) != none) --begin;
    return begin == 0 || text_[begin - 1] == '\n' || text_[begin - 1] == '\r';
  }

  [[nodiscard]] std::size_t line_end(std::size_t name, std::size_t begin, bool begins_line) const {
    std::size_t end = find_end(text_, "\r\n", begin);
    while (begins_line && is_folded(end)) end = find_end(text_, "\r\n", text_.find_first_not_of("\r\n", end));
    const string_view lines = text_.substr(0, end);
    if (name > 0 && is_quote(text_[name - 1])) return quoted_end(lines, begin, text_[name - 1]);
    return is_json_ ? quoted_end(lines, begin, '"') : end;
  }
  [[nodiscard]] bool is_folded(std::size_t end) const {
    if (end < text_.size() && text_[end] == '\r') ++end;
    return end + 1 < text_.size() && text_[end] == '\n' && is_blank(text_[end + 1]);
  }

  /// The names stay; of Set-Cookie the attributes too.
  std::size_t cookies(std::size_t begin, std::size_t end, bool only_first) {
    const string_view line = text_.substr(0, end);
    while (begin < end) {
      const std::size_t pair_end = find_end(line, ";", begin);
      const std::size_t equals = line.substr(0, pair_end).find('=', begin);
      hide(equals == none ? begin : equals + 1, pair_end);
      if (only_first) break;
      begin = pair_end + 1;
      while (begin < end && is_blank(text_[begin])) ++begin;
    }
    return end;
  }

  string_view text_;
  Ranges& ranges_;
  bool is_json_;
};

/// scheme://user:password@host
void find_url_passwords(string_view text, Ranges& ranges) {
  for (std::size_t at = text.find("://"); at != none; at = text.find("://", at)) {
    at += 3;
    const std::size_t end = find_end(text, "/?# \t\r\n\"'<>\\", at);
    const string_view authority = text.substr(at, end - at);
    const std::size_t host = authority.rfind('@');
    const std::size_t colon = authority.find(':');
    if (host != none && colon < host && colon + 1 < host) ranges.push_back({at + colon + 1, at + host, false});
  }
}

void find_fields(string_view text, int depth, Ranges& ranges);

/// A JSON string may hold a text of its own: headers, a form, JSON again.
void find_in_strings(string_view text, int depth, Ranges& ranges) {
  std::size_t close = none;
  for (std::size_t open = text.find('"'); open != none; open = close < text.size() ? text.find('"', close + 1) : none) {
    close = quoted_end(text, open + 1, '"');
    const string_view inner = text.substr(open + 1, close - open - 1);
    if (inner.find('\\') == none) continue;
    const View view = decode(inner, '\\', decode_backslash);
    Ranges found;
    find_fields(view.text, depth + 1, found);
    for (const Range& range : found)
      ranges.push_back({open + 1 + view.original(range.begin), open + 1 + view.original(range.end), false});
  }
}

void find_fields(string_view text, int depth, Ranges& ranges) {
  FieldSearch(text, ranges).run();
  find_url_passwords(text, ranges);
  if (depth < 4) find_in_strings(text, depth, ranges);
}

std::string without(string_view text, Ranges ranges) {
  std::sort(ranges.begin(), ranges.end(), [](const Range& left, const Range& right) {
    return std::pair(left.begin, right.end) < std::pair(right.begin, left.end);  // of two the longer one first
  });
  std::string out;
  std::size_t shown = 0;
  for (const Range& range : ranges) {
    if (range.end <= shown) continue;
    if (range.begin > shown || out.empty()) {
      out += text.substr(shown, range.begin - shown);
      out += range.needs_quotes ? "\"[redacted]\"" : "[redacted]";
    }
    shown = range.end;
  }
  return out += text.substr(shown);
}

}  // namespace

void Redactor::add(std::string_view secret) {
  const std::lock_guard guard(mutex_);
  keep(secret);
}

void Redactor::keep(std::string_view secret) {
  if (secret.size() < 4) return;
  std::string as_form(secret);
  std::replace(as_form.begin(), as_form.end(), ' ', '+');
  for (std::string form :
       {std::string(secret), as_form, base64(secret, base64_standard), base64(secret, base64_of_urls)})
    if (std::find(secrets_.begin(), secrets_.end(), form) == secrets_.end()) secrets_.push_back(std::move(form));

  if (secret.find('\n') == none) return;
  for (std::size_t begin = 0; begin < secret.size();) {
    const std::size_t end = find_end(secret, "\r\n", begin);
    if (end - begin >= 8) keep(secret.substr(begin, end - begin));
    begin = end + 1;
  }
}

std::string Redactor::operator()(std::string_view text) const {
  Ranges ranges;
  find_fields(text, 0, ranges);
  const std::lock_guard guard(mutex_);
  find_known(text, secrets_, View(), ranges);
  if (text.find('%') != none) {
    const View view = decode(text, '%', decode_percent);
    find_known(view.text, secrets_, view, ranges);
  }
  if (text.find('\\') != none) {
    const View view = decode(text, '\\', decode_backslash);
    find_known(view.text, secrets_, view, ranges);
  }
  return without(text, std::move(ranges));
}

bool names_a_secret(std::string_view name) {
  static constexpr std::array anywhere{
      "password_", "passwords_", "passwd_",   "passphrase_", "_pwd_",        "secret_",     "secrets_",
      "apikey_",   "api_key_",   "auth_key_", "access_key_", "private_key_", "credential_", "credentials_",
      "_jwt_",     "_otp_",      "_bearer_",  "session_id_", "sessionid_",   "sessid_",     "authorization_"};
  if (name.empty()) return false;
  const bool is_encoded = name.find('%') != none;
  const std::string words = words_of(is_encoded ? decode(name, '%', decode_percent).text : std::string(name));
  if (ends_with(words, "token_") || words == "_tokens_" || ends_with(words, "_cookie_") || words == "_cookies_")
    return true;
  return std::any_of(anywhere.begin(), anywhere.end(), [&](const char* part) { return words.find(part) != none; });
}

Redactor& redactor() {
  static Redactor instance;
  return instance;
}

}  // namespace apitest::internal
