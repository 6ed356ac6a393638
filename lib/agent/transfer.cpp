// SPDX-License-Identifier: MIT
#include "transfer.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace apitest::agent {
namespace {

using nlohmann::json;

std::string text(const json& value, const char* key) { return value.value(key, std::string()); }

void refuse_line_breaks(const std::string& value, const std::string& what) {
  if (value.find_first_of(std::string("\r\n\0", 3)) != std::string::npos)
    throw std::invalid_argument(what +
                                " has a line break or a zero byte in it, which would begin another header. Encode it");
}

[[noreturn]] void refuse_file(const std::string& file, int error) {
  throw std::invalid_argument(file + " can't be read: " + std::generic_category().message(error));
}

/// RFC 9110 5.6.2: what methods and header names are made of.
bool is_token(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte < 0x7f && std::string_view("\"(),/:;<=>?@[\\]{}").find(c) == std::string_view::npos;
  });
}

/// Servers close a connection that was idle for a second (a few), two (gunicorn), five (Node.js, Apache) or more.
constexpr std::chrono::milliseconds longest_idle{500};
constexpr std::size_t most_recent_connections = 1000;

/// RFC 9110 9.2.2
bool is_idempotent(const std::string& method) {
  static constexpr std::array methods{"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"};
  return std::find(methods.begin(), methods.end(), method) != methods.end();
}

Fault fault_of(CURLcode code) {
  switch (code) {
    case CURLE_OK:
      return Fault::none;
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
      return Fault::refused;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return Fault::name_not_found;
    case CURLE_OPERATION_TIMEDOUT:
      return Fault::timeout;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_CLIENTCERT:
      return Fault::tls;
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_SEND_FAIL_REWIND:
      return Fault::reset;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:  // the scheme was checked before: it is the answer that is no HTTP
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_TOO_MANY_REDIRECTS:
      return Fault::malformed;
    default:
      return Fault::unusable;
  }
}

template <class Value>
Value information(CURL* handle, CURLINFO what) {
  Value value{};
  curl_easy_getinfo(handle, what, &value);
  return value;
}

std::chrono::microseconds time(CURL* handle, CURLINFO what) {
  return std::chrono::microseconds(information<curl_off_t>(handle, what));
}

const char* version_name(long version) {
  switch (version) {
    case CURL_HTTP_VERSION_1_0:
      return "1.0";
    case CURL_HTTP_VERSION_1_1:
      return "1.1";
    case CURL_HTTP_VERSION_2_0:
      return "2";
    default:
      return "";
  }
}

json cookies_of(CURL* handle) {
  const CurlPointer<curl_slist> list(information<curl_slist*>(handle, CURLINFO_COOKIELIST));
  json lines = json::array();
  for (const curl_slist* line = list.get(); line != nullptr; line = line->next) lines.push_back(line->data);
  return lines;
}

}  // namespace

std::string part_of(const CurlPointer<CURLU>& url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url.get(), part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return "";
  std::string copy(text);
  curl_free(text);
  return copy;
}

void RecentConnections::add(const std::string& name) {
  if (last_used_.size() == most_recent_connections) last_used_.clear();  // who is forgotten is taken for idle
  last_used_[name] = std::chrono::steady_clock::now();
}

bool RecentConnections::has(const std::string& name) const {
  const auto found = last_used_.find(name);
  return found != last_used_.end() && std::chrono::steady_clock::now() - found->second < longest_idle;
}

template <class Value>
void Transfer::option(CURLoption name, Value value) {
  if (const CURLcode code = curl_easy_setopt(handle_.get(), name, value); code != CURLE_OK)
    throw std::invalid_argument(std::string("libcurl refuses an option of this request: ") + curl_easy_strerror(code));
}

Transfer::Transfer(json request, std::string bytes, CURLSH* share, RecentConnections& recent, Done done)
    : request_(std::move(request)), bytes_(std::move(bytes)), recent_(recent), done_(std::move(done)) {
  set_up(share);
  set_target();
  set_limits();
  set_tls();
  set_session();
  set_body();
  set_headers();
}

