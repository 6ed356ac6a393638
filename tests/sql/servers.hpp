// SPDX-License-Identifier: MIT
// Fixtures that are databases.
#pragma once

#include <cstdlib>

#include "database.hpp"

/// Waits until the server lets us in.
inline std::unique_ptr<soci::session> opened(const std::string& address) {
  using namespace apitest;
  const Duration end = steady_clock().now() + 40s;
  for (;;) {
    try {
      return std::make_unique<soci::session>(address);
    } catch (const soci::soci_error& error) {
      if (steady_clock().now() > end) throw;
    }
    require_service();
    steady_clock().sleep(20ms);
  }
}

/// A parent and its child; `id` is what makes the database give out numbers.
inline void make_tables(soci::session& sql, const std::string& id) {
  sql << "create table orders (id integer " << id
      << " primary key, reference varchar(100) not null unique, note varchar(500), price double precision)";
  sql << "create table goods (id integer " << id
      << " primary key, order_id integer not null, label varchar(100) not null, "
         "quantity integer not null check (quantity > 0), fragile boolean, foreign key (order_id) references orders "
         "(id))";
}

inline apitest::Service started(const std::string& server, const std::string& stop_signal) {
  apitest::ServiceOptions options;
  options.command = {SQL_SERVER, server, "{port}", SQL_DATA};
  options.stop_signal = stop_signal;
  ::setenv("POSTGRES_PROGRAMS", POSTGRES_PROGRAMS, 1);
  return apitest::start_service(options);
}
