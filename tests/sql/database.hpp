// SPDX-License-Identifier: MIT
// The databases of these tests, asked directly.
#pragma once

#include <apitest/fixture.hpp>
#include <apitest/retry.hpp>
#include <apitest/test.hpp>

#include <soci/soci.h>

#include <memory>
#include <string>

/// The address of the database that this suite is about.
inline std::string address() { return apitest::fixture(DATABASE_FIXTURE).text("/database"); }

/// Rows whose column has this value.
inline int count(soci::session& sql, const std::string& table, const std::string& column, const std::string& value) {
  int rows = -1;
  sql << "select count(*) from " << table << " where " << column << " = :value", soci::use(value), soci::into(rows);
  return rows;
}
