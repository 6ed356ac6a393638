// SPDX-License-Identifier: MIT
// The nlohmann value inside a Json, for who wants the whole of it. Costs a second of compile time: include it only
// where pointers are not enough.
#pragma once

#include <apitest/http.hpp>
#include <nlohmann/json.hpp>

namespace apitest {

[[nodiscard]] const nlohmann::json& nlohmann_value(const Json& value);
[[nodiscard]] Json from_nlohmann(nlohmann::json value);

}  // namespace apitest
