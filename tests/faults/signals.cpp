// SPDX-License-Identifier: MIT
#include "signals.hpp"

#include <apitest/test.hpp>
using namespace apitest;

API_TEST(signal_at_every_point) { kill_at_moments("signal_at_every_point", 40, 110s); }
