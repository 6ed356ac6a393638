// SPDX-License-Identifier: MIT
// The database, asked with SQLite's own functions.
#pragma once

#include <apitest/test.hpp>

#include <sqlite3.h>

#include <string>

class Tables {
 public:
  explicit Tables(const std::string& file) { REQUIRE(sqlite3_open(file.c_str(), &handle_) == SQLITE_OK); }
  ~Tables() { sqlite3_close(handle_); }
  Tables(const Tables&) = delete;
  Tables& operator=(const Tables&) = delete;

  void run(const std::string& sql) {
    INFO(sql);
    REQUIRE(sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  }

  /// The first column of the first row.
  std::string value(const std::string& sql) {
    INFO(sql);
    sqlite3_stmt* statement = nullptr;
    REQUIRE(sqlite3_prepare_v2(handle_, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK);
    const bool has_row = sqlite3_step(statement) == SQLITE_ROW;
    const unsigned char* const text = has_row ? sqlite3_column_text(statement, 0) : nullptr;
    std::string value;
    for (const unsigned char* c = text; c != nullptr && *c != 0; ++c) value += static_cast<char>(*c);
    sqlite3_finalize(statement);
    REQUIRE(has_row);
    return value;
  }

  int rows(const std::string& table) { return std::stoi(value("select count(*) from " + table)); }

 private:
  sqlite3* handle_ = nullptr;
};
