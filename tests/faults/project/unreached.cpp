// SPDX-License-Identifier: MIT
#include "shop.hpp"

API_TEST(for_its_fixture_is_stuck) { FAIL("runs without its fixture"); }
