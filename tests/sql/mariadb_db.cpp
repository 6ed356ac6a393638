// SPDX-License-Identifier: MIT
#include "servers.hpp"
using namespace apitest;

API_FIXTURE(mariadb_db) {
  const Service server = started("mariadb", "SIGTERM");
  const std::string place = "mysql://host=127.0.0.1 port=" + std::to_string(server.port) + " db=shop";
  make_tables(*opened(place + " user=apitest"), "auto_increment");
  publish("/database", place + " user=apitest");
  publish("/with_password", place + " user=secretive password={env:SHOP_PASSWORD}");
}
