// SPDX-License-Identifier: MIT
// The test's end of the socket to the agent.
#pragma once

#include <apitest/retry.hpp>
#include <nlohmann/json.hpp>
#include <string>

namespace apitest::internal {

struct Reply {
  nlohmann::json head;
  std::string bytes;
};

/// Asks the agent of this run, which is started if it was not yet needed. Ends the test with 99 when there is none,
/// it died, it refuses, or it does not answer within `patience`. An answer with "error" is returned.
[[nodiscard]] Reply ask(const nlohmann::json& head, std::string_view bytes = {}, Duration patience = 10s);
/// Sends without an answer, and only over a connection that is there.
void tell(const nlohmann::json& head);
void drop_connections();
/// Whether an agent was started in this run.
[[nodiscard]] bool agent_was_started();

}  // namespace apitest::internal
