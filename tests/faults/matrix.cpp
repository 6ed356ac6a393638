// SPDX-License-Identifier: MIT
#include "matrix.hpp"

#include <apitest/fixture.hpp>
#include <apitest/retry.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>

using namespace apitest;
namespace fs = std::filesystem;

namespace {

void copy_with(const std::string& name, const std::string& to, const std::string& old_text, const std::string& text) {
  std::string all = content(std::string(PROJECT_TREE) + name);
  const std::size_t at = all.find(old_text);
  REQUIRE(at != std::string::npos);
  all.replace(at, old_text.size(), text);
  std::ofstream(to + name) << all;
}

/// The line of the shop that says where it listens; "" while it is not there.
std::string url_in(const std::string& output) {
  const std::size_t begin = output.find("http://127.0.0.1:"), end = output.find(',', begin);
  return end == std::string::npos ? "" : output.substr(begin, end - begin);
}

/// Inherited by all that a run in a tree starts, from the fork on.
const std::string row_variable = "FAULT_ROW";

/// Of the process with this folder in /proc. In the middle of an exec it is not there for some milliseconds.
std::string environment_in(const fs::path& process) {
  std::string environment;
  std::error_code no_exe;  // of the kernel's own processes, and of one that has ended
  (void)within(100ms, [&] {
    environment = content(process / "environ");
    return !environment.empty() || fs::read_symlink(process / "exe", no_exe).empty();
  });
  return environment;
}

}  // namespace

void wait_until(const std::string& what, const std::function<bool()>& question, Duration bound) {
  INFO("waited for: " << what);
  REQUIRE(within(bound, question));
}

// --- Tree

Tree::Tree(const std::string& row) : path_(std::string(ROWS_DIR) + "/" + row) {
  fs::remove_all(path_);
  fs::create_directories(runs());
  const std::string built = PROJECT_TREE;
  copy_with("/CTestTestfile.cmake", path_, built + "/apitest/run.cmake", path_ + "/apitest/run.cmake");
  copy_with("/apitest/run.cmake", path_, built + "/apitest/runs", runs());
}

std::string Tree::processes() const {
  const std::string mark = '\0' + row_variable + '=' + path_ + '\0';
  std::string found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/proc", ignored)) {
    const std::string pid = entry.path().filename();
    if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
    if (('\0' + environment_in(entry.path())).find(mark) == std::string::npos) continue;
    std::string command = content(entry.path() / "cmdline");
    std::replace(command.begin(), command.end(), '\0', ' ');
    found += pid + " " + command + "\n";
  }
  return found;
}

// --- Shop

Shop::Shop(const Tree& tree, std::vector<std::string> options) : folder_(tree.path()), options_(std::move(options)) {
  start();
}

void Shop::start() {
  std::vector<std::string> command = {SHOP_SERVER, "--database", folder_ + "/shop.db", "--port", std::to_string(port_)};
  command.insert(command.end(), options_.begin(), options_.end());
  server_ = std::make_unique<Child>(command, std::map<std::string, std::string>(),
                                    folder_ + "/shop" + std::to_string(++starts_) + ".log");
  wait_until("the shop", [&] { return !url_in(server_->output()).empty() || server_->wait(0s).has_value(); });
  INFO(server_->output());
  url_ = url_in(server_->output());
  REQUIRE_FALSE(url_.empty());
  port_ = std::stoi(url_.substr(url_.rfind(':') + 1));
}

void Shop::kill() { server_.reset(); }

void Shop::restart() {
  server_->kill(SIGTERM);
  REQUIRE(server_->wait() == 0);
  start();
}

int Shop::count(const std::string& path, const std::string& list) const {
  const Response answer = Client(url_).get(path);
  REQUIRE(answer.status == 200);
  return static_cast<int>(answer.size(list));
}

std::string Shop::left() const {
  const int users = count("/admin/users", "/users");
  const int orders = count("/api/v1/orders", "/orders");
  const int goods = count("/api/v1/goods", "/goods");
  if (users + orders + goods == 0) return "";
  return std::to_string(users) + " users, " + std::to_string(orders) + " orders, " + std::to_string(goods) + " goods";
}

