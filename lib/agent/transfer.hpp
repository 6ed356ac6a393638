// SPDX-License-Identifier: MIT
// One HTTP request of a test: from its message to a libcurl handle, and from what libcurl did to the answer.
#pragma once

#include <curl/curl.h>
#include <apitest/http.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_map>

namespace apitest::agent {

struct CurlDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  void operator()(curl_mime* mime) const { curl_mime_free(mime); }
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
template <class T>
using CurlPointer = std::unique_ptr<T, CurlDeleter>;

/// As it stands in the URL; "" when it is not there.
[[nodiscard]] std::string part_of(const CurlPointer<CURLU>& url, CURLUPart part);

/// Called once, with what came of the request, and the cookies after it in libcurl's format (Netscape's), null for a
/// request that keeps none.
using Done = std::function<void(Response response, nlohmann::json cookies)>;

/// The connections that were in use a moment ago. A server may close any other one while a request is on its way.
class RecentConnections {
 public:
  void add(const std::string& name);
  [[nodiscard]] bool has(const std::string& name) const;

 private:
  std::unordered_map<std::string, std::chrono::steady_clock::time_point> last_used_;
};

class Transfer {
 public:
  /// Throws std::invalid_argument with a sentence when the request can't be made as it stands.
  Transfer(nlohmann::json request, std::string bytes, CURLSH* share, RecentConnections& recent, Done done);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  [[nodiscard]] CURL* handle() const { return handle_.get(); }
  /// Prepares what was not sent, for its connection had been idle, to be started again on a new one. False when there
  /// is nothing of the kind.
  [[nodiscard]] bool prepare_new_connection();
  /// Tells `done` what came of it.
  void finish(CURLcode code);

 private:
  void set_up(CURLSH* share);
  void set_target();
  void set_limits();
  void set_headers();
  void set_tls();
  void set_session();
  void set_body();
  void set_multipart();
  void keep_header(std::string_view line);
  [[nodiscard]] bool keep_body(std::string_view bytes);
  [[nodiscard]] bool may_send(const std::string& connection);
  [[nodiscard]] Fault fault(CURLcode code) const;
  [[nodiscard]] std::string sentence(CURLcode code, Fault fault) const;
  [[nodiscard]] std::string phase() const;

  template <class Value>
  void option(CURLoption name, Value value);

  nlohmann::json request_;
  std::string bytes_;
  RecentConnections& recent_;
  Done done_;
  CurlPointer<CURL> handle_{curl_easy_init()};
  CurlPointer<curl_slist> header_list_;
  CurlPointer<curl_mime> mime_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_{nullptr, &std::fclose};
  char error_[CURL_ERROR_SIZE] = "";
  Response response_;
  std::size_t body_limit_ = 0;
  bool over_limit_ = false;
  std::string connection_;
  bool too_idle_ = false;  // the connection
  int sent_times_ = 0;
  bool headers_ended_ = false;
  bool answered_ = false;  // a header came since the request was last sent
  bool repeated_ = false;
};

}  // namespace apitest::agent
