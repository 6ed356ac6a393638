// SPDX-License-Identifier: MIT
// A setup that is killed while the server works on its insert. Compiled for each server.
#include <apitest/eventually.hpp>

#include <csignal>

#include "order.hpp"
using namespace apitest;

API_TEST(is_taken_back) {
  NestedRun other;  // for a file name only
  Child runner({"sleep", "60"}, {}, other.output_file());
  NestedRun run(runner.pid());
  Order order(run, address());
  soci::session sql(address());
  sql.begin();  // a row of the same reference, so that the setup's insert must wait for us
  sql << "insert into orders (reference) values (:reference)", soci::use(order.reference());
  Child setup = order.step("setup");
  const std::string log = run.folder() + "/undo/log.jsonl";
  const Duration end = steady_clock().now() + 20s;
  while (content(log).find(order.reference()) == std::string::npos && steady_clock().now() < end)
    steady_clock().sleep(5ms);
  setup.kill(SIGKILL);
  CHECK(setup.wait() == 128 + SIGKILL);

  const int agent = run.agent_pid();
  runner.kill(SIGKILL);
  sql.rollback();
  CHECK(is_gone(agent));
  CHECK(run.state().integer("/undone") == 1);
  CHECK(count(sql, "orders", "reference", order.reference()) == 0);
}
