// SPDX-License-Identifier: MIT
#include "runs.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "processes.hpp"
#include "run_folder.hpp"
#include "secrets.hpp"
#include "undo_actor.hpp"

namespace apitest::agent {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr std::chrono::milliseconds sweep_budget{10000};
constexpr struct flock whole_file { F_WRLCK, SEEK_SET, 0, 0, 0 };

std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

json read_json(const fs::path& path) {
  std::ifstream file(path);
  return json::parse(file, nullptr, false);
}

internal::ProcessId process_in(const json& run, const char* key) {
  const json process = run.value(key, json::object());
  return {process.value("pid", 0), process.value("start", "")};
}

}  // namespace

std::string this_host() { return first_line("/proc/sys/kernel/hostname"); }
std::string this_boot() { return first_line("/proc/sys/kernel/random/boot_id"); }

LifeSign::LifeSign(const std::string& run_dir)
    : fd_(::open(undo_log_in(run_dir).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)) {
  struct flock lock = whole_file;
  ::fcntl(fd_, F_OFD_SETLK, &lock);
}

LifeSign::~LifeSign() { ::close(fd_); }

bool LifeSign::is_given(const std::string& run_dir) {
  const int fd = ::open(undo_log_in(run_dir).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return false;
  struct flock lock = whole_file;
  const bool is_locked = ::fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  ::close(fd);
  return is_locked;
}

bool RunState::is_over() const {
  if (LifeSign::is_given(path)) return false;
  if (boot_id != this_boot()) return host == this_host();
  return !internal::is_alive(agent) && !internal::is_alive(runner);
}

std::vector<RunState> list_runs(const std::string& runs_dir) {
  std::vector<RunState> runs;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(runs_dir, ignored)) {
    const json run = read_json(entry.path() / "run.json");
    if (!run.is_object()) continue;
    runs.push_back({entry.path(), run.value("state", ""), run.value("host", ""), run.value("boot_id", ""),
                    run.value("started", ""), process_in(run, "agent"), process_in(run, "runner"),
                    run.value("undone", 0), run.value("left", std::vector<std::string>())});
  }
  std::sort(runs.begin(), runs.end(), [](const RunState& a, const RunState& b) { return a.started < b.started; });
  return runs;
}

std::vector<std::string> open_changes(const std::string& run_dir) {
  std::vector<std::string> all;
  for (const auto& [scope, undos] : read_undo_log(undo_log_in(run_dir)))
    for (const Undo& undo : undos.undos)
      if (undo.state == Undo::State::open)
        all.push_back(undo.action.value("what", "a change") + ", made by " + scope + " at " +
                      undo.action.value("where", "an unknown place"));
  return all;
}

void prune_runs(const std::string& runs_dir, std::size_t kept) {
  std::vector<RunState> runs = list_runs(runs_dir);
  runs.erase(
      std::remove_if(runs.begin(), runs.end(),
                     [](const RunState& run) { return run.state == "running" || !run.is_over() || !run.left.empty(); }),
      runs.end());
  std::error_code ignored;
  for (std::size_t i = 0; i + kept < runs.size(); ++i) fs::remove_all(runs[i].path, ignored);
}

// --- sweep -----------------------------------------------------------------------------------------------------------

struct Sweep::DeadRun {
  DeadRun(boost::asio::io_context& loop, Http& http, const std::string& path, int lock_fd)
      : folder(path),
        secrets(folder),
        actor(loop, http, secrets, this_environment()),
        undo(loop, undo_log_in(path), actor),
        lock(lock_fd) {}
  ~DeadRun() { ::close(lock); }
  DeadRun(const DeadRun&) = delete;
  DeadRun& operator=(const DeadRun&) = delete;

  RunFolder folder;
  Secrets secrets;
  Actor actor;
  UndoLog undo;
  int lock;
  std::string by;
  Swept swept;
};

Sweep::Sweep(boost::asio::io_context& loop, Http& http) : loop_(loop), http_(http) {}
Sweep::~Sweep() = default;

bool Sweep::start(const RunState& run, const std::string& by, Swept swept) {
  // The lock under which a run starts an agent: nobody begins one while we are at it.
  const int lock = ::open((run.path + "/agent.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (lock < 0) return false;
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    ::close(lock);
    return false;
  }
  for (const int pid : run_processes(run.path)) ::kill(pid, SIGKILL);
  const auto dead = std::make_shared<DeadRun>(loop_, http_, run.path, lock);
  dead->by = by;
  dead->swept = std::move(swept);
  dead->folder.log("swept by " + by);
  under_way_.push_back(dead);
  dead->undo.replay_all(sweep_budget, by, [this, dead](const UndoReport& report) {
    boost::asio::post(loop_, [this, dead, report] { finish(dead, report); });
  });
  return true;
}

void Sweep::finish(const std::shared_ptr<DeadRun>& run, const UndoReport& report) {
  json state = read_json(run->folder.path() + "/run.json");
  state["state"] = "swept";
  state["swept_by"] = run->by;
  state["swept"] = timestamp();
  state["undone"] = state.value("undone", 0) + report.undone;
  state["left"] = report.left;
  run->folder.write_state(state);
  for (const std::string& left : report.left) run->folder.log("left: " + left);
  run->swept(run->folder.path(), report);
  under_way_.erase(std::find(under_way_.begin(), under_way_.end(), run));
  if (under_way_.empty() && done_) std::exchange(done_, nullptr)();
}

void Sweep::when_done(std::function<void()> done) {
  if (under_way_.empty()) return done();
  done_ = std::move(done);
}

}  // namespace apitest::agent
