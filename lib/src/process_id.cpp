// SPDX-License-Identifier: MIT
#include "process_id.hpp"

#include <charconv>
#include <fstream>
#include <sstream>

namespace apitest::internal {

ProcessId process_id(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string stat;
  std::getline(file, stat, '\0');
  // The second field, the command's name, may contain blanks and parentheses: count from the last one.
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return {pid, ""};
  std::istringstream fields(stat.substr(name_end + 1));
  std::string state;
  fields >> state;
  if (state == "Z") return {pid, ""};  // ended, and its parent has not looked yet
  std::string start;
  for (int number = 4; number <= 22; ++number) fields >> start;
  return {pid, start};
}

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
