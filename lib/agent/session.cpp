// SPDX-License-Identifier: MIT
#include "session.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

namespace apitest::agent {

namespace asio = boost::asio;
using boost::system::error_code;
using internal::FrameSizes;
using nlohmann::json;

void Session::start() {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket_.native_handle(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.uid != ::getuid())
    return refuse("this agent belongs to another user");
  peer_ = peer.pid;
  read_sizes();
}

void Session::read_sizes() {
  asio::async_read(socket_, asio::buffer(raw_sizes_),
                   [self = shared_from_this()](const error_code& error, std::size_t) {
                     if (error) return self->end();
                     self->read_rest();
                   });
}

void Session::read_rest() {
  FrameSizes sizes;
  std::memcpy(&sizes, raw_sizes_.data(), sizeof sizes);
  if (sizes.head > internal::largest_head) return refuse("this is no message of ApiTest; rebuild");
  frame_.resize(std::size_t{sizes.head} + sizes.bytes);
  asio::async_read(socket_, asio::buffer(frame_),
                   [self = shared_from_this(), sizes](const error_code& error, std::size_t) {
                     if (error) return self->end();
                     json head = json::parse(self->frame_.begin(), self->frame_.begin() + sizes.head, nullptr, false);
                     if (!head.is_object()) return self->refuse("this is no message of ApiTest; rebuild");
                     self->frame_.erase(0, sizes.head);
                     self->handler_.on_message(*self, std::move(head), std::exchange(self->frame_, {}));
                     if (!self->closing_ && !self->ended_) self->read_sizes();
                   });
}

void Session::reply(const json& head, const std::string& bytes) {
  if (ended_) return;
  const std::string text = head.dump(-1, ' ', false, json::error_handler_t::replace);
  const FrameSizes sizes{static_cast<std::uint32_t>(text.size()), static_cast<std::uint32_t>(bytes.size())};
  std::string frame(sizeof sizes, '\0');
  std::memcpy(frame.data(), &sizes, sizeof sizes);
  outgoing_.push_back(frame.append(text).append(bytes));
  if (outgoing_.size() == 1) write_next();
}

void Session::write_next() {
  asio::async_write(socket_, asio::buffer(outgoing_.front()),
                    [self = shared_from_this()](const error_code& error, std::size_t) {
                      if (error) return self->end();
                      self->outgoing_.pop_front();
                      if (!self->outgoing_.empty())
                        self->write_next();
                      else if (self->closing_)
                        self->end();
                    });
}

void Session::refuse(const std::string& why) {
  closing_ = true;
  reply({{"refused", true}, {"error", why}});
}

void Session::close() { end(); }

void Session::end() {
  if (std::exchange(ended_, true)) return;
  error_code ignored;
  socket_.shutdown(Socket::shutdown_both, ignored);
  socket_.close(ignored);
  handler_.on_close(*this);
}

}  // namespace apitest::agent
