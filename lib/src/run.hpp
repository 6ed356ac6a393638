// SPDX-License-Identifier: MIT
// Which run this process belongs to, and what it is in it.
#pragma once

#include <apitest/fixture.hpp>
#include <string>
#include <vector>

namespace apitest::internal {

struct Run {
  std::string id;
  std::string dir;     ///< <build>/apitest/runs/<id>
  std::string runner;  ///< "<pid>:<start>" of the ctest process, or of this process outside ctest
};
/// From the environment that the CTest script sets; outside ctest a run of its own.
[[nodiscard]] const Run& run();

/// What the executable was built for, or, for a fixture template, what its parameter file says.
struct Part {
  std::string name;  ///< suite or fixture
  bool is_fixture = false;
  std::vector<std::string> fixtures;  ///< closure, in the order of FIXTURES
  std::string program;                ///< the apitest program
  std::string build_dir;
  std::string directory;  ///< the caller's binary directory, "" for compiled suites
  Json parameters;
  std::vector<std::string> command;
};
/// Set once by main() before anything else runs.
void set_part(Part part);
[[nodiscard]] const Part& part();

/// "<suite>.<case>" of what runs now, or "<fixture>.setup".
void set_test_name(std::string name);
[[nodiscard]] const std::string& test_name();

/// That this case, or fixture, has changed something which must be taken back.
void mark_changes();
/// Whether it has, since the last set_test_name().
[[nodiscard]] bool has_changes();

/// That a request of this case has had no answer, and why.
void note_unanswered(const std::string& why);
/// The last such note since set_test_name(); "" when there is none.
[[nodiscard]] std::string unanswered();

/// What this process is to the agent: "test", "setup", "cleanup" or "undo".
void set_role(std::string role);
[[nodiscard]] const std::string& role();

/// Runs an API_UNDO of this executable on the arguments in the environment.
void call_undo_handler(const std::string& name);

/// Hands one line of evidence to the agent. Without a connection to it there is nothing to be evidence of.
void record(const char* kind, const Json& line);

/// Writes what the fixture published; called when its body has passed.
void commit_document();
/// Takes over the document of this fixture, if `apitest up` holds it up.
[[nodiscard]] bool adopt_held_document();
/// Whether the document of this run's fixture is there.
[[nodiscard]] bool has_document(const std::string& fixture);

}  // namespace apitest::internal
