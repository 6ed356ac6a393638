// SPDX-License-Identifier: MIT
#include "../events.hpp"
using namespace apitest;

API_TEST(needs_outer) { CHECK(fixture("outer").has("/id")); }
API_TEST(asks_for_nothing) { note("a dependent ran"); }
