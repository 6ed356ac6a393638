// SPDX-License-Identifier: MIT
// Apart from run.cpp, so that unit tests have their own in its place.
#include <apitest/json.hpp>

#include "link.hpp"
#include "run.hpp"

namespace apitest::internal {

void record(const char* kind, const Json& line) {
  nlohmann::json evidence = nlohmann_value(line);
  evidence["test"] = test_name();
  tell({{"op", "record"}, {"kind", kind}, {"line", std::move(evidence)}});
}

}  // namespace apitest::internal
