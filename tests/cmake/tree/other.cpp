// SPDX-License-Identifier: MIT
#include "events.hpp"
using namespace apitest;

API_FIXTURE(other) { publish("/name", "other"); }
