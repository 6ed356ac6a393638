// SPDX-License-Identifier: MIT
// HTTP as a test reads it: a status is a value, and so is the lack of an answer.
#pragma once

#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace apitest {

using namespace std::chrono_literals;
using Duration = std::chrono::nanoseconds;

class Json;

/// Reads a JSON value by pointer (RFC 6901; "" is the whole value). A pointer that leads nowhere, or to a value of
/// another type, fails the test with the pointer and the value that was searched.
class JsonReader {
 public:
  [[nodiscard]] std::string text(std::string_view pointer) const;
  [[nodiscard]] long long integer(std::string_view pointer) const;
  [[nodiscard]] double number(std::string_view pointer) const;
  [[nodiscard]] bool boolean(std::string_view pointer) const;
  [[nodiscard]] Json at(std::string_view pointer) const;
  /// Elements of the array or members of the object at the pointer.
  [[nodiscard]] std::size_t size(std::string_view pointer = "") const;
  /// Whether the pointer leads to a value; never fails on valid JSON.
  [[nodiscard]] bool has(std::string_view pointer) const;

 protected:
  JsonReader() = default;
  JsonReader(const JsonReader&) = default;
  JsonReader(JsonReader&&) = default;
  JsonReader& operator=(const JsonReader&) = default;
  JsonReader& operator=(JsonReader&&) = default;
  ~JsonReader() = default;

 private:
  [[nodiscard]] virtual const Json& value() const = 0;
  [[nodiscard]] virtual std::string origin() const = 0;
};

/// A JSON value, built with object(), array() and parse(). <apitest/json.hpp> hands out the nlohmann value inside.
class Json final : public JsonReader {
 public:
  Json() noexcept;  // null
  Json(std::nullptr_t) noexcept : Json() {}
  Json(bool value);
  Json(const char* value) : Json(std::string_view(value)) {}
  Json(const std::string& value) : Json(std::string_view(value)) {}
  Json(std::string_view value);
  template <class Number, std::enable_if_t<std::is_arithmetic_v<Number> && !std::is_same_v<Number, bool>, int> = 0>
  Json(Number value) : Json(Exact{}, widen(value)) {}
  Json(const Json& other);
  Json(Json&& other) noexcept;
  Json& operator=(Json other) noexcept;
  ~Json();

  /// Compact JSON text; bytes that are not UTF-8 become U+FFFD.
  [[nodiscard]] std::string dump() const;

  friend bool operator==(const Json& left, const Json& right);
  friend bool operator!=(const Json& left, const Json& right) { return !(left == right); }

  struct Node;
  explicit Json(Node* owned) noexcept : node_(owned) {}
  [[nodiscard]] const Node* node() const noexcept { return node_; }

 private:
  struct Exact {};
  template <class Number>
  static auto widen(Number value) {
    if constexpr (std::is_floating_point_v<Number>)
      return static_cast<double>(value);
    else if constexpr (std::is_unsigned_v<Number>)
      return static_cast<unsigned long long>(value);
    else
      return static_cast<long long>(value);
  }
  Json(Exact, long long value);
  Json(Exact, unsigned long long value);
  Json(Exact, double value);
  [[nodiscard]] const Json& value() const override { return *this; }
  [[nodiscard]] std::string origin() const override { return "the JSON value"; }

  Node* node_ = nullptr;  // null pointer: JSON null
};

/// object({{"uid", uid}, {"count", 3}})
[[nodiscard]] Json object(std::initializer_list<std::pair<std::string_view, Json>> members);
[[nodiscard]] Json array(std::initializer_list<Json> elements);
/// The value of a JSON text; fails the test and shows the text when it is malformed.
[[nodiscard]] Json parse(std::string_view text);

/// What an answer means, named by who has to act (docs/verdicts.md has the table).
enum class Verdict { ready, not_yet, throttled, unreachable, timeout, rejected, server_error, malformed };
[[nodiscard]] const char* name(Verdict verdict);

/// Exit codes of a test process; the only table of them. `unknown`: nothing can be said about the product.
enum class Exit { passed = 0, failed = 1, skipped = 77, unknown = 99 };

/// Why there was no answer, or no usable one.
enum class Fault { none, refused, name_not_found, tls, timeout, reset, too_large, malformed, unusable };

struct Error {
  Fault fault = Fault::none;
  std::string text;  ///< one sentence: what failed, where, in which phase
  explicit operator bool() const { return fault != Fault::none; }
};

struct Header {
  std::string name;
  std::string value;
};

/// When each phase was over, from the start of the request; zero for a phase that was not reached.
struct Times {
  Duration resolved{}, connected{}, secured{}, first_byte{}, total{};
};

class Response final : public JsonReader {
 public:
  int status = 0;  ///< 0: no answer, `error` says why
  Error error;
  std::string body;             ///< decompressed
  std::vector<Header> headers;  ///< of the last answer, in order
  std::string method;
  std::string url;      ///< the one that answered, after redirects
  std::string version;  ///< "1.0", "1.1" or "2"
  Times times;
  /// A kept one is used when there is one; by a method that may not be repeated, such as POST (RFC 9110 9.2.2), only
  /// when it was in use within the last 500 ms: servers close idle ones.
  bool new_connection = false;
  /// False when the request certainly did not reach the server (refused, unknown name, failed handshake).
  bool sent = false;

  [[nodiscard]] Verdict verdict() const;
  /// The first header of that name, in any case; "" when there is none.
  [[nodiscard]] std::string header(std::string_view name) const;
  [[nodiscard]] bool has_header(std::string_view name) const;
  /// The body as JSON; fails the test and shows the body when it is none.
  [[nodiscard]] const Json& json() const;

