// SPDX-License-Identifier: MIT
#include "events.hpp"
using namespace apitest;

API_FIXTURE(broken) { REQUIRE(fixture("outer").text("/id") == "something else"); }
