// SPDX-License-Identifier: MIT
#include "session.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
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
  read();
}

void Session::read() {
  socket_.async_read_some(asio::buffer(chunk_), [self = shared_from_this()](const error_code& error, std::size_t size) {
    if (error) return self->end();
    self->incoming_.append(self->chunk_.data(), size);
    while (!self->closing_ && !self->ended_ && self->take_frame()) {
    }
    if (!self->closing_ && !self->ended_) self->read();
  });
}

/// Passes on the first frame that has come; false when it is not there as a whole.
bool Session::take_frame() {
  FrameSizes sizes;
  if (incoming_.size() < sizeof sizes) return false;
  std::memcpy(&sizes, incoming_.data(), sizeof sizes);
  if (sizes.head > internal::largest_head) {
    refuse(std::string("this is no message of ApiTest") + internal::rebuild);
    return false;
  }
  const std::size_t head_end = sizeof sizes + sizes.head, frame_end = head_end + sizes.bytes;
  if (incoming_.size() < frame_end) return false;
  json head = json::parse(incoming_.data() + sizeof sizes, incoming_.data() + head_end, nullptr, false);
  std::string bytes = incoming_.substr(head_end, sizes.bytes);
  incoming_.erase(0, frame_end);
  if (head.is_object())
    handler_.on_message(*this, std::move(head), std::move(bytes));
  else
    refuse(std::string("this is no message of ApiTest") + internal::rebuild);
  return true;
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
