// SPDX-License-Identifier: MIT
#include "link.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <mutex>

#include "ended.hpp"
#include "process_id.hpp"
#include "protocol.hpp"
#include "run.hpp"
#include "run_id.hpp"

namespace apitest::internal {
namespace {

using nlohmann::json;

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

std::string reason() { return std::generic_category().message(errno); }

[[noreturn]] void no_agent(const std::string& why) { end_test(Exit::unknown, "no agent: " + why); }

[[noreturn]] void not_understood() {
  no_agent("what answers at " + run().dir + "/" + socket_name + " does not speak this protocol" + rebuild);
}

struct AgentDied : Ended {};

[[noreturn]] void agent_died() {
  throw AgentDied{{Exit::unknown, "no agent: the agent of this run has ended before its tests; " + run().dir +
                                      "/agent.log has its last words. Run ctest again"}};
}

/// Once is enough: who waits again, for the end of a case perhaps, waits in vain.
std::atomic<bool> is_agent_silent{false};

[[noreturn]] void no_answer() {
  is_agent_silent = true;
  no_agent("the agent does not answer; see " + run().dir + "/agent.log");
}

// --- frames

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) agent_died();
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string frame(const json& head, std::string_view bytes) {
  const std::string text = head.dump(-1, ' ', false, json::error_handler_t::replace);
  const FrameSizes sizes{static_cast<std::uint32_t>(text.size()), static_cast<std::uint32_t>(bytes.size())};
  std::string out(sizeof sizes, '\0');
  std::memcpy(out.data(), &sizes, sizeof sizes);
  return out.append(text).append(bytes);
}

/// Appends what has come, at least one byte.
void receive(int fd, std::string& buffer, Duration deadline) {
  std::array<char, 4096> chunk;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by recv
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock().now());
    pollfd ready{fd, POLLIN, 0};
    const int events = left.count() > 0 ? ::poll(&ready, 1, static_cast<int>(left.count())) : 0;
    if (events < 0 && errno == EINTR) continue;
    if (events == 0) no_answer();
    const ssize_t got = ::recv(fd, chunk.data(), chunk.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) agent_died();
    buffer.append(chunk.data(), static_cast<std::size_t>(got));
    return;
  }
}

/// There is one answer at a time, so that what comes is of this one.
Reply read_reply(int fd, Duration patience) {
  const Duration deadline = steady_clock().now() + patience;
  FrameSizes sizes;
  std::string buffer;
  while (buffer.size() < sizeof sizes) receive(fd, buffer, deadline);
  std::memcpy(&sizes, buffer.data(), sizeof sizes);
  if (sizes.head > largest_head) not_understood();
  const std::size_t head_end = sizeof sizes + sizes.head;
  while (buffer.size() < head_end + sizes.bytes) receive(fd, buffer, deadline);
  Reply reply;
  reply.head = json::parse(buffer.data() + sizeof sizes, buffer.data() + head_end, nullptr, false);
  if (!reply.head.is_object()) not_understood();
  reply.bytes = std::move(buffer.erase(0, head_end));
  return reply;
}

// --- connecting and starting

/// Connects through the folder's descriptor, so that the path fits into 108 bytes wherever the build tree is.
Descriptor connect_to_agent() {
  const Descriptor folder(::open(run().dir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return Descriptor();
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = "/proc/self/fd/" + std::to_string(folder.get()) + "/" + socket_name;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) no_agent("no socket: " + reason());
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return Descriptor();
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.uid != ::getuid())
    no_agent("the agent at " + run().dir + " belongs to another user; remove that folder");
  return socket;
}

void make_folder(const std::string& path) {
  const auto is_there = [&] { return ::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST; };
  if (is_there()) return;
  if (errno == ENOENT) {
    make_folder(path.substr(0, path.rfind('/')));
    if (is_there()) return;
  }
  no_agent("cannot make the folder " + path + ": " + reason() + ". Tests write into their build tree");
}

