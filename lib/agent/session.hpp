// SPDX-License-Identifier: MIT
// One connection of a test: frames in, answers out.
#pragma once

#include <array>
#include <boost/asio/local/stream_protocol.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "protocol.hpp"

namespace apitest::agent {

class Session : public std::enable_shared_from_this<Session> {
 public:
  using Socket = boost::asio::local::stream_protocol::socket;

  /// What the agent does with a connection.
  class Handler {
   public:
    virtual ~Handler() = default;
    virtual void on_message(Session& session, nlohmann::json head, std::string bytes) = 0;
    virtual void on_close(Session& session) = 0;
  };

  Session(Socket socket, Handler& handler) : socket_(std::move(socket)), handler_(handler) {}

  /// Refuses a process of another user, else reads until the other end closes.
  void start();
  void reply(const nlohmann::json& head, const std::string& bytes = {});
  /// Answers why, and closes after that.
  void refuse(const std::string& why);
  void close();
  [[nodiscard]] int peer() const { return peer_; }  ///< pid

  std::string test;                   ///< of the hello; "" before it
  std::string scope;                  ///< what its changes hang on; "" when it can't make any
  std::vector<std::string> built_on;  ///< the fixtures of its test
  const void* transfer = nullptr;     ///< the HTTP request under way
  bool is_awaited = false;            ///< that request may change something: it is not cancelled

 private:
  void read();
  bool take_frame();
  void write_next();
  void end();

  Socket socket_;
  Handler& handler_;
  int peer_ = 0;
  std::array<char, 16384> chunk_;  // what was read last
  std::string incoming_;           // and not yet passed on
  std::deque<std::string> outgoing_;
  bool closing_ = false, ended_ = false;
};

}  // namespace apitest::agent
