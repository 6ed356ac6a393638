// SPDX-License-Identifier: MIT
#include "hold.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/interprocess/sync/file_lock.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "child.hpp"
#include "held.hpp"
#include "process_id.hpp"
#include "processes.hpp"
#include "run_folder.hpp"
#include "run_id.hpp"

namespace apitest::agent {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr auto agent_patience = std::chrono::seconds(15);

/// Runs a command to its end, which comes at once when this process is told to end, and passes its lines on. Whether it
/// succeeded.
bool run(const Command& command, const std::function<void(std::string_view)>& on_line) {
  boost::asio::io_context loop;
  boost::asio::signal_set signals(loop, SIGINT, SIGTERM);
  bool succeeded = false;
  const auto child = Child::start(loop, command, on_line, [&](bool success, const std::string&) {
    succeeded = success;
    signals.cancel();
  });
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (!error) child->signal(SIGKILL);
  });
  loop.run();
  return succeeded;
}

void print(std::string_view line) { std::cout << line << std::endl; }

/// Without what a surrounding run has set.
std::vector<std::string> clean_environment() {
  std::vector<std::string> all = this_environment();
  all.erase(
      std::remove_if(all.begin(), all.end(), [](const std::string& one) { return one.rfind("APITEST_", 0) == 0; }),
      all.end());
  return all;
}

// --- what CTest knows

struct Test {
  std::vector<std::string> command, environment, fixtures;
};
using Tests = std::map<std::string, Test>;

std::vector<std::string> property(const json& test, const char* name) {
  for (const json& one : test.value("properties", json::array()))
    if (one.value("name", "") == name && one.at("value").is_array()) return one.at("value");
  return {};
}

Tests read_tests(const std::string& build_dir, const std::string& config) {
  Command command{{"ctest", "--show-only=json-v1"}, build_dir, clean_environment()};
  if (!config.empty()) command.argv.insert(command.argv.end(), {"-C", config});
  std::string text;
  const bool succeeded = run(command, [&](std::string_view line) { text.append(line).append("\n"); });
  const json listing = json::parse(text.substr(std::min(text.find('{'), text.size())), nullptr, false);
  if (!succeeded || !listing.is_object())
    throw std::runtime_error("ctest can't list the tests of " + build_dir + ". It says:\n" + text);
  Tests tests;
  for (const json& test : listing.value("tests", json::array()))
    tests[test.at("name")] = {test.value("command", std::vector<std::string>()), property(test, "ENVIRONMENT"),
                              property(test, "FIXTURES_REQUIRED")};
  return tests;
}

/// Appends the fixture after what it is built on, each once.
void add_in_order(const Tests& tests, const std::string& fixture, std::vector<std::string>& order) {
  if (std::find(order.begin(), order.end(), fixture) != order.end()) return;
  const auto setup = tests.find(fixture + ".setup");
  if (setup == tests.end()) {
    std::string known;
    for (const auto& [name, test] : tests)
      if (const std::size_t end = name.rfind(".setup"); end != std::string::npos && end + 6 == name.size())
        known += " " + name.substr(0, end);
    throw std::invalid_argument("there is no fixture " + fixture + " here. Known:" + (known.empty() ? " none" : known));
  }
  for (const std::string& beneath : setup->second.fixtures) add_in_order(tests, beneath, order);
  order.push_back(fixture);
}

// --- held.json

json describe(const Tests& tests, const std::string& fixture) {
  const Test& setup = tests.at(fixture + ".setup");
  if (setup.command.empty())
    throw std::runtime_error("fixture " + fixture +
                             " is not built here. Build its executable, or name another --config");
  json files = json::object();
  for (const std::string& word : setup.command)
    if (word.front() == '/' && fs::is_regular_file(word)) files[word] = internal::file_stamp(word);
  return {{"name", fixture},
          {"files", files},
          {"setup", setup.command},
          {"cleanup", tests.at(fixture + ".cleanup").command},
          {"environment", setup.environment}};
}

void write_held(const std::string& build_dir, const json& held) {
  const std::string path = build_dir + "/apitest/held.json";
  if (const std::string problem = replace_file(path, held.dump(2) + "\n"); !problem.empty())
    throw std::runtime_error(problem);
}

