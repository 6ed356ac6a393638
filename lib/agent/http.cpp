// SPDX-License-Identifier: MIT
#include "http.hpp"

#include <boost/asio/post.hpp>
#include <chrono>
#include <stdexcept>

namespace apitest::agent {

namespace asio = boost::asio;
using boost::system::error_code;

HttpEngine::HttpEngine(asio::io_context& loop)
    : loop_(loop), timer_(loop), multi_(curl_multi_init()), share_(curl_share_init()) {
  if (multi_ == nullptr || share_ == nullptr) throw std::bad_alloc();
  curl_share_setopt(share_, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, 64L);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(
      multi_, CURLMOPT_SOCKETFUNCTION, +[](CURL*, curl_socket_t socket, int what, void* self, void*) {
        static_cast<HttpEngine*>(self)->watch(socket, what);
        return 0;
      });
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(
      multi_, CURLMOPT_TIMERFUNCTION, +[](CURLM*, long milliseconds, void* self) {
        static_cast<HttpEngine*>(self)->set_timer(milliseconds);
        return 0;
      });
}

HttpEngine::~HttpEngine() {
  for (const auto& [name, transfer] : transfers_) curl_multi_remove_handle(multi_, transfer->handle());
  transfers_.clear();
  curl_multi_cleanup(multi_);
  for (const auto& [socket, watch] : watches_) watch->descriptor.release();
  curl_share_cleanup(share_);
}

const void* HttpEngine::start(nlohmann::json request, std::string bytes, Done done) {
  auto transfer = std::make_unique<Transfer>(std::move(request), std::move(bytes), share_, recent_, std::move(done));
  const void* const name = transfer.get();
  curl_multi_add_handle(multi_, transfer->handle());
  transfers_.emplace(name, std::move(transfer));
  return name;
}

void HttpEngine::cancel(const void* transfer) {
  const auto found = transfers_.find(transfer);
  if (found == transfers_.end()) return;
  curl_multi_remove_handle(multi_, found->second->handle());
  transfers_.erase(found);
}

void HttpEngine::watch(curl_socket_t socket, int what) {
  const auto found = watches_.find(socket);
  if (what == CURL_POLL_REMOVE) {
    if (found == watches_.end()) return;
    found->second->wanted = CURL_POLL_NONE;
    found->second->descriptor.release();  // libcurl owns and closes it
    watches_.erase(found);
    return;
  }
  const WatchPointer watch = found != watches_.end()
                                 ? found->second
                                 : watches_.emplace(socket, std::make_shared<Watch>(loop_, socket)).first->second;
  watch->wanted = what;
  arm(watch, socket);
}

void HttpEngine::arm(const WatchPointer& watch, curl_socket_t socket) {
  if ((watch->wanted & CURL_POLL_IN) != 0 && !watch->reading) wait(watch, socket, true);
  if ((watch->wanted & CURL_POLL_OUT) != 0 && !watch->writing) wait(watch, socket, false);
}

void HttpEngine::wait(const WatchPointer& watch, curl_socket_t socket, bool to_read) {
  bool& waiting = to_read ? watch->reading : watch->writing;
  waiting = true;
  const auto kind = to_read ? asio::posix::stream_descriptor::wait_read : asio::posix::stream_descriptor::wait_write;
  watch->descriptor.async_wait(kind, [this, watch, socket, to_read, &waiting](const error_code& error) {
    waiting = false;
    const int wanted = to_read ? CURL_POLL_IN : CURL_POLL_OUT;
    if (error == asio::error::operation_aborted || (watch->wanted & wanted) == 0) return;
    act(socket, error ? CURL_CSELECT_ERR : to_read ? CURL_CSELECT_IN : CURL_CSELECT_OUT);
    if (watch->wanted != CURL_POLL_NONE) arm(watch, socket);
  });
}

void HttpEngine::set_timer(long milliseconds) {
  timer_.cancel();
  if (milliseconds < 0) return;
  if (milliseconds == 0)  // "now", but not from within libcurl
    return asio::post(loop_, [this] { act(CURL_SOCKET_TIMEOUT, 0); });
  timer_.expires_after(std::chrono::milliseconds(milliseconds));
  timer_.async_wait([this](const error_code& error) {
    if (!error) act(CURL_SOCKET_TIMEOUT, 0);
  });
}

void HttpEngine::act(curl_socket_t socket, int events) {
  int running = 0;
  curl_multi_socket_action(multi_, socket, events, &running);
  finish_transfers();
}

void HttpEngine::finish_transfers() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* const handle = message->easy_handle;
    const CURLcode code = message->data.result;
    Transfer* transfer = nullptr;
    curl_easy_getinfo(handle, CURLINFO_PRIVATE, &transfer);
    curl_multi_remove_handle(multi_, handle);
    if (transfer->prepare_new_connection()) {
      curl_multi_add_handle(multi_, handle);
      continue;
    }
    const auto node = transfers_.extract(transfer);
    transfer->finish(code);
  }
}

// --- all engines

const void* Http::start(nlohmann::json request, std::string bytes, Done done) {
  HttpEngine& engine = engines_.try_emplace(request.value("version", ""), loop_).first->second;
  return engine.start(std::move(request), std::move(bytes), std::move(done));
}

void Http::cancel(const void* transfer) {
  for (auto& [version, engine] : engines_) engine.cancel(transfer);
}

}  // namespace apitest::agent
