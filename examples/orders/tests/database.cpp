// SPDX-License-Identifier: MIT
// Two tables for each story, in a file in the folder of the run.
#include <apitest/fixture.hpp>

#include <cstdlib>

#include "tables.hpp"
using namespace apitest;

API_FIXTURE(database) {
  const char* const folder = std::getenv("APITEST_RUN_DIR");
  REQUIRE(folder != nullptr);
  for (const std::string story : {"both_succeed", "order_fails", "goods_fail"}) {
    const std::string file = std::string(folder) + "/" + story + ".db";
    undo_command({"rm", "-f", file});
    Tables(file).run(
        "create table orders (id integer primary key, reference text not null unique,"
        "                     buyer text not null check (buyer <> ''));"
        "create table goods (order_id integer not null references orders (id), article text not null,"
        "                    quantity integer not null check (quantity > 0));");
    publish("/" + story, "sqlite3://db=" + file);
    publish("/files/" + story, file);
  }
}
