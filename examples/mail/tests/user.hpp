// SPDX-License-Identifier: MIT
#pragma once

#include <apitest/fixture.hpp>
#include <apitest/test.hpp>

/// A user of this name, until the fixture or the test that made her ends.
inline void add_user(apitest::Client& mail, const std::string& name) {
  apitest::undo(mail, "DELETE", "/users/" + name);  // before there is one: then nothing can go wrong in between
  REQUIRE(mail.post("/users", apitest::object({{"name", name}})).status == 201);
}
