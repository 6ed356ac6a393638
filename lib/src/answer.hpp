// SPDX-License-Identifier: MIT
// How an HTTP answer crosses the socket from the agent to the test.
#pragma once

#include <apitest/http.hpp>
#include <nlohmann/json.hpp>

namespace apitest::internal {

[[nodiscard]] const char* name(Fault fault);

/// The head of its frame, without the body. What is as in most answers is left out.
[[nodiscard]] nlohmann::json to_message(const Response& response);
/// And back; `method` is that of the request.
[[nodiscard]] Response to_response(const nlohmann::json& head, std::string body, const std::string& method);

}  // namespace apitest::internal
