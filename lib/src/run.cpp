// SPDX-License-Identifier: MIT
#include "run.hpp"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <mutex>

#include "link.hpp"
#include "process_id.hpp"
#include "run_id.hpp"

namespace apitest::internal {
namespace {

Part this_part;
std::string this_test;
std::string this_role = "test";
std::atomic<bool> is_changed = false;
std::mutex note_mutex;
std::string note;

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

Run find_run() {
  Run run{environment("APITEST_RUN"), environment("APITEST_RUN_DIR"), environment("APITEST_RUNNER")};
  if (!run.id.empty() && !run.dir.empty() && (run.runner == held_runner || parse_process_id(run.runner).pid != 0))
    return run;
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
  note_unanswered("");
  drop_connections();  // each of them was opened in the name of one test
}
const std::string& test_name() { return this_test; }

void mark_changes() { is_changed = true; }
bool has_changes() { return is_changed; }

void note_unanswered(const std::string& why) {
  const std::lock_guard guard(note_mutex);
  note = why;
}
std::string unanswered() {
  const std::lock_guard guard(note_mutex);
  return note;
}

void set_role(std::string role) { this_role = std::move(role); }
const std::string& role() { return this_role; }

}  // namespace apitest::internal
