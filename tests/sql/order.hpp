// SPDX-License-Identifier: MIT
// A fixture of the template sql_rows in a run of its own.
#pragma once

#include <fstream>

#include "database.hpp"
#include "nested_run.hpp"

/// Runs the setup of a fixture that makes one order, and perhaps one more row.
class Order {
 public:
  Order(NestedRun& run, const std::string& database, const std::string& more = "")
      : run_(run), file_(run.output_file() + ".json") {
    const apitest::Json rows = more.empty() ? apitest::array({row()}) : apitest::array({row(), more});
    std::ofstream(file_) << apitest::object({{"fixture", "order"},
                                             {"build_dir", "/"},
                                             {"directory", "/"},
                                             {"requires", apitest::array({})},
                                             {"parameters", apitest::object({{"DATABASE", database}, {"ROWS", rows}})}})
                                .dump();
  }
  [[nodiscard]] const std::string& reference() const { return reference_; }
  [[nodiscard]] Child step(const char* name) {
    auto environment = run_.environment();
    environment["SHOP_PASSWORD"] = "word-of-the-shop";
    if (std::string(name) == "cleanup") environment["APITEST_TIMEOUT"] = "5";  // it gives up before that
    return Child({SQL_ROWS, name, "--use", file_, "--program", APITEST_PROGRAM}, environment, run_.output_file());
  }

 private:
  [[nodiscard]] std::string row() const {
    return apitest::object({{"table", "orders"},
                            {"key", "reference"},
                            {"returns", "id"},
                            {"values", apitest::object({{"reference", reference_}, {"price", 1}})}})
        .dump();
  }
  NestedRun& run_;
  std::string file_;
  std::string reference_ = apitest::unique("killed");
};
