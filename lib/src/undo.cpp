// SPDX-License-Identifier: MIT
#include <apitest/fixture.hpp>
#include <apitest/json.hpp>
#include <apitest/retry.hpp>

#include <unistd.h>

#include <array>
#include <climits>
#include <map>

#include "client_access.hpp"
#include "ended.hpp"
#include "json_value.hpp"
#include "link.hpp"
#include "process_id.hpp"
#include "run.hpp"

namespace apitest {
namespace {

using Value = nlohmann::json;

std::string where(const char* file, int line) { return std::string(file) + ":" + std::to_string(line); }

void log_action(Value action, const char* file, int line) {
  action["where"] = where(file, line);
  internal::mark_changes();
  const Value answer = internal::ask({{"op", "undo"}, {"action", std::move(action)}}).head;
  if (answer.contains("error"))
    internal::end_test(Exit::unknown, "undo() at " + where(file, line) + ": " + answer["error"].get<std::string>());
}

std::string working_directory() {
  std::array<char, PATH_MAX> path{};
  return ::getcwd(path.data(), path.size()) == nullptr ? "/" : path.data();
}

std::string this_program() {
  std::array<char, PATH_MAX> path{};
  const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size());
  return {path.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
}

std::map<std::string, void (*)(const Json&)>& handlers() {
  static std::map<std::string, void (*)(const Json&)> all;
  return all;
}

// The agent reads these when it is too late to complain.
void check_rule(const std::string& text) {
  if (!text.empty()) (void)rule(text);
}
void check_pattern(const std::string& path) { (void)internal::placeholders(path); }

void replace_marker(std::string& text, const std::string& marker) {
  static constexpr std::string_view placeholder = "{marker}";
  for (std::size_t at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder, at))
    text.replace(at, placeholder.size(), marker);
}

}  // namespace

void undo(const Client& api, const std::string& method, const std::string& path, const UndoOptions& options,
          const char* file, int line) {
  check_rule(options.done);
  const Value request = internal::ClientAccess::message(api, {method, path});
  const std::string url = request.at("url");
  std::string read_back =
      options.read_back.empty() ? (method == "DELETE" ? url : "") : internal::ClientAccess::url(api, options.read_back);
  if (!options.audited) read_back.clear();
  log_action({{"kind", "http"},
              {"what", method + " " + url},
              {"request", request},
              {"done", options.done},
              {"read_back", read_back}},
             file, line);
}

void undo_command(const std::vector<std::string>& argv, const char* file, int line) {
  if (argv.empty())
    internal::end_test(Exit::failed, "undo_command() at " + where(file, line) +
                                         ": the command is empty. Name a program and its arguments");
  log_action({{"kind", "command"}, {"what", "run " + argv.front()}, {"argv", argv}, {"directory", working_directory()}},
             file, line);
}

void undo_process(int pid, const char* file, int line) {
  const internal::ProcessId id = internal::process_id(pid);
  if (id.start.empty())
    internal::end_test(Exit::failed, "undo_process() at " + where(file, line) + ": there is no process " +
                                         std::to_string(pid) + ". Call it while the process runs");
  log_action({{"kind", "process"}, {"what", "end process " + std::to_string(pid)}, {"pid", pid}, {"start", id.start}},
             file, line);
}

UndoHandler::UndoHandler(const char* name, void (*function)(const Json& arguments)) : name_(name) {
  handlers()[name] = function;
}

void undo(const UndoHandler& handler, const Json& arguments, const char* file, int line) {
  log_action({{"kind", "handler"},
              {"what", std::string("call ") + handler.name() + "(" + arguments.dump() + ")"},
              {"program", this_program()},
              {"handler", handler.name()},
              {"arguments", nlohmann_value(arguments)}},
             file, line);
}

Creation create(const Client& api, std::string path, Body body, const char* file, int line) {
  return {api, std::move(path), std::move(body), file, line};
}

Creation::Creation(Client api, std::string path, Body body, const char* file, int line)
    : api_(std::move(api)), path_(std::move(path)), body_(std::move(body)), file_(file), line_(line) {}

Creation& Creation::undo_at(std::string path) {
  check_pattern(path);
  undo_at_ = std::move(path);
  return *this;
}

Creation& Creation::marked(std::string where) {
  marker_ = unique("created");
  if (where.empty() || where.front() != '/') {
    headers_.push_back({std::move(where), marker_});
    return *this;
  }
  Value value = Value::parse(body_.data, nullptr, false);
  const std::string call = said("marked", where);
  if (!value.is_object())
    internal::end_test(Exit::failed, call +
                                         ": the body is no JSON object, so there is no place for a marker. Name a "
                                         "header instead, as in marked(\"X-Reference\")");
  internal::put(value, where, marker_, call);
  body_.data = value.dump();
  return *this;
}

std::string Creation::said(const char* member, const std::string& argument) const {
  return "create() at " + where(file_, line_) + ": " + member + "(\"" + argument + "\")";
}

Creation& Creation::found_at(std::string path) {
  found_at_ = std::move(path);
  return *this;
}

Creation& Creation::options(UndoOptions options) {
  check_rule(options.done);
  check_pattern(options.read_back);
  options_ = std::move(options);
  return *this;
}

Creation& Creation::nothing_made(std::string rule_text) {
  check_rule(rule_text);
  nothing_made_ = std::move(rule_text);
  return *this;
}

Response Creation::send() {
  Request request("POST", path_);
  request.with(body_);
  request.headers = headers_;
  if (found_at_.find("{marker}") != std::string::npos && marker_.empty())
    internal::end_test(Exit::failed,
                       said("found_at", found_at_) + ": nothing is marked. Say where the marker goes with marked()");
  if (!found_at_.empty() && undo_at_.empty())
    internal::end_test(Exit::failed, said("found_at", found_at_) +
                                         ": who looks for it sees no Location. Say with "
                                         "undo_at() where it is");
  replace_marker(found_at_, marker_);
  Value message = internal::ClientAccess::message(api_, request);
  message["op"] = "create";
  message["intent"] = {{"what", "POST " + message.at("url").get<std::string>()},
                       {"where", where(file_, line_)},
                       {"at", undo_at_.empty() ? "" : internal::ClientAccess::url(api_, undo_at_)},
                       {"found_at", found_at_.empty() ? "" : internal::ClientAccess::url(api_, found_at_)},
                       {"marker", marker_},
                       {"done", options_.done},
                       {"nothing_made", nothing_made_}};
  if (!options_.audited)
    message["intent"]["read_back"] = "";
  else if (!options_.read_back.empty())
    message["intent"]["read_back"] = internal::ClientAccess::url(api_, options_.read_back);
  internal::mark_changes();
  return internal::ClientAccess::send(api_, request, std::move(message));
}

namespace internal {

void call_undo_handler(const std::string& name) {
  const auto found = handlers().find(name);
  if (found == handlers().end())
    end_test(Exit::unknown, "this executable has no API_UNDO(" + name + ") any more. Take the change back by hand");
  const char* const arguments = std::getenv("APITEST_UNDO_ARGUMENTS");
  found->second(parse(arguments == nullptr ? "null" : arguments));
}

}  // namespace internal
}  // namespace apitest
