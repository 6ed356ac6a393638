// SPDX-License-Identifier: MIT
#include "events.hpp"
using namespace apitest;

// Needs a fixture whose setup fails.
API_TEST(runs) { note("a dependent ran"); }
