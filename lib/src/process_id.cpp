// SPDX-License-Identifier: MIT
#include "process_id.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <string_view>

namespace apitest::internal {

ProcessId process_id(int pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/stat";
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return {pid, ""};
  std::array<char, 1024> buffer{};  // at most 52 numbers of 20 digits, of which the first 22 are wanted
  const ssize_t size = ::read(file, buffer.data(), buffer.size());
  ::close(file);
  std::string_view fields(buffer.data(), size < 0 ? 0 : static_cast<std::size_t>(size));
  // The second field, the command's name, may contain blanks and parentheses: count from the last one.
  const std::size_t name_end = fields.rfind(") ");
  if (name_end == std::string_view::npos) return {pid, ""};
  fields.remove_prefix(name_end + 2);
  if (fields.substr(0, 1) == "Z") return {pid, ""};  // ended, and its parent has not looked yet
  for (int number = 3; number < 22; ++number) {
    const std::size_t blank = fields.find(' ');
    if (blank == std::string_view::npos) return {pid, ""};
    fields.remove_prefix(blank + 1);
  }
  return {pid, std::string(fields.substr(0, fields.find(' ')))};
}

bool is_alive(const ProcessId& id) { return !id.start.empty() && process_id(id.pid) == id; }

std::string to_text(const ProcessId& id) { return std::to_string(id.pid) + ":" + id.start; }

ProcessId parse_process_id(const std::string& text) {
  ProcessId id;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, id.pid);
  if (error != std::errc{} || id.pid <= 0 || stop == end || *stop != ':') return {};
  id.start.assign(stop + 1, end);
  return id;
}

}  // namespace apitest::internal
