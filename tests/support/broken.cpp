// SPDX-License-Identifier: MIT
// Answers that break the protocol, or break off.
#include <cstdlib>
#include <iostream>

#include "fault_server.hpp"

namespace fault {
namespace {

const std::string half_an_answer =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\nthe first of a thousand";

/// What /raw/<name> sends before it closes the connection.
const std::map<std::string, std::string>& raw_answers() {
  static const std::map<std::string, std::string> answers = {
      {"nothing", ""},
      {"garbage_status", "HELLO WORLD\r\n\r\n"},
      {"garbage_number", "HTTP/1.1 twohundred OK\r\n\r\n"},
      {"half_headers", "HTTP/1.1 200 OK\r\nContent-Ty"},
      {"half_body", half_an_answer},
      {"garbage_chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot a size\r\nabc\r\n0\r\n\r\n"},
      {"half_chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n"},
      {"old", "HTTP/1.0 200 OK\r\n\r\nuntil the end of the connection"}};
  return answers;
}

Next raw(Exchange& exchange) {
  const auto answer = raw_answers().find(exchange.segment(1));
  if (answer == raw_answers().end()) return send(exchange, {404, "no such raw answer"});
  send_raw(exchange.socket, answer->second);
  return Next::close;
}

/// /reset/before the answer, /reset/body in its middle.
Next reset_connection(Exchange& exchange) {
  if (exchange.segment(1) == "body") send_raw(exchange.socket, half_an_answer);
  return reset(exchange.socket);
}

/// /drip/headers and /drip/body: one byte every ?ms=50, until the client has had enough.
Next drip(Exchange& exchange) {
  std::string before = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n";
  if (exchange.segment(1) == "body") before += "\r\n";
  bool sent = send_raw(exchange.socket, before + "X");
  for (int i = 0; sent && i < 100'000; ++i) {
    pause(exchange.number("ms", 50));
    sent = send_raw(exchange.socket, "x");
  }
  return Next::close;
}

/// /exit?code=3: the process ends.
Next leave(Exchange& exchange) {
  std::cerr << "told to exit" << std::endl;
  std::_Exit(exchange.number("code", EXIT_FAILURE));
}

}  // namespace

void add_broken(Routes& routes) {
  routes["raw"] = raw;
  routes["reset"] = reset_connection;
  routes["drip"] = drip;
  routes["exit"] = leave;
}

}  // namespace fault
