// SPDX-License-Identifier: MIT
#include "events.hpp"
using namespace apitest;

API_TEST(sees_both) { CHECK(fixture("inner").text("/outer") == fixture("outer").text("/id")); }
API_TEST(sees_outer) { CHECK(fixture("outer").has("/id")); }
