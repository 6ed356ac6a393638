// SPDX-License-Identifier: MIT
#include "run.hpp"

#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <ctime>

#include <apitest/json.hpp>

#include "link.hpp"
#include "process_id.hpp"

namespace apitest::internal {
namespace {

Part this_part;
std::string this_test;
std::string this_role = "test";
std::atomic<bool> is_changed = false;

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// The same form as the CTest script's: time, then four random letters or digits.
std::string new_run_id() {
  std::array<char, 32> text{};
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  std::string id(text.data(), std::strftime(text.data(), text.size(), "%y%m%d-%H%M%S-", &utc));
  std::array<unsigned char, 4> random{};
  if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) std::abort();
  for (const unsigned char byte : random) id += "abcdefghijklmnopqrstuvwxyz0123456789"[byte % 36];
  return id;
}

Run find_run() {
  Run run{environment("APITEST_RUN"), environment("APITEST_RUN_DIR"), environment("APITEST_RUNNER")};
  if (!run.id.empty() && !run.dir.empty() && parse_process_id(run.runner).pid != 0) return run;
  run.id = new_run_id();
  run.dir = part().build_dir + "/apitest/runs/" + run.id;
  run.runner = to_text(process_id(::getpid()));
  return run;
}

}  // namespace

const Run& run() {
  static const Run found = find_run();
  return found;
}

void set_part(Part part) { this_part = std::move(part); }
const Part& part() { return this_part; }

void set_test_name(std::string name) {
  this_test = std::move(name);
  is_changed = false;
  drop_connections();  // each of them was opened in the name of one test
}
const std::string& test_name() { return this_test; }

void mark_changes() { is_changed = true; }
bool has_changes() { return is_changed; }

void set_role(std::string role) { this_role = std::move(role); }
const std::string& role() { return this_role; }

void record(const char* kind, const Json& line) {
  nlohmann::json evidence = nlohmann_value(line);
  evidence["test"] = this_test;
  tell({{"op", "record"}, {"kind", kind}, {"line", std::move(evidence)}});
}

}  // namespace apitest::internal