void Transfer::set_up(CURLSH* share) {
  option(CURLOPT_PRIVATE, this);
  option(CURLOPT_ERRORBUFFER, error_);
  option(CURLOPT_SHARE, share);
  option(CURLOPT_NOSIGNAL, 1L);
  option(CURLOPT_WRITEDATA, this);
  option(
      CURLOPT_WRITEFUNCTION, +[](char* data, std::size_t, std::size_t size, void* self) {
        return static_cast<Transfer*>(self)->keep_body({data, size}) ? size : 0;
      });
  option(CURLOPT_HEADERDATA, this);
  option(
      CURLOPT_HEADERFUNCTION, +[](char* data, std::size_t, std::size_t size, void* self) {
        static_cast<Transfer*>(self)->keep_header({data, size});
        return size;
      });
  option(CURLOPT_PREREQDATA, this);
  option(
      CURLOPT_PREREQFUNCTION, +[](void* self, char* to, char* from, int to_port, int from_port) {
        std::string connection;  // "": over a Unix socket, which has no ports to tell them apart
        if (from_port > 0)
          connection = std::string(from) + ':' + std::to_string(from_port) + '>' + to + ':' + std::to_string(to_port);
        return static_cast<Transfer*>(self)->may_send(connection) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
      });
}

void Transfer::set_target() {
  const std::string url = text(request_, "url");
  if (url.rfind("http://", 0) != 0 && url.rfind("https://", 0) != 0)
    throw std::invalid_argument("this is no http:// or https:// address. Name one in the request or in its Client");
  option(CURLOPT_URL, url.c_str());
  option(CURLOPT_PROTOCOLS_STR, "http,https");
  option(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  option(CURLOPT_PROXY, text(request_, "proxy").c_str());  // "" also keeps http_proxy of the environment out
  if (const std::string path = text(request_, "unix_socket"); !path.empty())
    option(CURLOPT_UNIX_SOCKET_PATH, path.c_str());
  const std::string version = text(request_, "version");
  if (version == "1.1") option(CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
  if (version == "2") option(CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_2TLS});
  if (version == "2 prior knowledge") option(CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE});
  // libcurl 7.88 can't use an HTTP/2 connection without TLS twice (curl pull request 10643).
  if (request_.value("fresh", false) || version == "2 prior knowledge") {
    option(CURLOPT_FRESH_CONNECT, 1L);
    option(CURLOPT_FORBID_REUSE, 1L);
  }
}

void Transfer::set_limits() {
  option(CURLOPT_CONNECTTIMEOUT_MS, std::max(1L, request_.value("connect_ms", 5000L)));
  option(CURLOPT_TIMEOUT_MS, std::max(1L, request_.value("total_ms", 30000L)));
  body_limit_ = request_.value("body_limit", std::size_t{64} << 20U);
  option(CURLOPT_ACCEPT_ENCODING, "");  // all that libcurl can decompress
  const long redirects = request_.value("redirects", 0L);
  option(CURLOPT_FOLLOWLOCATION, redirects > 0 ? 1L : 0L);
  if (redirects > 0) option(CURLOPT_MAXREDIRS, redirects);  // 0 would also forbid the second step of digest
}

void Transfer::set_tls() {
  const json tls = request_.value("tls", json::object());
  if (const std::string path = text(tls, "ca"); !path.empty()) option(CURLOPT_CAINFO, path.c_str());
  if (const std::string path = text(tls, "certificate"); !path.empty()) {
    option(CURLOPT_SSLCERT, path.c_str());
    option(CURLOPT_SSLKEY, text(tls, "key").c_str());
  }
  if (tls.value("insecure", false)) {
    option(CURLOPT_SSL_VERIFYPEER, 0L);
    option(CURLOPT_SSL_VERIFYHOST, 0L);
  }
}

void Transfer::set_session() {
  const json auth = request_.value("auth", json::object());
  const std::string kind = text(auth, "kind");
  if (kind == "basic" || kind == "digest") {
    option(CURLOPT_HTTPAUTH, kind == "basic" ? CURLAUTH_BASIC : CURLAUTH_DIGEST);
    option(CURLOPT_USERNAME, text(auth, "user").c_str());
    option(CURLOPT_PASSWORD, text(auth, "password").c_str());
  }
  if (!request_.contains("cookies")) return;
  option(CURLOPT_COOKIEFILE, "");  // switches the cookie engine on and reads nothing
  for (const json& line : request_["cookies"]) option(CURLOPT_COOKIELIST, line.get<std::string>().c_str());
}

