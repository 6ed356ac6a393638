// SPDX-License-Identifier: MIT
#include "answer.hpp"

#include <algorithm>
#include <array>

namespace apitest::internal {
namespace {

using nlohmann::json;

constexpr std::array faults{"none",  "refused",   "name_not_found", "tls",     "timeout",
                            "reset", "too_large", "malformed",      "unusable"};

Fault fault_named(const std::string& text) {
  const auto found = std::find(faults.begin(), faults.end(), text);
  return found == faults.end() ? Fault::unusable : static_cast<Fault>(found - faults.begin());
}

}  // namespace

const char* name(Fault fault) { return faults.at(static_cast<std::size_t>(fault)); }

json to_message(const Response& response) {
  json head = json::object();
  head["status"] = response.status;
  head["url"] = response.url;
  head["version"] = response.version;
  head["sent"] = response.sent;
  head["new_connection"] = response.new_connection;
  if (response.error) {
    head["fault"] = name(response.error.fault);
    head["error"] = response.error.text;
  }
  json& headers = head["headers"] = json::array();
  for (const Header& header : response.headers) {
    headers.push_back(header.name);
    headers.push_back(header.value);
  }
  json& times = head["times"] = json::array();
  for (const Duration time : {response.times.resolved, response.times.connected, response.times.secured,
                              response.times.first_byte, response.times.total})
    times.push_back(time.count());
  return head;
}

Response to_response(const json& head, std::string body, const std::string& method) {
  Response response;
  response.method = method;
  response.body = std::move(body);
  response.status = head.value("status", 0);
  response.url = head.value("url", "");
  response.version = head.value("version", "");
  response.sent = head.value("sent", false);
  response.new_connection = head.value("new_connection", false);
  if (head.contains("fault")) response.error = {fault_named(head["fault"]), head.value("error", "")};
  const json& headers = head.at("headers");
  for (std::size_t i = 0; i + 1 < headers.size(); i += 2) response.headers.push_back({headers[i], headers[i + 1]});
  const auto time = [&](std::size_t phase) { return Duration(head.at("times").at(phase).get<Duration::rep>()); };
  response.times = {time(0), time(1), time(2), time(3), time(4)};
  return response;
}

}  // namespace apitest::internal
