// SPDX-License-Identifier: MIT
#include <apitest/fixture.hpp>
#include <apitest/json.hpp>

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "ended.hpp"
#include "held.hpp"
#include "json_value.hpp"
#include "link.hpp"
#include "process_id.hpp"
#include "redact.hpp"
#include "run.hpp"

namespace apitest {
namespace {

using internal::end_test;
using Value = nlohmann::json;

/// What this process publishes when its fixture's body has passed.
struct Published {
  Value values = Value::object();
  Value secrets = Value::array();
};
Published& published() {
  static Published all;
  return all;
}

std::string document_path(std::string_view fixture) {
  return internal::run().dir + "/fixtures/" + std::string(fixture) + ".json";
}

[[noreturn]] void unusable(std::string_view fixture, const std::string& why) {
  end_test(Exit::unknown, "fixture " + std::string(fixture) + ": " + why);
}

void require_declared(std::string_view name) {
  const auto& declared = internal::part().fixtures;
  if (std::find(declared.begin(), declared.end(), name) != declared.end()) return;
  const bool is_fixture = internal::part().is_fixture;
  std::string known;
  for (const std::string& one : declared) known += (known.empty() ? "" : ", ") + one;
  unusable(name, "it is not declared here, so it may not be set up yet. Write api_" +
                     std::string(is_fixture ? "fixture(" : "test(") + internal::part().name + " … " +
                     (is_fixture ? "REQUIRES " : "FIXTURES ") + std::string(name) +
                     ") in CMakeLists.txt (declared: " + (known.empty() ? "none" : known) + ")");
}

Value read_document(std::string_view name) {
  std::ifstream file(document_path(name));
  if (!file) {
    Value held = internal::held_document(internal::part().build_dir, std::string(name));
    if (!held.is_null()) return held;
    unusable(name, "it was not set up in this run (" + internal::run().id +
                       "). Start the test through ctest from the top of the build tree, without "
                       "excluding " +
                       std::string(name) +
                       ".setup (-E), and see whether that setup passed. To start it alone, e.g. in a debugger: "
                       "apitest up " +
                       std::string(name));
  }
  std::ostringstream text;
  text << file.rdbuf();
  Value document = Value::parse(text.str(), nullptr, false);
  if (!document.is_object() || !document["values"].is_object() || !document["secrets"].is_array())
    unusable(name, "its document " + document_path(name) +
                       " is malformed. Run ctest again; nobody but ApiTest should write there");
  if (document["run"] != internal::run().id)
    unusable(name, "its document " + document_path(name) + " is of another run (" + document["run"].dump() +
                       "). Run ctest again");
  return document;
}

std::string base36(unsigned long long number) {
  std::string text;
  do {
    text.insert(text.begin(), "0123456789abcdefghijklmnopqrstuvwxyz"[number % 36]);
    number /= 36;
  } while (number > 0);
  return text;
}

/// Process ids come round again, also within a long run; together with the start time they do not.
std::string process_tag() {
  const internal::ProcessId self = internal::process_id(::getpid());
  constexpr unsigned long long start_range = 36ULL * 36 * 36 * 36;
  return base36(static_cast<unsigned long long>(self.pid)) +
         base36(std::strtoull(self.start.c_str(), nullptr, 10) % start_range);
}

void set_value(const char* function, const std::string& pointer, const Json& value) {
  const std::string call = std::string(function) + "(\"" + pointer + "\")";
  if (!internal::part().is_fixture)
    end_test(Exit::failed, call +
                               ": only a fixture can publish. Move it into an API_FIXTURE that this test has in its "
                               "FIXTURES");
  const Value& published_value = nlohmann_value(value);
  if (pointer.empty() && !published_value.is_object())
    end_test(Exit::failed, call + ": a document is an object. Give the value a name, as in publish(\"/name\", …)");
  internal::put(published().values, pointer, published_value, call);
}

Value ask_or_end(const Value& message, Duration patience = 10s) {
  Value head = internal::ask(message, {}, patience).head;
  if (head.contains("error")) end_test(Exit::unknown, head["error"].get<std::string>());
  return head;
}

Value environment() {
  Value all = Value::array();
  for (char** variable = environ; *variable != nullptr; ++variable) all.push_back(*variable);
  return all;
}

}  // namespace

Document fixture(std::string_view name) {
  require_declared(name);
  Value document = read_document(name);
  for (const Value& pointer : document["secrets"]) {
    const Value& secret = document["values"].value(Value::json_pointer(pointer.get<std::string>()), Value());
    if (secret.is_string()) internal::redactor().add(secret.get<std::string>());
  }
  return {std::string(name), from_nlohmann(std::move(document["values"]))};
}

Client fixture_client() {
  std::string url;
  std::string token;
  for (const std::string& name : internal::part().fixtures) {
    const Document document = fixture(name);
    if (url.empty() && document.has("/url")) url = document.text("/url");
    if (token.empty() && document.has("/token")) token = document.text("/token");
  }
  if (url.empty()) {
    const internal::Part& part = internal::part();
    end_test(Exit::unknown,
             part.name + ": no fixture of its " + (part.is_fixture ? "REQUIRES" : "FIXTURES") +
                 " publishes /url, so there is no address to talk to. Add one that does, e.g. TEMPLATE service");
  }
  Client client(url);
  if (!token.empty()) client.bearer(token);
  return client;
}

void publish(std::string_view pointer, const Json& value) { set_value("publish", std::string(pointer), value); }

void publish_secret(std::string_view pointer, const std::string& value) {
  internal::redactor().add(value);
  set_value("publish_secret", std::string(pointer), value);
  published().secrets.push_back(pointer);
  ask_or_end({{"op", "secret"}, {"value", value}});
}

std::string unique(std::string_view prefix) {
  static const std::string tag = process_tag();
  static std::atomic<int> number = 0;
  return std::string(prefix) + "-" + internal::run().id + "-" + tag + "-" + std::to_string(++number);
}

const Json& parameters() { return internal::part().parameters; }
const std::vector<std::string>& command() { return internal::part().command; }

Service start_service(const ServiceOptions& options) {
  if (!internal::part().is_fixture)
    end_test(Exit::failed,
             "start_service(): only a fixture can start a service. Move it into an API_FIXTURE, or write "
             "api_fixture(… TEMPLATE service …) in CMakeLists.txt");
  const std::string directory =
      options.working_directory.empty() ? internal::part().directory : options.working_directory;
  const Value answer = ask_or_end({{"op", "service"},
                                   {"fixture", internal::part().name},
                                   {"argv", options.command},
                                   {"directory", (std::filesystem::current_path() / directory).string()},
                                   {"environment", environment()},
                                   {"port", options.port},
                                   {"stop_signal", options.stop_signal}});
  const int port = answer.value("port", 0);
  return {port, answer.value("pid", 0), "http://127.0.0.1:" + std::to_string(port)};
}

void require_service() {
  const Value state = ask_or_end({{"op", "service_state"}, {"fixture", internal::part().name}});
  if (!state.value("running", false)) end_test(Exit::failed, state.value("text", ""));
}

namespace internal {

void commit_document() {
  ask_or_end(
      {{"op", "document"}, {"fixture", part().name}, {"values", published().values}, {"secrets", published().secrets}});
}

bool adopt_held_document() {
  const Value held = held_document(part().build_dir, part().name);
  if (held.is_null()) return false;
  published().values = held.at("values");
  published().secrets = held.at("secrets");
  commit_document();
  return true;
}

bool has_document(const std::string& fixture) { return ::access(document_path(fixture).c_str(), R_OK) == 0; }

}  // namespace internal
}  // namespace apitest
