// SPDX-License-Identifier: MIT
// What the library itself needs of a Client: its requests as messages to the agent.
#pragma once

#include <apitest/http.hpp>
#include <nlohmann/json.hpp>
#include <string>

namespace apitest::internal {

struct ClientAccess {
  [[nodiscard]] static nlohmann::json message(const Client& client, const Request& request);
  [[nodiscard]] static std::string url(const Client& client, const std::string& path);
  /// Sends a message() of this request, which may have been added to, within the limits of now.
  [[nodiscard]] static Response send(Client& client, const Request& request, nlohmann::json message);
};

}  // namespace apitest::internal
