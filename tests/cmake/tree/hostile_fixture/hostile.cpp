// SPDX-License-Identifier: MIT
#include <apitest/fixture.hpp>
#include <apitest/test.hpp>
#include <hostile.hpp>
using namespace apitest;

API_FIXTURE(hostile_fixture) {
  const Json& use = parameters();
  CHECK(use.text("/TEXT") == hostile);
  CHECK(use.integer("/NUMBER") == -7);
  CHECK(use.text("/DIRECTORY").substr(0, 1) == "/");
  REQUIRE(command().front() == "program");
  if (use.size("/TEXTS") > 0) {
    CHECK(use.at("/TEXTS") == array({hostile, "a;b", "", "["}));
    const std::size_t expression = hostile.find("$<0:x>");
    CHECK(command() == std::vector<std::string>{"program", std::string(hostile).erase(expression, 6), "a;b", "", "["});
  } else {
    publish("/outer", fixture("outer").text("/id"));
  }
  publish("/texts", std::to_string(use.size("/TEXTS")));
}
