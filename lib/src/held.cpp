// SPDX-License-Identifier: MIT
#include "held.hpp"

#include <sys/stat.h>

#include <fstream>

#include "ended.hpp"

namespace apitest::internal {
namespace {

nlohmann::json read_json(const std::string& path) {
  std::ifstream file(path);
  return nlohmann::json::parse(file, nullptr, false);
}

}  // namespace

ProcessId held_agent(const nlohmann::json& held) {
  const nlohmann::json run = read_json(held.at("run_dir").get<std::string>() + "/run.json");
  if (!run.is_object()) return {};
  return {run.at("agent").value("pid", 0), run.at("agent").value("start", "")};
}

nlohmann::json read_held(const std::string& build_dir) {
  nlohmann::json held = read_json(build_dir + "/apitest/held.json");
  if (!held.is_object() || !is_alive(held_agent(held))) return nullptr;
  return held;
}

std::string file_stamp(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return "";
  return std::to_string(status.st_size) + ":" + std::to_string(status.st_mtim.tv_sec) + "." +
         std::to_string(status.st_mtim.tv_nsec);
}

std::string changed_file(const nlohmann::json& held_fixture) {
  for (const auto& [path, stamp] : held_fixture.at("files").items())
    if (file_stamp(path) != stamp) return path;
  return "";
}

nlohmann::json held_document(const std::string& build_dir, const std::string& fixture) {
  const nlohmann::json held = read_held(build_dir);
  if (held.is_null()) return nullptr;
  for (const nlohmann::json& one : held.at("fixtures")) {
    if (one.at("name") != fixture) continue;
    if (const std::string path = changed_file(one); !path.empty())
      end_test(Exit::unknown, "fixture " + fixture + ": it is held up by `apitest up`, but " + path +
                                  " has changed since. Run `apitest down`, then `apitest up` again");
    std::string file = held.at("run_dir").get<std::string>();
    file.append("/fixtures/").append(fixture).append(".json");
    nlohmann::json document = read_json(file);
    return document.is_object() ? document : nlohmann::json();
  }
  return nullptr;
}

}  // namespace apitest::internal
