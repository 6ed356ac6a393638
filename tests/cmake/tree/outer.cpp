// SPDX-License-Identifier: MIT
#include "events.hpp"
using namespace apitest;

API_FIXTURE(outer) {
  note("outer is set up");
  publish("/id", unique("outer"));
}
