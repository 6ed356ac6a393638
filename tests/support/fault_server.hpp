// SPDX-License-Identifier: MIT
// What the parts of the fault server share.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/beast/http.hpp>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace fault {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Socket = asio::generic::stream_protocol::socket;

/// One request, and the raw socket to answer it on.
struct Exchange {
  Socket& socket;
  const http::request<http::string_body>& request;
  std::vector<std::string> path;  ///< decoded segments
  std::multimap<std::string, std::string> query;
  int connection;  ///< number of the connection, from 1

  [[nodiscard]] std::string segment(std::size_t index) const { return index < path.size() ? path[index] : ""; }
  [[nodiscard]] std::string parameter(const std::string& name, const std::string& otherwise = "") const;
  [[nodiscard]] int number(const std::string& name, int otherwise) const;
  [[nodiscard]] std::string header(const std::string& name) const;
};

/// What becomes of the connection.
enum class Next { keep, close };
using Handler = std::function<Next(Exchange&)>;

struct Answer {
  int status = 200;
  std::string body;
  std::string type = "text/plain";
  std::vector<std::pair<std::string, std::string>> headers{};
};
/// A well-formed answer, with the number of its connection in X-Connection.
Next send(Exchange& exchange, const Answer& answer);
/// Bytes as they are; false when the client is gone.
bool send_raw(Socket& socket, const std::string& bytes);
/// Ends the connection with a TCP reset.
Next reset(Socket& socket);
/// Waits, without reading an answer into it, until the client closes.
void wait_for_close(Socket& socket);
void pause(int milliseconds);

/// Where else the server listens.
struct Endpoints {
  std::string unix_socket;  ///< "": not asked for
  int silent = 0;           ///< a port that takes connections and never says a word
  int full = 0;             ///< a port that does not even take connections, as a host that drops packets
};
Endpoints open_dead_ports();

/// Handlers by first path segment; README.md lists them.
using Routes = std::map<std::string, Handler>;
void add_answers(Routes& routes, const Endpoints& endpoints);
void add_broken(Routes& routes);
void add_stateful(Routes& routes);
void add_authentication(Routes& routes);

}  // namespace fault
