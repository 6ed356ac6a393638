// SPDX-License-Identifier: MIT
#include <apitest/test.hpp>

#include "signals.hpp"
using namespace apitest;

API_TEST(signal_at_every_point) { kill_at_moments("long", 400, 25min); }
