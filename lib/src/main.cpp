// SPDX-License-Identifier: MIT
// The main() of every test and fixture executable.
#define DOCTEST_CONFIG_IMPLEMENT
#include <apitest/json.hpp>
#include <apitest/test.hpp>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iostream>
#include <mutex>
#include <sstream>
#include <utility>

#include "budget.hpp"
#include "ended.hpp"
#include "link.hpp"
#include "redact.hpp"
#include "run.hpp"
#include "run_id.hpp"

namespace apitest {
namespace internal {
namespace {

using nlohmann::json;

/// Passes whole lines on without their secrets, also those of several threads.
class RedactingBuffer final : public std::streambuf {
 public:
  explicit RedactingBuffer(std::ostream& stream) : stream_(stream), target_(stream.rdbuf(this)) {}
  ~RedactingBuffer() override {
    pass_on();
    stream_.rdbuf(target_);
  }
  RedactingBuffer(const RedactingBuffer&) = delete;
  RedactingBuffer& operator=(const RedactingBuffer&) = delete;

 private:
  int_type overflow(int_type c) override {
    if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
    const std::lock_guard guard(mutex_);
    line_ += traits_type::to_char_type(c);
    if (line_.back() == '\n') pass_on();
    return c;
  }
  void pass_on() {
    const std::string clean = redactor()(line_);
    line_.clear();
    target_->sputn(clean.data(), static_cast<std::streamsize>(clean.size()));
    target_->pubsync();
  }

  std::ostream& stream_;
  std::streambuf* target_;
  std::mutex mutex_;
  std::string line_;
};

/// What one case came to. With SUBCASEs its body is passed through several times.
struct CaseResult {
  int passes = 0, skipped_passes = 0;
  int failed_checks = 0;  // by doctest's count
  int explained = 0;      // of these, by an Ended that is no failure
  bool has_thrown = false, is_unknown = false, is_pass_skipped = false;
  bool is_told = false;  // by an Ended, which has the answer in its text

  [[nodiscard]] Exit exit() const {
    if (has_thrown || failed_checks > explained) return Exit::failed;
    if (is_unknown || passes == 0) return Exit::unknown;
    return skipped_passes == passes ? Exit::skipped : Exit::passed;
  }
};
CaseResult result;

/// What the cases of this process came to.
struct Outcome {
  int ran = 0, failed = 0, unknown = 0, skipped = 0;