void Transfer::set_body() {
  const std::string method = text(request_, "method");
  if (!is_token(method)) throw std::invalid_argument("'" + method + "' is no HTTP method. It is one word, such as GET");
  const json body = request_.value("body", json::object());
  const std::string kind = text(body, "kind");
  if (kind == "multipart") {
    set_multipart();
  } else if (kind == "file") {
    const std::string path = text(body, "path");
    struct stat status {};
    file_.reset(std::fopen(path.c_str(), "rbe"));
    if (!file_ || ::fstat(::fileno(file_.get()), &status) != 0) refuse_file("the body's file " + path, errno);
    if (!S_ISREG(status.st_mode)) throw std::invalid_argument("the body's file " + path + " is no regular file");
    option(CURLOPT_POST, 1L);
    option(CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t{status.st_size});
    option(CURLOPT_READDATA, file_.get());
    option(CURLOPT_SEEKDATA, file_.get());
    option(
        CURLOPT_SEEKFUNCTION, +[](void* file, curl_off_t offset, int origin) {
          return ::fseeko(static_cast<std::FILE*>(file), offset, origin) == 0 ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL;
        });
  } else if (kind == "bytes" || method == "POST" || method == "PUT" || method == "PATCH") {
    option(CURLOPT_POST, 1L);
    option(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(bytes_.size()));
    option(CURLOPT_POSTFIELDS, bytes_.data());
  } else if (method == "HEAD") {
    option(CURLOPT_NOBODY, 1L);
  }
  // GET, HEAD and POST are known to libcurl, which then also knows what becomes of them when redirected.
  const bool has_body = kind != "none" && !kind.empty();
  if ((method != "GET" && method != "HEAD" && method != "POST") || (method != "POST" && has_body))
    option(CURLOPT_CUSTOMREQUEST, method.c_str());
}

void Transfer::set_multipart() {
  mime_.reset(curl_mime_init(handle_.get()));
  std::size_t offset = 0;
  for (const json& part : request_["body"]["parts"]) {
    curl_mimepart* const added = curl_mime_addpart(mime_.get());
    curl_mime_name(added, text(part, "name").c_str());
    const std::string path = text(part, "path");
    if (!path.empty()) {
      if (curl_mime_filedata(added, path.c_str()) != CURLE_OK) refuse_file("the part's file " + path, errno);
    } else {
      const std::size_t size = std::min(part.value("size", std::size_t{0}), bytes_.size() - offset);
      curl_mime_data(added, bytes_.data() + offset, size);
      offset += size;
    }
    if (const std::string name = text(part, "filename"); !name.empty()) curl_mime_filename(added, name.c_str());
    if (const std::string type = text(part, "type"); !type.empty()) curl_mime_type(added, type.c_str());
  }
  option(CURLOPT_MIMEPOST, mime_.get());
}