/// One step of a held fixture, in the run that holds it.
bool run_step(const json& held, const json& fixture, const char* step) {
  Command command{fixture.at(step), "/", clean_environment()};
  for (const std::string variable : fixture.at("environment")) command.environment.push_back(variable);
  command.environment.push_back("APITEST_RUN=" + held.at("run").get<std::string>());
  command.environment.push_back("APITEST_RUN_DIR=" + held.at("run_dir").get<std::string>());
  command.environment.push_back("APITEST_RUNNER=held");
  return run(command, print);
}

bool is_up(const json& held, const json& fixture) {
  return fs::exists(held.at("run_dir").get<std::string>() + "/fixtures/" + fixture.at("name").get<std::string>() +
                    ".json");
}

/// What an `apitest up` has begun that was killed meanwhile.
void take_back_unfinished(json& held) {
  json& fixtures = held["fixtures"];
  if (fixtures.empty() || is_up(held, fixtures.back())) return;
  run_step(held, fixtures.back(), "cleanup");
  fixtures.erase(fixtures.size() - 1);
}

void refuse_changes(const json& held) {
  for (const json& fixture : held.at("fixtures"))
    if (const std::string path = internal::changed_file(fixture); !path.empty())
      throw std::runtime_error("fixture " + fixture.at("name").get<std::string>() + " is held up already, but " + path +
                               " has changed since. Run `apitest down` first");
}

bool is_held(const json& held, const std::string& fixture) {
  const json& all = held.at("fixtures");
  return std::any_of(all.begin(), all.end(), [&](const json& one) { return one.at("name") == fixture; });
}

/// Of a build tree, for as long as this lives.
boost::interprocess::file_lock lock_held(const std::string& build_dir) {
  const std::string path = build_dir + "/apitest/held.lock";
  if (!std::ofstream(path, std::ios::app))
    throw std::runtime_error("cannot write " + path + ": " + std::generic_category().message(errno) +
                             ". Is this a build tree with tests of ApiTest?");
  boost::interprocess::file_lock lock(path.c_str());
  if (!lock.try_lock())
    throw std::runtime_error("another `apitest up` or `apitest down` is at work in " + build_dir +
                             ". Start this one again when that has ended");
  return lock;
}

bool end_agent(const json& held) {
  const internal::ProcessId id = internal::held_agent(held);
  const auto deadline = std::chrono::steady_clock::now() + agent_patience;
  ::kill(id.pid, SIGTERM);
  boost::asio::io_context loop;
  boost::asio::steady_timer timer(loop);
  while (internal::is_alive(id) && std::chrono::steady_clock::now() < deadline) {
    timer.expires_after(std::chrono::milliseconds(20));
    timer.wait();
  }
  return !internal::is_alive(id);
}

int take_down(const std::string& build_dir, const json& held) {
  bool succeeded = true;
  const json& fixtures = held.at("fixtures");
  for (auto fixture = fixtures.rbegin(); fixture != fixtures.rend(); ++fixture) {
    succeeded = run_step(held, *fixture, "cleanup") && succeeded;
    std::cout << fixture->at("name").get<std::string>() << " is down" << std::endl;
  }
  succeeded = end_agent(held) && succeeded;
  ::unlink((build_dir + "/apitest/held.json").c_str());
  return succeeded ? 0 : 1;
}

}  // namespace

int hold_up(const std::string& build_dir, const std::string& config, const std::vector<std::string>& fixtures) {
  const Tests tests = read_tests(build_dir, config);
  std::vector<std::string> order;
  for (const std::string& fixture : fixtures) add_in_order(tests, fixture, order);
  const auto lock = lock_held(build_dir);
  json held = internal::read_held(build_dir);
  if (held.is_null()) {
    const std::string run = internal::new_run_id();
    held = {{"run", run}, {"run_dir", build_dir + "/apitest/runs/" + run}, {"fixtures", json::array()}};
  }
  take_back_unfinished(held);
  refuse_changes(held);
  for (const std::string& fixture : order) {
    if (is_held(held, fixture)) continue;
    held["fixtures"].push_back(describe(tests, fixture));
    write_held(build_dir, held);  // before there is anything to take back
    if (!run_step(held, held["fixtures"].back(), "setup")) {
      std::cout << fixture << ".setup failed; taking back what is up" << std::endl;
      take_down(build_dir, held);
      return 1;
    }
    std::cout << fixture << " is up" << std::endl;
  }
  return 0;
}

int hold_down(const std::string& build_dir) {
  const auto lock = lock_held(build_dir);
  const json held = internal::read_held(build_dir);
  if (!held.is_null()) return take_down(build_dir, held);
  std::cout << "nothing is held up" << std::endl;
  return 0;
}

}  // namespace apitest::agent