  void add(Exit exit) {
    ++ran;
    failed += exit == Exit::failed;
    unknown += exit == Exit::unknown;
    skipped += exit == Exit::skipped;
  }
  [[nodiscard]] Exit exit() const {
    if (failed > 0) return Exit::failed;
    if (unknown > 0 || ran == 0) return Exit::unknown;
    return skipped == ran ? Exit::skipped : Exit::passed;
  }
};
Outcome outcome;

/// doctest counts a failed check for it.
void explain(const Ended& ended) {
  result.is_told = true;
  result.is_unknown = result.is_unknown || ended.exit == Exit::unknown;
  result.is_pass_skipped = result.is_pass_skipped || ended.exit == Exit::skipped;
  if (ended.exit != Exit::failed) ++result.explained;
}

/// doctest catches what is thrown inside of a CHECK; the exit code must not be lost there.
doctest::String ended_in_assertion(const Ended& ended) {
  explain(ended);
  return ended.text.c_str();
}
const int translator = doctest::registerExceptionTranslator(ended_in_assertion);

[[noreturn]] void refuse(const std::string& why) {
  std::cerr << part().name << ": " << why << std::endl;
  std::exit(static_cast<int>(Exit::unknown));
}

struct Arguments {
  std::vector<std::string> cases;       // of a test
  std::string step;                     // of a fixture: setup or cleanup
  std::string parameter_file, program;  // of a fixture template
  std::vector<std::string> command;
  bool list = false;
};

Arguments parse_arguments(const std::vector<std::string>& words) {
  Arguments arguments;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool has_value = i + 1 < words.size();
    if (words[i] == "--") {
      arguments.command.assign(words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end());
      break;
    }
    if (words[i] == "--use" && has_value)
      arguments.parameter_file = words[++i];
    else if (words[i] == "--program" && has_value)
      arguments.program = words[++i];
    else if (words[i] == "--list")
      arguments.list = true;
    else if (suite.is_fixture && arguments.step.empty())
      arguments.step = words[i];
    else if (suite.is_fixture)
      refuse("unknown argument '" + words[i] + "'. A fixture takes one, setup or cleanup");
    else
      arguments.cases.push_back(words[i]);
  }
  return arguments;
}

Part compiled_part() {
  Part part;
  part.name = suite.name;
  part.is_fixture = suite.is_fixture;
  for (const char* const* name = suite.fixtures; *name != nullptr; ++name) part.fixtures.emplace_back(*name);
  part.program = suite.program;
  part.build_dir = suite.build_dir;
  return part;
}

/// A fixture template is one executable for all its uses; what differs stands in a file.
Part template_part(const Arguments& arguments) {
  std::ifstream file(arguments.parameter_file);
  std::ostringstream text;
  text << file.rdbuf();
  const json use = json::parse(text.str(), nullptr, false);
  Part part = compiled_part();
  if (!use.is_object()) refuse("cannot read the parameters in '" + arguments.parameter_file + "'. Run cmake again");
  part.name = use.value("fixture", "");
  part.fixtures = use.value("requires", std::vector<std::string>());
  part.build_dir = use.value("build_dir", "");
  part.directory = use.value("directory", "");
  part.parameters = from_nlohmann(use.value("parameters", json::object()));
  part.program = arguments.program;
  part.command = arguments.command;
  return part;
}

const Case* newest_case = nullptr;

/// As their sources order them.
std::vector<const Case*> all_cases() {
  std::vector<const Case*> cases;
  for (const Case* test = newest_case; test != nullptr; test = test->before) cases.push_back(test);
  std::reverse(cases.begin(), cases.end());
  return cases;
}

const Case& find_case(const std::vector<const Case*>& cases, std::string_view name) {
  const auto found = std::find_if(cases.begin(), cases.end(), [&](const Case* test) { return test->name == name; });
  if (found != cases.end()) return **found;
  refuse("there is no case '" + std::string(name) + "'; --list shows them. Run cmake again if it was renamed");
}

void check_case_list(const std::vector<const Case*>& cases) {
  const std::size_t found = cases.size() + doctest::detail::getRegisteredTests().size();
  if (found == static_cast<std::size_t>(suite.cases)) return;
  refuse(
      "the sources have " + std::to_string(found) + " cases, CMake's list has " + std::to_string(suite.cases) +
      ". Run cmake again; API_TEST must stand in a source file itself, not in a header, a macro or a disabled #if, and "
      "doctest's TEST_CASE is not listed");
}

/// Counts a pass through the body of a case, however it ends.
class Pass {
 public:
  Pass() { result.is_pass_skipped = false; }
  ~Pass() {
    ++result.passes;
    result.skipped_passes += result.is_pass_skipped;
    result.failed_checks = doctest::detail::g_cs->numAssertsFailedCurrentTest_atomic;
  }
  Pass(const Pass&) = delete;
  Pass& operator=(const Pass&) = delete;
};

/// What doctest calls: it has no room for more than a plain function.
const Case* running = nullptr;
void run_body() {
  const Pass pass;
  try {
    running->body();
  } catch (const Ended& ended) {
    if (ended.exit == Exit::skipped) {
      result.is_pass_skipped = true;
      std::cout << "skipped: " << ended.text << std::endl;
      return;
    }
    explain(ended);
    DOCTEST_ADD_FAIL_CHECK_AT(running->file, static_cast<int>(running->line), ended.text);
  } catch (const doctest::detail::TestFailureException&) {  // of a REQUIRE, which is counted
    throw;
  } catch (...) {
    result.has_thrown = true;
    throw;
  }
}

/// "0 == 201" alone would not say it.
void tell_unanswered(std::ostream& out) {
  if (!unanswered().empty()) out << "the last request without an answer: " << unanswered() << std::endl;
}

void run_doctest(const Case& test) {
  running = &test;
  result = {};
  auto& registered = doctest::detail::getRegisteredTests();
  registered.clear();
  registered.insert(doctest::detail::TestCase(run_body, test.file, test.line, {}) * test.name * doctest::no_breaks());
  const char* const option = "--minimal";
  doctest::Context context(1, &option);
  (void)context.run();
  if (result.exit() == Exit::failed && !result.is_told) tell_unanswered(std::cout);
  outcome.add(result.exit());
}

void record_result(Exit exit, Duration began) {
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock().now() - began);
  record("results", object({{"exit", static_cast<int>(exit)}, {"elapsed_ms", elapsed.count()}}));
  drop_connections();  // at once, so that the agent wakes up once for both
}

/// Also of a test that asks them for nothing: without its fixtures it must not pass.
void require_fixtures() {
  for (const std::string& name : part().fixtures) {
    if (!has_document(name)) static_cast<void>(fixture(name));  // ends with what to do
  }
}

/// For what is taken back, until CTest would kill this process.
Duration cleanup_time() { return std::min<Duration>(time_left(), 1h); }

/// Says what is left of the changes of a case or fixture, if anything.
bool is_all_taken_back(const json& answer) {
  for (const json& left : answer.value("left", json::array()))
    std::cerr << "left behind: " << left.get<std::string>() << std::endl;
  if (answer.contains("error")) std::cerr << part().name << ": " << answer["error"].get<std::string>() << std::endl;
  return answer.value("left", json::array()).empty() && !answer.contains("error");
}

/// What this case has registered with undo(); the agent does it when this process can't.
void take_changes_back() {
  if (has_changes() && !is_all_taken_back(ask({{"op", "end_case"}}, {}, cleanup_time()).head)) ++outcome.failed;
}

Exit run_tests(const Arguments& arguments, const std::vector<const Case*>& cases) {
  std::vector<const Case*> wanted;
  wanted.reserve(arguments.cases.size());
  for (const std::string& name : arguments.cases) wanted.push_back(&find_case(cases, name));
  if (wanted.empty()) wanted = cases;
  require_fixtures();
  const Duration began = steady_clock().now();
  for (const Case* const test : wanted) {
    set_test_name(part().name + "." + test->name);
    run_doctest(*test);
    take_changes_back();
  }
  record_result(outcome.exit(), began);
  return outcome.exit();
}

Exit set_up(const Case& body) {
  if (has_document(part().name)) {
    std::cout << part().name << " is set up in this run already" << std::endl;
    return Exit::passed;
  }
  if (run().runner != held_runner && adopt_held_document()) {
    std::cout << part().name << " is held up by apitest up; this run uses it and leaves it alone" << std::endl;
    return Exit::passed;
  }
  require_fixtures();
  const Duration began = steady_clock().now();
  run_doctest(body);
  Exit exit = outcome.exit();
  if (exit == Exit::skipped) {
    std::cerr << "a fixture can't be skipped: CTest would run its tests all the same" << std::endl;
    exit = Exit::unknown;
  }
  if (exit == Exit::passed) commit_document();
  record_result(exit, began);
  return exit;
}

Exit clean_up() {
  if (!agent_was_started()) {
    std::cout << part().name << ": nothing to clean up, it was not set up in this run" << std::endl;
    return Exit::passed;
  }
  const auto budget = std::chrono::duration_cast<std::chrono::milliseconds>(cleanup_time() * 2 / 3);
  const json answer =
      ask({{"op", "cleanup"}, {"fixture", part().name}, {"budget_ms", budget.count()}}, {}, cleanup_time()).head;
  return is_all_taken_back(answer) ? Exit::passed : Exit::failed;
}

Exit run_fixture(const Arguments& arguments, const std::vector<const Case*>& cases) {
  set_role(arguments.step);
  set_test_name(part().name + "." + arguments.step);
  if (arguments.step == "setup") return set_up(find_case(cases, suite.name));
  if (arguments.step == "cleanup") return clean_up();
  refuse((arguments.step.empty() ? "say" : "unknown argument '" + arguments.step + "'. Say") +
         " setup or cleanup; apitest up sets it up with all that it is built on");
}

/// `<executable> undo <handler>`, as the agent calls it. There is no test case around its CHECKs.
Exit run_undo_handler(const std::string& name) {
  static bool is_failed = false;
  set_role("undo");
  set_test_name(part().name + ".undo." + name);
  doctest::Context context;
  context.setAsDefaultForAssertsOutOfTestCases();
  context.setAssertHandler([](const doctest::AssertData& data) {
    if (!data.m_failed) return;
    is_failed = true;
    std::cerr << data.m_file << ":" << data.m_line << ": not true: " << data.m_expr << std::endl;
  });
  try {
    call_undo_handler(name);
  } catch (const Ended& ended) {
    std::cerr << part().name << ": " << ended.text << std::endl;
    return ended.exit;
  } catch (const doctest::detail::TestFailureException&) {
    is_failed = true;  // by a REQUIRE, told above
  }
  if (is_failed) tell_unanswered(std::cerr);
  return is_failed ? Exit::failed : Exit::passed;
}

Exit run_process(const std::vector<std::string>& words) {
  const RedactingBuffer out(std::cout);
  const RedactingBuffer err(std::cerr);
  set_part(compiled_part());
  if (words.size() == 2 && words.front() == "undo") return run_undo_handler(words.back());
  const Arguments arguments = parse_arguments(words);
  if (!arguments.parameter_file.empty()) set_part(template_part(arguments));
  const std::vector<const Case*> cases = all_cases();
  if (arguments.list) {
    for (const Case* const test : cases) std::cout << test->name << '\n';
    return Exit::passed;
  }
  check_case_list(cases);
  try {
    return suite.is_fixture ? run_fixture(arguments, cases) : run_tests(arguments, cases);
  } catch (const Ended& ended) {
    std::cerr << part().name << ": " << ended.text << std::endl;
    return ended.exit;
  }
}

}  // namespace

Case::Case(const char* case_name, void (*case_body)(), const char* source, unsigned source_line)
    : name(case_name), body(case_body), file(source), line(source_line), before(std::exchange(newest_case, this)) {}

}  // namespace internal

void skip(const std::string& why) { internal::end_test(Exit::skipped, why); }

}  // namespace apitest

int main(int argc, char** argv) {
  // A closed pipe must not kill a test before its fixtures are taken back.
  std::signal(SIGPIPE, SIG_IGN);
  return static_cast<int>(apitest::internal::run_process({argv + 1, argv + argc}));
}
