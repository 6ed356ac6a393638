// SPDX-License-Identifier: MIT
// All HTTP of a run: libcurl's multi interface on the agent's event loop, with connections and TLS sessions kept.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>

#include "transfer.hpp"

namespace apitest::agent {

/// One libcurl multi handle.
class HttpEngine {
 public:
  explicit HttpEngine(boost::asio::io_context& loop);
  ~HttpEngine();
  HttpEngine(const HttpEngine&) = delete;
  HttpEngine& operator=(const HttpEngine&) = delete;

  /// Sends; `done` is called later from the loop, once, unless the transfer is cancelled. The result names it.
  [[nodiscard]] const void* start(nlohmann::json request, std::string bytes, Done done);
  /// Forgets a transfer; its connection is closed. One that is over already is ignored.
  void cancel(const void* transfer);

 private:
  struct Watch {
    Watch(boost::asio::io_context& loop, curl_socket_t socket) : descriptor(loop, socket) {}
    boost::asio::posix::stream_descriptor descriptor;
    int wanted = CURL_POLL_NONE;
    bool reading = false, writing = false;  // a wait is under way
  };
  using WatchPointer = std::shared_ptr<Watch>;

  void watch(curl_socket_t socket, int what);
  void arm(const WatchPointer& watch, curl_socket_t socket);
  void wait(const WatchPointer& watch, curl_socket_t socket, bool to_read);
  void set_timer(long milliseconds);
  void act(curl_socket_t socket, int events);
  void finish_transfers();

  boost::asio::io_context& loop_;
  boost::asio::steady_timer timer_;
  CURLM* multi_;
  CURLSH* share_;
  std::map<curl_socket_t, WatchPointer> watches_;
  RecentConnections recent_;
  std::map<const void*, std::unique_ptr<Transfer>> transfers_;
};

/// An engine for each HTTP version that is asked for: libcurl would answer a request for HTTP/2 over a kept connection
/// that speaks 1.1.
class Http {
 public:
  explicit Http(boost::asio::io_context& loop) : loop_(loop) {}
  /// See HttpEngine.
  [[nodiscard]] const void* start(nlohmann::json request, std::string bytes, Done done);
  void cancel(const void* transfer);

 private:
  boost::asio::io_context& loop_;
  std::map<std::string, HttpEngine> engines_;
};

}  // namespace apitest::agent
