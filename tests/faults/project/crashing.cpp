// SPDX-License-Identifier: MIT
#include "shop.hpp"

#include <csignal>
using namespace apitest;

API_TEST(by_a_signal) {
  good_in(order_for(join("crashing")));
  std::signal(SIGSEGV, SIG_DFL);  // sanitizers and doctest would catch it
  std::raise(SIGSEGV);
}
