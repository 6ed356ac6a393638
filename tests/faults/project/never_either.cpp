// SPDX-License-Identifier: MIT
#include "shop.hpp"

API_TEST(this_one) { FAIL("runs without its fixture"); }
API_TEST(that_one) { FAIL("runs without its fixture"); }
