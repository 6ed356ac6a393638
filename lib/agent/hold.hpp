// SPDX-License-Identifier: MIT
// `apitest up` and `apitest down`: fixtures that stay between runs, for a developer's loop.
#pragma once

#include <string>
#include <vector>

namespace apitest::agent {

/// Sets up the fixtures and what they are built on, in a run of their own that lasts until hold_down(). Later runs of
/// the build tree use them and leave them alone. Returns the exit code: 0, or 1 when a setup failed, or SIGINT or
/// SIGTERM ended it, and all that is held up is taken back. Throws std::exception with a sentence for wrong names, or
/// when an executable has changed. `config` is that of a multi-config generator, else "".
int hold_up(const std::string& build_dir, const std::string& config, const std::vector<std::string>& fixtures);

/// Takes back what is held up, the last first. Returns 0, or 1 when something is left.
int hold_down(const std::string& build_dir);

}  // namespace apitest::agent