 private:
  [[nodiscard]] const Json& value() const override { return json(); }
  [[nodiscard]] std::string origin() const override;
  mutable Json parsed_;
  mutable bool is_parsed_ = false;
};

/// A part of a multipart/form-data body (RFC 7578).
struct Part {
  std::string name;
  std::string data;          ///< the content, or the path when it comes from a file
  std::string filename;      ///< "" for a plain field
  std::string content_type;  ///< "" leaves it to the agent
  bool from_file = false;
};
[[nodiscard]] Part part(std::string name, std::string value);
/// A file to upload, read by the agent while it is sent.
[[nodiscard]] Part file_part(std::string name, std::string path, std::string content_type = "");

/// A request body. A Json value or a string converts to one.
class Body {
 public:
  Body() = default;         // none
  Body(const Json& value);  // application/json
  Body(std::string bytes, std::string type = "text/plain; charset=utf-8");
  Body(const char* text) : Body(std::string(text)) {}

  enum class Kind { none, bytes, file, multipart };
  Kind kind = Kind::none;
  std::string data;  ///< the bytes, or the path of a file
  std::string content_type;
  std::vector<Part> parts;
};
/// application/x-www-form-urlencoded
[[nodiscard]] Body form(std::initializer_list<std::pair<std::string_view, std::string_view>> fields);
[[nodiscard]] Body multipart(std::vector<Part> parts);
/// The content of a file, streamed from disk; a relative path is relative to the working directory of the test.
[[nodiscard]] Body file_body(std::string path, std::string content_type = "application/octet-stream");

/// One request, for what the shorthands of Client do not say.
class Request {
 public:
  Request(std::string request_method, std::string request_path)
      : method(std::move(request_method)), path(std::move(request_path)) {}
  Request& header(std::string name, std::string value);
  /// Appends name=value to the query, percent-encoded.
  Request& query(std::string_view name, std::string_view value);
  Request& with(Body request_body);
  /// The longest this request may take in all; shorter of this and the client's.
  Request& timeout(Duration limit);
  /// A connection of its own, closed after the answer.
  Request& fresh_connection();

  std::string method;
  std::string path;  ///< path and query, or a whole http(s) URL
  std::vector<Header> headers;
  Body body;
  Duration limit{};  ///< zero: the client's
  bool fresh = false;
};

namespace internal {
struct ClientAccess;
}

enum class HttpVersion { automatic, http1_1, http2, http2_prior_knowledge };

/// Sends requests through the agent of this run. Copies are independent of each other, cookies too.
/// Connections and TLS sessions are shared by all tests of the run. Proxies are never taken from the environment.
class Client {
 public:
  explicit Client(std::string base_url);

  Client& bearer(std::string token);                       // RFC 6750
  Client& basic(std::string user, std::string password);   // RFC 7617
  Client& digest(std::string user, std::string password);  // RFC 7616
  /// Sent with every request; replaces an earlier value of that name.
  Client& header(std::string name, std::string value);
  /// Trusts the certificates of this PEM file instead of the system's.
  Client& ca_file(const std::string& path);
  /// PEM files. One that can't be read is a Fault::tls of the request.
  Client& client_certificate(const std::string& certificate, const std::string& key);
  /// Accepts any certificate. For a test about something else than TLS, and never for a secret.
  Client& insecure();
  Client& connect_timeout(Duration limit);  ///< until TLS is set up; default 5 s
  Client& timeout(Duration limit);          ///< whole request, default 30 s; with zero or less nothing is sent
  /// Follows at most `most` redirects; none without this call. bearer(), basic(), digest() and cookies stay with their
  /// host; other headers, an API key too, go where the redirect leads.
  Client& redirects(int most = 10);
  /// http://, https:// or socks5://[user:password@]host:port. "": none, as without this call.
  Client& proxy(std::string url);
  /// Keeps and sends cookies (RFC 6265), from now on, in this client.
  Client& cookies();
  /// automatic: HTTP/2 where TLS negotiates it (RFC 9113), else 1.1.
  Client& version(HttpVersion version);
  /// Connects to this Unix socket, whatever host the URL names.
  Client& unix_socket(const std::string& path);
  Client& body_limit(std::size_t bytes);  ///< of an answer, after decompression; default 64 MiB
  /// A new connection for every request.
  Client& fresh_connection();

  [[nodiscard]] Response get(const std::string& path);
  [[nodiscard]] Response head(const std::string& path);
  [[nodiscard]] Response options(const std::string& path);
  [[nodiscard]] Response del(const std::string& path, Body body = {});
  [[nodiscard]] Response post(const std::string& path, Body body = {});
  [[nodiscard]] Response put(const std::string& path, Body body = {});
  [[nodiscard]] Response patch(const std::string& path, Body body = {});
  [[nodiscard]] Response send(const Request& request);

  [[nodiscard]] const std::string& base_url() const { return base_url_; }

 private:
  friend struct internal::ClientAccess;
  enum class Auth { none, basic, digest };
  std::string base_url_;
  std::vector<Header> headers_;
  Auth auth_ = Auth::none;
  std::string user_, password_;
  std::string ca_file_, certificate_, key_, proxy_, unix_socket_;
  bool insecure_ = false, fresh_ = false, keeps_cookies_ = false;
  std::vector<std::string> cookies_;  // Netscape cookie file lines
  Duration connect_limit_ = 5s, limit_ = 30s;
  int redirects_ = 0;
  HttpVersion version_ = HttpVersion::automatic;
  std::size_t body_limit_ = std::size_t{64} << 20;
};

}  // namespace apitest
