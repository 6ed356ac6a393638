// SPDX-License-Identifier: MIT
// Rows of a run that is killed. Compiled for each database.
#include <csignal>

#include "order.hpp"
using namespace apitest;

API_TEST(the_runner) {
  NestedRun other;  // for a file name only
  Child runner({"sleep", "60"}, {}, other.output_file());
  NestedRun run(runner.pid());
  Order order(run, address());
  Child setup = order.step("setup");
  CHECK(setup.wait() == 0);
  INFO(setup.output());
  soci::session sql(address());
  CHECK(count(sql, "orders", "reference", order.reference()) == 1);

  const int agent = run.agent_pid();
  runner.kill(SIGKILL);
  CHECK(is_gone(agent));
  CHECK(count(sql, "orders", "reference", order.reference()) == 0);
  CHECK(run.state().integer("/undone") == 1);
}

API_TEST(the_agent_in_the_middle_of_a_cleanup) {
  NestedRun run;
  Order order(run, address());
  REQUIRE(order.step("setup").wait() == 0);
  soci::session sql(address());
  sql << "begin";
  sql << "update orders set note = 'held' where reference = :reference", soci::use(order.reference());
  Child cleanup = order.step("cleanup");
  const int agent = run.agent_pid();
  const std::string children = "/proc/" + std::to_string(agent) + "/task/" + std::to_string(agent) + "/children";
  REQUIRE(within(10s, [&] { return !content(children).empty(); }));  // it waits for us to let go of the row
  REQUIRE(::kill(agent, SIGKILL) == 0);
  REQUIRE(is_gone(agent));
  sql << "rollback";
  CHECK(cleanup.wait() == 0);
  INFO(cleanup.output());
  CHECK(count(sql, "orders", "reference", order.reference()) == 0);
}

API_TEST(nobody_but_a_key_is_there_already) {
  NestedRun run;
  Order order(run, address());
  soci::session sql(address());
  sql << "insert into orders (reference, price) values (:reference, 2)", soci::use(order.reference());
  Child setup = order.step("setup");
  CHECK(setup.wait() == 1);
  CHECK(setup.output().find("already, which must not be taken back as ours") != std::string::npos);
  CHECK(order.step("cleanup").wait() == 0);
  CHECK(count(sql, "orders", "reference", order.reference()) == 1);  // of somebody else
  sql << "delete from orders where reference = :reference", soci::use(order.reference());
}

API_TEST(nobody_but_somebody_else_has_the_id_of_a_row_that_was_rolled_back) {
  NestedRun run;
  Order order(run, address(), R"({"table": "goods", "key": "order_id",
                                  "values": {"order_id": "{/orders/0/id}", "label": "none", "quantity": 0}})");
  CHECK(order.step("setup").wait() == 1);
  soci::session sql(address());
  const std::string reference = unique("theirs");
  sql << "insert into orders (reference, price) values (:reference, 2)", soci::use(reference);
  sql << "insert into goods (order_id, label, quantity) select id, :label, 1 from orders where reference = :reference",
      soci::use(reference), soci::use(reference);
  CHECK(order.step("cleanup").wait() == 0);
  CHECK(count(sql, "goods", "label", reference) == 1);
  sql << "delete from goods where label = :label", soci::use(reference);
  sql << "delete from orders where reference = :reference", soci::use(reference);
}

API_TEST(nobody_but_the_row_can_not_be_deleted) {
  NestedRun run;
  Order order(run, address());
  CHECK(order.step("setup").wait() == 0);
  soci::session sql(address());
  sql << "insert into goods (order_id, label, quantity) select id, 'late', 1 from orders where reference = :reference",
      soci::use(order.reference());
  Child cleanup = order.step("cleanup");
  const int code = cleanup.wait().value_or(-1);
  const std::string said = cleanup.output();
  INFO(said);
  CHECK(code == 1);
  CHECK(said.find("left behind: call drop_row(") != std::string::npos);
  CHECK(said.find("delete from orders: ") != std::string::npos);
  sql << "delete from goods where label = 'late'";
  sql << "delete from orders where reference = :reference", soci::use(order.reference());
}