bool Shop::has(const std::string& user) const {
  const Response orders = Client(url_).get("/api/v1/orders");
  const Response goods = Client(url_).get("/api/v1/goods");
  for (std::size_t i = 0; i < orders.size("/orders"); ++i) {
    const Json order = orders.at("/orders/" + std::to_string(i));
    if (order.text("/uid").rfind(user, 0) == 0)
      return goods.body.find("\"order\":\"" + order.text("/id") + "\"") != std::string::npos;
  }
  return false;
}

int Shop::posts() const { return static_cast<int>(Client(url_).get("/stats").integer("/posts")); }

// --- Run

/// Signals may be ignored here, as in the background of a shell, and ctest would inherit that.
Run::Run(const Tree& tree, const Shop& shop, const std::vector<std::string>& arguments,
         const std::vector<std::string>& within)
    : runs_(tree.runs()),
      ctest_(
          [&] {
            std::vector<std::string> command = {"env", "--default-signal=INT,TERM,HUP", "setsid"};
            const std::vector<std::string> ctest = {CTEST_COMMAND, "--test-dir", tree.path(), "-j8",
                                                    "--output-on-failure"};
            for (const auto* part : {&within, &ctest, &arguments})
              command.insert(command.end(), part->begin(), part->end());
            return command;
          }(),
          {{"SHOP_URL", shop.url()}, {row_variable, tree.path()}},
          tree.path() + "/ctest" + std::to_string(std::distance(fs::directory_iterator(tree.path()), {})) + ".log") {}

int Run::wait() {
  const std::optional<int> code = ctest_.wait(60s);
  REQUIRE(code.has_value());
  return *code;
}

std::string Run::folder() const {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(runs_, ignored)) {
    const auto run = nlohmann::json::parse(content(entry.path() / "run.json"), nullptr, false);
    if (run.is_object() && run.at("runner").at("pid") == ctest_.pid()) return entry.path();
  }
  return "";
}

nlohmann::json Run::state() const {
  const std::string path = folder();
  return path.empty() ? nlohmann::json() : nlohmann::json::parse(content(path + "/run.json"), nullptr, false);
}

std::string Run::agent_log() const { return content(folder() + "/agent.log"); }

int Run::exit_of(const std::string& test) const {
  std::ifstream file(folder() + "/records/results.jsonl");
  for (std::string text; std::getline(file, text);) {
    const auto line = nlohmann::json::parse(text, nullptr, false);
    if (line.is_object() && line.at("test") == test) return line.at("exit");
  }
  return -1;
}

void Run::kill_agent() {
  const int agent = state().at("agent").at("pid").get<int>();
  REQUIRE(::kill(agent, SIGKILL) == 0);
  REQUIRE(is_gone(agent));
}

// --- what is left

Undone undone_in(const std::string& run_folder) {
  Undone undone;
  std::map<long long, std::string> open;
  std::ifstream file(run_folder + "/undo/log.jsonl");
  for (std::string text; std::getline(file, text);) {
    const auto line = nlohmann::json::parse(text, nullptr, false);
    if (!line.is_object()) continue;
    const long long id = line.at("id");
    if (line.contains("scope")) open[id] = line.at("scope").get<std::string>() + ": " + line.at("action").dump();
    if (!line.contains("state")) continue;
    if (line.at("state") == "undone") ++undone.by[line.value("by", "nobody")];
    if (line.at("state") != "left") open.erase(id);
  }
  for (const auto& [id, what] : open) undone.open.push_back(what);
  return undone;
}

void check_nothing_left(const Tree& tree, const Shop& shop, const std::string& where) {
  INFO(where);
  const bool in_time = within(patience, [&] { return tree.processes().empty() && shop.left().empty(); });
  CHECK(in_time);
  CHECK(shop.left() == "");
  CHECK(tree.processes() == "");
}

void check_report(const Run& run, const std::string& state, const std::set<std::string>& by) {
  const std::string folder = run.folder();
  INFO(folder);
  const nlohmann::json report = run.state();
  REQUIRE(report.is_object());
  CHECK(report.value("state", "") == state);
  CHECK(report.value("left", nlohmann::json()).dump() == "[]");
  const Undone undone = undone_in(folder);
  for (const std::string& open : undone.open) FAIL_CHECK("still open: " << open);
  CHECK(undone.by.count("nobody") == 0);
  for (const std::string& who : by) {
    INFO("undone by " << who);
    const bool has_undone = std::any_of(undone.by.begin(), undone.by.end(),
                                        [&](const auto& one) { return one.first.find(who) != std::string::npos; });
    CHECK(has_undone);
  }
}
