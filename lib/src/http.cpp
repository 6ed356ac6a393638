// SPDX-License-Identifier: MIT
#include <apitest/http.hpp>
#include <apitest/json.hpp>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>

#include "answer.hpp"
#include "budget.hpp"
#include "client_access.hpp"
#include "ended.hpp"
#include "link.hpp"
#include "redact.hpp"
#include "run.hpp"
#include "text.hpp"

namespace apitest {
namespace {

using Value = nlohmann::json;

/// Rounded down, so that no deadline is passed, and never zero, which libcurl takes for no limit.
long long limit_in_milliseconds(Duration duration) {
  return std::max(1LL, static_cast<long long>(std::chrono::floor<std::chrono::milliseconds>(duration).count()));
}

std::string percent_encoded(std::string_view text) {
  static constexpr std::string_view unreserved = "-._~";
  static constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x80 && std::isalnum(byte) != 0) || unreserved.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += '%';
      out += digits[byte >> 4U];
      out += digits[byte & 15U];
    }
  }
  return out;
}

std::string field(std::string_view name, std::string_view value) {
  return percent_encoded(name) + "=" + percent_encoded(value);
}

/// The agent has a working directory of its own.
std::string absolute(const std::string& path) {
  if (path.empty() || path.front() == '/') return path;
  std::array<char, PATH_MAX> here{};
  if (::getcwd(here.data(), here.size()) == nullptr) return path;
  return std::string(here.data()) + "/" + path;
}

std::string joined(const std::string& base, const std::string& path) {
  if (path.rfind("http://", 0) == 0 || path.rfind("https://", 0) == 0) return path;
  const bool slashed = !base.empty() && base.back() == '/';
  if (path.empty()) return base;
  if (path.front() == '/') return base + path.substr(slashed ? 1 : 0);
  return base + (slashed || path.front() == '?' ? "" : "/") + path;
}

void set_header(std::vector<Header>& headers, std::string name, std::string value) {
  if (internal::names_a_secret(name)) internal::redactor().add(value);
  const auto found = std::find_if(headers.begin(), headers.end(),
                                  [&](const Header& header) { return internal::same_name(header.name, name); });
  if (found == headers.end())
    headers.push_back({std::move(name), std::move(value)});
  else
    found->value = std::move(value);
}

Value to_json(const std::vector<Header>& headers) {
  Value list = Value::array();
  for (const Header& header : headers) list.push_back({header.name, header.value});
  return list;
}

Value to_json(const Body& body) {
  Value parts = Value::array();
  for (const Part& part : body.parts)
    parts.push_back({{"name", part.name},
                     {"path", part.from_file ? absolute(part.data) : ""},
                     {"size", part.from_file ? 0 : part.data.size()},
                     {"filename", part.filename},
                     {"type", part.content_type}});
  static constexpr std::array kinds{"none", "bytes", "file", "multipart"};
  return {{"kind", kinds[static_cast<std::size_t>(body.kind)]},
          {"type", body.content_type},
          {"path", body.kind == Body::Kind::file ? absolute(body.data) : ""},
          {"parts", std::move(parts)}};
}

/// What follows the head: parts need not be UTF-8, so they can't stand in it.
std::string raw_bytes(const Body& body) {
  if (body.kind == Body::Kind::bytes) return body.data;
  std::string bytes;
  for (const Part& part : body.parts)
    if (!part.from_file) bytes += part.data;
  return bytes;
}

/// For the case that fails because of it.
Response noted(Response response) {
  if (response.error) internal::note_unanswered(response.error.text);
  return response;
}

Response no_time_left(const Request& request, std::string url) {
  Response response;
  response.method = request.method;
  response.url = std::move(url);
  response.error = {Fault::timeout,
                    request.method + " " + response.url + " was not sent: no time is left before the deadline"};
  return response;
}

}  // namespace

Part part(std::string name, std::string value) { return {std::move(name), std::move(value), "", "", false}; }

Part file_part(std::string name, std::string path, std::string content_type) {
  std::string filename = path.substr(path.rfind('/') + 1);
  return {std::move(name), std::move(path), std::move(filename), std::move(content_type), true};
}

Body::Body(const Json& value) : kind(Kind::bytes), data(value.dump()), content_type("application/json") {}
Body::Body(std::string bytes, std::string type)
    : kind(Kind::bytes), data(std::move(bytes)), content_type(std::move(type)) {}

Body form(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  std::string text;
  for (const auto& [name, value] : fields) text += (text.empty() ? "" : "&") + field(name, value);
  return {std::move(text), "application/x-www-form-urlencoded"};
}

Body multipart(std::vector<Part> parts) {
  Body body;
  body.kind = Body::Kind::multipart;
  body.parts = std::move(parts);
  return body;
}

Body file_body(std::string path, std::string content_type) {
  Body body(std::move(path), std::move(content_type));
  body.kind = Body::Kind::file;
  return body;
}

Request& Request::header(std::string name, std::string value) {
  set_header(headers, std::move(name), std::move(value));
  return *this;
}
Request& Request::query(std::string_view name, std::string_view value) {
  path += (path.find('?') == std::string::npos ? "?" : "&") + field(name, value);
  return *this;
}
Request& Request::with(Body request_body) {
  body = std::move(request_body);
  return *this;
}
Request& Request::timeout(Duration most) {
  limit = most;
  return *this;
}
Request& Request::fresh_connection() {
  fresh = true;
  return *this;
}

