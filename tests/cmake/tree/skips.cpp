// SPDX-License-Identifier: MIT
#include "events.hpp"
using namespace apitest;

API_TEST(is_skipped) { skip("only on Fridays"); }
API_TEST(runs) { CHECK(true); }
