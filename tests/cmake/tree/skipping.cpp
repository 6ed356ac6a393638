// SPDX-License-Identifier: MIT
#include "events.hpp"
using namespace apitest;

API_FIXTURE(skipping) { skip("no time"); }