Client::Client(std::string base_url) : base_url_(std::move(base_url)) {}

Client& Client::bearer(std::string token) {
  internal::redactor().add(token);
  return header("Authorization", "Bearer " + std::move(token));
}
Client& Client::basic(std::string user, std::string password) {
  internal::redactor().add(password);
  internal::redactor().add(user + ":" + password);
  auth_ = Auth::basic;
  user_ = std::move(user);
  password_ = std::move(password);
  return *this;
}
Client& Client::digest(std::string user, std::string password) {
  basic(std::move(user), std::move(password));
  auth_ = Auth::digest;
  return *this;
}
Client& Client::header(std::string name, std::string value) {
  set_header(headers_, std::move(name), std::move(value));
  return *this;
}
Client& Client::ca_file(const std::string& path) {
  ca_file_ = absolute(path);
  return *this;
}
Client& Client::client_certificate(const std::string& certificate, const std::string& key) {
  certificate_ = absolute(certificate);
  key_ = absolute(key);
  return *this;
}
Client& Client::insecure() {
  insecure_ = true;
  return *this;
}
Client& Client::connect_timeout(Duration limit) {
  connect_limit_ = limit;
  return *this;
}
Client& Client::timeout(Duration limit) {
  limit_ = limit;
  return *this;
}
Client& Client::redirects(int most) {
  redirects_ = most;
  return *this;
}
Client& Client::proxy(std::string url) {
  proxy_ = std::move(url);
  return *this;
}
Client& Client::cookies() {
  keeps_cookies_ = true;
  return *this;
}
Client& Client::version(HttpVersion version) {
  version_ = version;
  return *this;
}
Client& Client::unix_socket(const std::string& path) {
  unix_socket_ = absolute(path);
  return *this;
}
Client& Client::body_limit(std::size_t bytes) {
  body_limit_ = bytes;
  return *this;
}
Client& Client::fresh_connection() {
  fresh_ = true;
  return *this;
}

Response Client::get(const std::string& path) { return send({"GET", path}); }
Response Client::head(const std::string& path) { return send({"HEAD", path}); }
Response Client::options(const std::string& path) { return send({"OPTIONS", path}); }
Response Client::del(const std::string& path, Body body) { return send(Request("DELETE", path).with(std::move(body))); }
Response Client::post(const std::string& path, Body body) { return send(Request("POST", path).with(std::move(body))); }
Response Client::put(const std::string& path, Body body) { return send(Request("PUT", path).with(std::move(body))); }
Response Client::patch(const std::string& path, Body body) {
  return send(Request("PATCH", path).with(std::move(body)));
}

/// What is as the agent has it by default is left out: most requests are short.
Value internal::ClientAccess::message(const Client& client, const Request& request) {
  Value message{{"op", "http"}, {"method", request.method}, {"url", url(client, request.path)}};
  std::vector<Header> headers = client.headers_;
  for (const Header& header : request.headers) set_header(headers, header.name, header.value);
  if (!headers.empty()) message["headers"] = to_json(headers);
  if (request.body.kind != Body::Kind::none) message["body"] = to_json(request.body);
  static constexpr std::array auths{"none", "basic", "digest"};
  if (client.auth_ != Client::Auth::none)
    message["auth"] = {{"kind", auths[static_cast<std::size_t>(client.auth_)]},
                       {"user", client.user_},
                       {"password", client.password_}};
  if (client.insecure_ || !client.ca_file_.empty() || !client.certificate_.empty())
    message["tls"] = {{"ca", client.ca_file_},
                      {"certificate", client.certificate_},
                      {"key", client.key_},
                      {"insecure", client.insecure_}};
  static constexpr std::array versions{"", "1.1", "2", "2 prior knowledge"};
  if (client.version_ != HttpVersion::automatic)
    message["version"] = versions[static_cast<std::size_t>(client.version_)];
  if (client.redirects_ > 0) message["redirects"] = client.redirects_;
  if (!client.proxy_.empty()) message["proxy"] = client.proxy_;
  if (!client.unix_socket_.empty()) message["unix_socket"] = client.unix_socket_;
  if (client.fresh_ || request.fresh) message["fresh"] = true;
  if (client.keeps_cookies_) message["cookies"] = client.cookies_;
  message["body_limit"] = client.body_limit_;
  return message;
}

std::string internal::ClientAccess::url(const Client& client, const std::string& path) {
  return joined(client.base_url_, path);
}

Response internal::ClientAccess::send(Client& client, const Request& request, Value message) {
  const Duration own = request.limit > Duration::zero() ? std::min(request.limit, client.limit_) : client.limit_;
  const Duration limit = std::min(own, RequestBudget::left());
  if (limit <= Duration::zero()) return noted(no_time_left(request, url(client, request.path)));
  message["connect_ms"] = limit_in_milliseconds(std::min(client.connect_limit_, limit));
  message["total_ms"] = limit_in_milliseconds(limit);
  Reply reply = ask(message, raw_bytes(request.body), limit + 10s);
  if (!reply.head.contains("status"))
    end_test(Exit::unknown, request.method + " " + url(client, request.path) + ": " + reply.head.value("error", ""));
  if (client.keeps_cookies_) client.cookies_ = reply.head.value("cookies", client.cookies_);
  return noted(to_response(reply.head, std::move(reply.bytes), request.method));
}

Response Client::send(const Request& request) {
  return internal::ClientAccess::send(*this, request, internal::ClientAccess::message(*this, request));
}

}  // namespace apitest
