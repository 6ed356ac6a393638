// SPDX-License-Identifier: MIT
#include "support.hpp"

#include <utility>

#include "run.hpp"

namespace {
std::vector<unit::Recorded> recorded;
}

namespace apitest::internal {

/// In the place of the library's, which hands its lines to an agent.
void record(const char* kind, const Json& line) { recorded.push_back({kind, nlohmann_value(line)}); }

}  // namespace apitest::internal

namespace unit {

std::vector<Recorded> take_records() { return std::exchange(recorded, {}); }

}  // namespace unit
