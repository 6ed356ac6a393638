// SPDX-License-Identifier: MIT
// Fixtures that `apitest up` holds up between the runs of a build tree: <build>/apitest/held.json.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "process_id.hpp"

namespace apitest::internal {

/// held.json: run, run_dir, fixtures in the order of their setups (name, files, setup, cleanup, environment), the last
/// of which may not be up yet. Null when nothing is held up, or whoever held it is gone.
[[nodiscard]] nlohmann::json read_held(const std::string& build_dir);
/// Who holds it: the agent of its run, as far as there is one.
[[nodiscard]] ProcessId held_agent(const nlohmann::json& held);

/// Size and time of a file, as text; "" when it is not there.
[[nodiscard]] std::string file_stamp(const std::string& path);
/// The first file of a held fixture that is another one than when it was set up; "" when all are the same.
[[nodiscard]] std::string changed_file(const nlohmann::json& held_fixture);

/// The document of a fixture that is held up; null when it is not. Ends the test with 99 when it was set up by an older
/// executable.
[[nodiscard]] nlohmann::json held_document(const std::string& build_dir, const std::string& fixture);

}  // namespace apitest::internal
