// SPDX-License-Identifier: MIT
// Answers that are well-formed.
#include <sys/socket.h>
#include <zlib.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cctype>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "fault_server.hpp"

namespace fault {
namespace {

using Json = nlohmann::json;

std::string crc32_of(const std::string& bytes) {
  const uLong crc = crc32_z(crc32_z(0, nullptr, 0), reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
  std::string text(9, '\0');
  std::snprintf(text.data(), text.size(), "%08lx", crc);
  text.pop_back();
  return text;
}

std::string text_of(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// The request as it was received. Header names in lower case.
Answer echo(const Exchange& exchange) {
  Json headers = Json::object();
  for (const auto& field : exchange.request) {
    std::string name(field.name_string());
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    headers[name] = std::string(field.value());
  }
  const std::string& body = exchange.request.body();
  return {200,
          text_of({{"method", std::string(exchange.request.method_string())},
                   {"target", std::string(exchange.request.target())},
                   {"headers", headers},
                   {"body", body.substr(0, 4096)},
                   {"body_bytes", body.size()},
                   {"body_crc32", crc32_of(body)},
                   {"connection", exchange.connection}}),
          "application/json"};
}

enum class Coding { gzip, deflate };
std::string compressed(const std::string& bytes, Coding coding) {
  z_stream stream{};
  constexpr int window = 15, with_gzip_header = 16, memory_level = 8;
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window + (coding == Coding::gzip ? with_gzip_header : 0),
               memory_level, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string filler(int bytes) {
  std::string text(static_cast<std::size_t>(bytes), '\0');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>('a' + i % 26);
  return text;
}

Next status(Exchange& exchange) {
  const int code = std::stoi("0" + exchange.segment(1));
  Answer answer{code, text_of({{"status", code}}), "application/json"};
  if (exchange.query.count("retry_after") > 0)
    answer.headers.emplace_back("Retry-After", exchange.parameter("retry_after"));
  return send(exchange, answer);
}

Next gzip(Exchange& exchange) {
  if (exchange.segment(1) == "bomb")
    return send(exchange, {200,
                           compressed(std::string(static_cast<std::size_t>(exchange.number("mb", 100)) << 20, '\0'),
                                      Coding::gzip),
                           "application/octet-stream",
                           {{"Content-Encoding", "gzip"}}});
  Answer answer = echo(exchange);
  answer.body = exchange.segment(1) == "garbage" ? "this is not gzip" : compressed(answer.body, Coding::gzip);
  answer.headers.emplace_back("Content-Encoding", "gzip");
  return send(exchange, answer);
}

Next deflated(Exchange& exchange) {
  Answer answer = echo(exchange);
  answer.body = compressed(answer.body, Coding::deflate);
  answer.headers.emplace_back("Content-Encoding", "deflate");
  return send(exchange, answer);
}

/// As many bytes as asked for, without saying how many there will be.
Next chunked(Exchange& exchange) {
  bool sent = send_raw(exchange.socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "10000\r\n" + filler(0x10000) + "\r\n";
  for (int left = exchange.number("bytes", 1 << 20); sent && left > 0; left -= 0x10000)
    sent = send_raw(exchange.socket, chunk);
  return sent && send_raw(exchange.socket, "0\r\n\r\n") ? Next::keep : Next::close;
}

/// /redirect/<n> needs n steps to /echo; /redirect/to?url= leads anywhere; /redirect/loop to itself.
Next redirect(Exchange& exchange) {
  const std::string how = exchange.segment(1);
  std::string location = exchange.parameter("url");
  if (how == "loop") location = "/redirect/loop";
  if (location.empty()) {
    const int steps = std::stoi("0" + how);
    location = steps <= 1 ? "/echo" : "/redirect/" + std::to_string(steps - 1);
  }
  return send(exchange, {exchange.number("status", 302), "", "text/plain", {{"Location", location}}});
}

/// /cookies/set?cookie=<Set-Cookie line>&cookie=…; /cookies tells what was sent; /cookies/needed wants some.
Next cookies(Exchange& exchange) {
  if (exchange.segment(1) == "needed") return send(exchange, {exchange.header("Cookie").empty() ? 401 : 204, ""});
  if (exchange.segment(1) != "set")
    return send(exchange, {200, text_of({{"cookie", exchange.header("Cookie")}}), "application/json"});
  Answer answer{200, "set", "text/plain"};
  const auto [first, last] = exchange.query.equal_range("cookie");
  for (auto one = first; one != last; ++one) answer.headers.emplace_back("Set-Cookie", one->second);
  return send(exchange, answer);
}

Next problem(Exchange& exchange) {
  const int code = exchange.number("status", 422);
  return send(exchange, {code,
                         text_of({{"type", exchange.parameter("type", "about:blank")},
                                  {"title", "Something is wrong"},
                                  {"status", code},
                                  {"detail", exchange.parameter("detail", "as you asked for")}}),
                         "application/problem+json"});
}

int port_of(const asio::ip::tcp::acceptor& acceptor) { return acceptor.local_endpoint().port(); }

}  // namespace

Endpoints open_dead_ports() {
  using Tcp = asio::ip::tcp;
  static asio::io_context context;
  const Tcp::endpoint any(asio::ip::make_address_v4("127.0.0.1"), 0);
  // The kernel takes connections up to the backlog, and drops what comes when it is full.
  static Tcp::acceptor silent(context, any), full(context, any);
  full.listen(0);
  static Tcp::socket filling(context);
  filling.connect(full.local_endpoint());
  return {"", port_of(silent), port_of(full)};
}

void add_answers(Routes& routes, const Endpoints& endpoints) {
  routes["health"] = [](Exchange& exchange) { return send(exchange, {200, "ok"}); };
  routes["endpoints"] = [endpoints](Exchange& exchange) {
    const Json body = {{"unix", endpoints.unix_socket}, {"silent", endpoints.silent}, {"full", endpoints.full}};
    return send(exchange, {200, text_of(body), "application/json"});
  };
  routes["echo"] = [](Exchange& exchange) { return send(exchange, echo(exchange)); };
  routes["status"] = status;
  routes["json"] = [](Exchange& exchange) {
    return send(exchange, {200, exchange.parameter("body"), "application/json"});
  };
  routes["gzip"] = gzip;
  routes["deflate"] = deflated;
  routes["bytes"] = [](Exchange& exchange) {
    return send(exchange, {200, filler(std::stoi("0" + exchange.segment(1))), "application/octet-stream"});
  };
  routes["chunked"] = chunked;
  routes["redirect"] = redirect;
  routes["cookies"] = cookies;
  routes["problem"] = problem;
  routes["malformed_json"] = [](Exchange& exchange) {
    return send(exchange, {200, "{\"name\": ", "application/json"});
  };
}

}  // namespace fault
