// SPDX-License-Identifier: MIT
#include "events.hpp"
using namespace apitest;

API_FIXTURE(inner) {
  note("inner is set up");
  publish("/outer", fixture("outer").text("/id"));
}