void Transfer::set_headers() {
  const auto add = [this](const std::string& line) {
    curl_slist* const longer = curl_slist_append(header_list_.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    (void)header_list_.release();
    header_list_.reset(longer);
  };
  // libcurl would wait up to a second for "100 Continue" from servers that never send it.
  add("Expect:");
  bool has_type = false;
  for (const json& header : request_.value("headers", json::array())) {
    const std::string name = header.at(0).get<std::string>();
    const std::string value = header.at(1).get<std::string>();
    if (!is_token(name)) throw std::invalid_argument("'" + name + "' is no header name. Use letters, digits and -");
    refuse_line_breaks(value, "the header " + name);
    std::string lower(name.size(), ' ');
    std::transform(name.begin(), name.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    has_type = has_type || lower == "content-type";
    add(value.empty() ? name + ";" : name + ": " + value);  // libcurl's spelling of an empty header
  }
  if (!has_type && !mime_) {
    const std::string type = text(request_.value("body", json::object()), "type");
    refuse_line_breaks(type, "the content type");
    add(type.empty() ? "Content-Type:" : "Content-Type: " + type);
  }
  option(CURLOPT_HTTPHEADER, header_list_.get());
}

void Transfer::keep_header(std::string_view line) {
  answered_ = true;
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
  if (line.rfind("HTTP/", 0) == 0) {  // an answer begins: of the proxy, of a redirect, or the last one
    response_.headers.clear();
    response_.body.clear();
    headers_ended_ = false;
    return;
  }
  if (line.empty()) headers_ended_ = true;
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  std::string_view value = line.substr(colon + 1);
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
  response_.headers.push_back({std::string(line.substr(0, colon)), std::string(value)});
}

bool Transfer::keep_body(std::string_view bytes) {
  over_limit_ = bytes.size() > body_limit_ - response_.body.size();
  if (!over_limit_) response_.body.append(bytes);
  return !over_limit_;
}

/// libcurl sends again by itself when a kept connection turns out closed. What is not idempotent is sent only once, and
/// on no connection that the server may be about to close; after an answer it is not the same sending again but the
/// next step of a redirect or of digest.
bool Transfer::may_send(const std::string& connection) {
  connection_ = connection;
  if (!is_idempotent(text(request_, "method"))) {
    const bool is_kept = information<long>(handle_.get(), CURLINFO_NUM_CONNECTS) == 0;
    too_idle_ = is_kept && sent_times_ == 0 && !recent_.has(connection_);
    repeated_ = sent_times_ > 0 && !answered_;
    if (too_idle_ || repeated_) return false;
  }
  ++sent_times_;
  answered_ = false;
  return true;
}

bool Transfer::prepare_new_connection() {
  if (!std::exchange(too_idle_, false)) return false;
  option(CURLOPT_FRESH_CONNECT, 1L);
  error_[0] = '\0';
  return true;
}

std::string Transfer::phase() const {
  CURL* const handle = handle_.get();
  const bool is_tls = text(request_, "url").rfind("https:", 0) == 0;
  if (sent_times_ > 0) return answered_ ? "receiving the answer" : "waiting for the answer";
  if (time(handle, CURLINFO_NAMELOOKUP_TIME_T).count() == 0) return "looking up the name";
  // The port is known as soon as there is a connection; libcurl's times are not, before the handshake is over.
  return is_tls && information<long>(handle, CURLINFO_LOCAL_PORT) != 0 ? "the TLS handshake" : "connecting";
}

/// As fault_of(), where the code alone does not tell.
Fault Transfer::fault(CURLcode code) const {
  if (over_limit_) return Fault::too_large;
  if (repeated_) return Fault::reset;
  if (code == CURLE_RECV_ERROR && information<long>(handle_.get(), CURLINFO_HTTP_CONNECTCODE) >= 300)
    return Fault::refused;
  if (code == CURLE_RECV_ERROR && std::string_view(error_).find("chunk") != std::string_view::npos)
    return Fault::malformed;
  if (code == CURLE_OK && !headers_ended_) return Fault::reset;
  return fault_of(code);
}

std::string Transfer::sentence(CURLcode code, Fault fault) const {
  std::string what = text(request_, "method") + " " + text(request_, "url");
  if (const std::string path = text(request_, "unix_socket"); !path.empty()) what += " at " + path;
  if (over_limit_)
    return what + ": the answer's body is longer than the limit of " + std::to_string(body_limit_) + " bytes";
  if (repeated_)
    return what +
           ": the connection was closed before an answer; not repeated, for the request may have been carried out";
  if (code == CURLE_OK) return what + ": the connection was closed in the middle of the answer's headers";
  const std::string reason = error_[0] != '\0' ? error_ : curl_easy_strerror(code);
  if (fault == Fault::timeout) {
    const auto taken = std::chrono::floor<std::chrono::milliseconds>(time(handle_.get(), CURLINFO_TOTAL_TIME_T));
    return what + ": no answer within " + std::to_string(taken.count()) + " ms (while " + phase() + ")";
  }
  if (fault == Fault::tls) return what + ": TLS: " + reason;
  const long system_error = information<long>(handle_.get(), CURLINFO_OS_ERRNO);
  if (fault == Fault::refused && system_error != 0)
    return what + ": " + reason + " (" + std::generic_category().message(static_cast<int>(system_error)) + ")";
  return what + ": " + reason;
}

void Transfer::finish(CURLcode code) {
  CURL* const handle = handle_.get();
  if (code == CURLE_OK && !connection_.empty()) recent_.add(connection_);
  response_.error.fault = fault(code);
  if (response_.error) {
    response_.error.text = sentence(code, response_.error.fault);
    response_.headers.clear();
    response_.body.clear();
  } else {
    response_.status = static_cast<int>(information<long>(handle, CURLINFO_RESPONSE_CODE));
  }
  const char* const url = information<const char*>(handle, CURLINFO_EFFECTIVE_URL);
  response_.method = text(request_, "method");
  response_.url = url == nullptr ? text(request_, "url") : url;
  response_.version = version_name(information<long>(handle, CURLINFO_HTTP_VERSION));
  response_.new_connection = information<long>(handle, CURLINFO_NUM_CONNECTS) > 0;
  response_.sent = sent_times_ > 0;
  response_.times = {time(handle, CURLINFO_NAMELOOKUP_TIME_T), time(handle, CURLINFO_CONNECT_TIME_T),
                     time(handle, CURLINFO_APPCONNECT_TIME_T), time(handle, CURLINFO_STARTTRANSFER_TIME_T),
                     time(handle, CURLINFO_TOTAL_TIME_T)};
  done_(std::move(response_), request_.contains("cookies") ? cookies_of(handle) : json());
}

}  // namespace apitest::agent
