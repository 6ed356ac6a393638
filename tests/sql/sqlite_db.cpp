// SPDX-License-Identifier: MIT
#include "servers.hpp"
using namespace apitest;

API_FIXTURE(sqlite_db) {
  const char* const folder = std::getenv("APITEST_RUN_DIR");
  REQUIRE(folder != nullptr);
  const std::string path = std::string(folder) + "/shop.db";
  undo_command({"rm", "-f", path});
  const std::string address = "sqlite3://db=" + path + " timeout=20";  // seconds, for a lock
  make_tables(*opened(address), "");
  publish("/database", address);
}
