// SPDX-License-Identifier: MIT
#include <apitest/retry.hpp>

#include <algorithm>
#include <array>
#include <iostream>

#include "matrix.hpp"
#include "signals.hpp"
using namespace apitest;

namespace {

struct Harm {
  int signal;
  bool to_group;
};
constexpr std::array<Harm, 5> harms = {
    {{SIGINT, true}, {SIGTERM, false}, {SIGHUP, false}, {SIGKILL, false}, {SIGKILL, true}}};

const std::vector<std::string> short_run = {"-LE", "alone|endless", "-E", "^hanging"};

void check_killed_at(const Tree& tree, const Shop& shop, Duration moment, const Harm& harm) {
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(moment).count();
  const std::string where = "signal " + std::to_string(harm.signal) + " after " + std::to_string(milliseconds) + " ms";
  Run run(tree, shop, short_run);
  if (!run.has_ended(moment)) harm.to_group ? run.kill_group(harm.signal) : run.kill(harm.signal);
  (void)run.wait();
  check_nothing_left(tree, shop, where);
  INFO(where);
  if (!run.folder().empty()) check_report(run, "ended", {});
}

}  // namespace

void kill_at_moments(const std::string& row, unsigned moments, Duration bound) {
  const Tree tree(row);
  Shop shop(tree);
  const Duration begin = steady_clock().now();
  Run whole(tree, shop, short_run);
  CHECK(whole.wait() == 8);
  const Duration length = steady_clock().now() - begin;
  check_nothing_left(tree, shop);
  const auto possible = static_cast<unsigned>(bound / length);
  if (possible < moments) std::cout << "killed at " << possible << " moments, for more take too long\n";
  moments = std::min(moments, possible);
  REQUIRE(moments >= harms.size());
  for (unsigned i = 0; i < moments; ++i) check_killed_at(tree, shop, length * i / moments, harms.at(i % harms.size()));
  shop.restart();  // no request is under way any more
  CHECK(shop.left() == "");
}