std::string read_to_end(int fd) {
  std::string text;
  std::array<char, 512> buffer{};
  for (;;) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

/// Runs `apitest agent`, which detaches itself and closes its output once it listens or has said why it can't.
void start_agent() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) no_agent("no pipe: " + reason());
  const Descriptor out(ends[0]);
  Descriptor in(ends[1]);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, in.get(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, in.get(), STDERR_FILENO);
  std::array<std::string, 6> words{"apitest", "agent", "--run-dir", run().dir, "--runner", run().runner};
  std::array<char*, 7> argv{};
  std::transform(words.begin(), words.end(), argv.begin(), [](std::string& word) { return word.data(); });
  pid_t pid = 0;
  const int error = ::posix_spawn(&pid, part().program.c_str(), &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0)
    no_agent("cannot start " + part().program + ": " + std::generic_category().message(error) +
             ". Build the target apitest_program");
  in = Descriptor();
  const std::string said = read_to_end(out.get());
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (said != "ready\n")
    no_agent(said.empty() ? part().program + " ended without a word. Build the target apitest_program" : said);
}

bool is_runner_there() { return run().runner == held_runner || is_alive(parse_process_id(run().runner)); }

Descriptor connect_or_start() {
  if (Descriptor socket = connect_to_agent()) return socket;
  make_folder(run().dir);
  const Descriptor lock(::open((run().dir + "/agent.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock) no_agent("cannot open " + run().dir + "/agent.lock: " + reason());
  while (::flock(lock.get(), LOCK_EX) != 0) {
    if (errno != EINTR) no_agent("cannot lock " + run().dir + "/agent.lock: " + reason());
  }
  if (Descriptor socket = connect_to_agent()) return socket;
  // Only who takes back what is left may follow a killed agent: the services of this run have died with it.
  if (agent_was_started() && role() != "cleanup") agent_died();
  // Said here, because all tests that still run are waiting for that lock.
  if (!is_runner_there()) no_agent("the ctest of this run has gone (process " + run().runner + ")");
  start_agent();
  Descriptor socket = connect_to_agent();
  if (!socket) agent_died();
  return socket;
}

// --- connections of this process: one for each request under way

std::string hello() {
  return frame({{"op", "hello"},
                {"protocol", protocol_version},
                {"run", run().id},
                {"test", test_name()},
                {"role", role()},
                {"name", part().name},
                {"fixtures", part().fixtures}},
               {});
}

class Connections {
 public:
  /// A connection that has been given back, or none.
  Descriptor take() {
    const std::lock_guard guard(mutex_);
    if (idle_.empty()) return Descriptor();
    Descriptor socket = std::move(idle_.back());
    idle_.pop_back();
    return socket;
  }
  void give_back(Descriptor socket) {
    const std::lock_guard guard(mutex_);
    idle_.push_back(std::move(socket));
  }
  void drop() {
    const std::lock_guard guard(mutex_);
    idle_.clear();
  }

 private:
  std::mutex mutex_;
  std::vector<Descriptor> idle_;
};

Connections& connections() {
  static Connections all;
  return all;
}

Reply ask_once(const json& head, std::string_view bytes, Duration patience) {
  if (is_agent_silent) no_answer();
  std::string message = frame(head, bytes);
  Descriptor socket = connections().take();
  if (!socket) {  // the frames are there before the connection is, so that the agent wakes up once for both
    message.insert(0, hello());
    socket = connect_or_start();
  }
  write_all(socket.get(), message);
  Reply reply = read_reply(socket.get(), patience);
  if (reply.head.value("refused", false))
    end_test(Exit::unknown, "the agent of this run refuses: " + reply.head.value("error", ""));
  connections().give_back(std::move(socket));
  return reply;
}

}  // namespace

/// A cleanup outlives its agent and starts the one that follows: what is left must be taken back.
Reply ask(const json& head, std::string_view bytes, Duration patience) {
  constexpr int most_agents = 10;  // the first connections may still reach the one that is dying
  for (int agent = 1;; ++agent) {
    try {
      return ask_once(head, bytes, patience);
    } catch (const AgentDied&) {
      if (role() != "cleanup" || agent == most_agents) throw;
    }
    steady_clock().sleep(10ms);
  }
}

void tell(const json& head) {
  Descriptor socket = connections().take();
  if (!socket) return;
  write_all(socket.get(), frame(head, {}));
  connections().give_back(std::move(socket));
}

void drop_connections() { connections().drop(); }

bool agent_was_started() { return ::access((run().dir + "/run.json").c_str(), F_OK) == 0; }

}  // namespace apitest::internal
