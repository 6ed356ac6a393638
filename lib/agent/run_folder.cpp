// SPDX-License-Identifier: MIT
#include "run_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <system_error>

#include "answer.hpp"

namespace apitest::agent {
namespace {

using nlohmann::json;

std::string to_text(const json& value, int indent = -1) {
  return value.dump(indent, ' ', false, json::error_handler_t::replace);
}

long long microseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

/// Redacts the strings inside, and whatever stands under a name that says secret; the structure stays.
void redact(json& value, const internal::Redactor& redactor) {
  if (value.is_string()) value = redactor(value.get_ref<const std::string&>());
  if (value.is_array())
    for (json& element : value) redact(element, redactor);
  if (!value.is_object()) return;
  for (auto& [name, member] : value.items()) {
    if (internal::names_a_secret(name) && !member.empty())
      member = "[redacted]";
    else
      redact(member, redactor);
  }
}

}  // namespace

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::string replace_file(const std::string& path, const std::string& text) {
  const std::string draft = path + ".new";
  const int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  const bool written = fd >= 0 && write_all(fd, text) && ::fsync(fd) == 0;
  int error = written ? 0 : errno;
  if (fd >= 0) ::close(fd);
  if (error == 0 && ::rename(draft.c_str(), path.c_str()) != 0) error = errno;
  if (error == 0) return "";
  ::unlink(draft.c_str());
  return "cannot write " + path + ": " + std::generic_category().message(error);
}

LineFile::LineFile(const std::string& path)
    : fd_(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600)) {}
LineFile::~LineFile() {
  if (fd_ >= 0) ::close(fd_);
}
bool LineFile::append(std::string line) { return write_all(fd_, line += '\n'); }

RunFolder::RunFolder(std::string path) : path_(std::move(path)) {
  for (const char* const folder : {"", "/fixtures", "/undo", "/records", "/services"}) {
    const std::string name = path_ + folder;
    if (::mkdir(name.c_str(), 0700) != 0 && errno != EEXIST)
      throw std::system_error(errno, std::generic_category(), "cannot make the folder " + name);
  }
  log_ = std::make_unique<LineFile>(path_ + "/agent.log");
}

void RunFolder::log(const std::string& text) { log_->append(timestamp() + " " + redacted(text)); }

void RunFolder::record(const std::string& kind, json line) {
  for (json& member : line) redact(member, redactor_);  // a record's own names are ours
  append_record(kind, std::move(line));
}

void RunFolder::record_exchange(const std::string& test, const Response& response) {
  json line = json::object();
  line["test"] = test;
  line["method"] = response.method;
  line["url"] = redacted(response.url);
  line["status"] = response.status;
  line["fault"] = internal::name(response.error.fault);
  if (response.error) line["error"] = redacted(response.error.text);
  line["version"] = response.version;
  line["new_connection"] = response.new_connection;
  line["body_bytes"] = response.body.size();
  json& times = line["microseconds"] = json::object();
  times["resolved"] = microseconds(response.times.resolved);
  times["connected"] = microseconds(response.times.connected);
  times["secured"] = microseconds(response.times.secured);
  times["first_byte"] = microseconds(response.times.first_byte);
  times["total"] = microseconds(response.times.total);
  append_record("exchanges", std::move(line));
}

/// Of a line without secrets.
void RunFolder::append_record(const std::string& kind, json line) {
  std::unique_ptr<LineFile>& file = records_[kind];
  if (!file) file = std::make_unique<LineFile>(path_ + "/records/" + kind + ".jsonl");
  line["time"] = timestamp();
  if (!file->append(to_text(line)))
    log("cannot write the record " + kind + ": " + std::generic_category().message(errno));
}

std::string RunFolder::write_state(const json& state) const {
  return replace_file(path_ + "/run.json", to_text(state, 2) + "\n");
}

std::string RunFolder::write_document(const std::string& fixture, const json& document) const {
  return replace_file(path_ + "/fixtures/" + fixture + ".json", to_text(document, 2) + "\n");
}

void RunFolder::remove_document(const std::string& fixture) const {
  ::unlink((path_ + "/fixtures/" + fixture + ".json").c_str());
}

std::string RunFolder::service_log(const std::string& fixture) const { return path_ + "/services/" + fixture + ".log"; }

std::string undo_log_in(const std::string& run_dir) { return run_dir + "/undo/log.jsonl"; }

std::string timestamp() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  const std::time_t seconds = milliseconds / 1000;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  std::array<char, 40> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  const std::string fraction = std::to_string(1000 + milliseconds % 1000).substr(1);
  return std::string(text.data(), length) + "." + fraction + "Z";
}

bool is_identifier(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c == '_' || (static_cast<unsigned char>(c) < 0x80 && std::isalnum(static_cast<unsigned char>(c)) != 0);
  });
}

}  // namespace apitest::agent
