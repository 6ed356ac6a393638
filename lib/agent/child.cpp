// SPDX-License-Identifier: MIT
#include "child.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/connect_pipe.hpp>
#include <boost/asio/readable_pipe.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/writable_pipe.hpp>
#include <boost/optional.hpp>
#include <boost/type_traits/remove_pointer.hpp>
#include <chrono>
#include <csignal>
#include <cstring>
#include <stdexcept>

// After boost/optional.hpp and remove_pointer.hpp, which 1.81 forgets when it uses std::filesystem.
#include <boost/process/v2/environment.hpp>
#include <boost/process/v2/process.hpp>
#include <boost/process/v2/start_dir.hpp>
#include <boost/process/v2/stdio.hpp>

namespace apitest::agent {

namespace asio = boost::asio;
namespace process = boost::process::v2;
using boost::system::error_code;

namespace {

constexpr std::size_t longest_line = 4096;
/// For what it has said last; what it has started and left behind may keep the output open for ever.
constexpr auto output_grace = std::chrono::seconds(1);

/// The group, the bond to the agent's life, and the environment of the command instead of the agent's.
struct Setup {
  explicit Setup(const std::vector<std::string>& environment) {
    for (const std::string& variable : environment) variables.push_back(variable.c_str());
    variables.push_back(nullptr);
  }
  template <class Launcher>
  error_code on_setup(Launcher& launcher, const process::filesystem::path&, const char* const*) {
    launcher.env = variables.data();
    return {};
  }
  template <class Launcher>
  error_code on_exec_setup(Launcher&, const process::filesystem::path&, const char* const*) {
    std::signal(SIGPIPE, SIG_DFL);
    const bool done = ::setpgid(0, 0) == 0 && ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0;
    return done ? error_code() : error_code(errno, boost::system::system_category());
  }
  std::vector<const char*> variables;
};

std::string find_program(const Command& command) {
  const std::string& name = command.argv.front();
  if (name.find('/') != std::string::npos) return name.front() == '/' ? name : command.directory + "/" + name;
  const std::vector<process::environment::key_value_pair> variables(command.environment.begin(),
                                                                    command.environment.end());
  std::string found = process::environment::find_executable(name, variables).string();
  if (found.empty())
    throw std::invalid_argument("the program " + name +
                                " was not found in PATH; give its path, or name a target that makes it");
  return found;
}

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status)) return std::string("was ended by SIG") + ::sigabbrev_np(WTERMSIG(status));
  return "exited with code " + std::to_string(WEXITSTATUS(status));
}

class BoostChild final : public Child {
 public:
  BoostChild(asio::io_context& loop, OnLine on_line, OnEnd on_end)
      : output_(loop), output_timer_(loop), process_(loop), on_line_(std::move(on_line)), on_end_(std::move(on_end)) {}

  void launch(asio::io_context& loop, const Command& command) {
    const std::string program = find_program(command);
    const std::vector<std::string> arguments(command.argv.begin() + 1, command.argv.end());
    asio::writable_pipe end(loop);
    asio::connect_pipe(output_, end);
    try {
      process_ =
          process::process(loop.get_executor(), program, arguments, process::process_start_dir(command.directory),
                           process::process_stdio{nullptr, end, end}, Setup(command.environment));
    } catch (const boost::system::system_error& error) {
      throw std::invalid_argument("cannot start " + program + " in " + command.directory + ": " +
                                  error.code().message());
    }
    pid_ = process_.id();
    read();
    process_.async_wait([self = this->self()](const error_code&, int) { self->on_exit(); });
  }

  [[nodiscard]] int pid() const override { return pid_; }
  [[nodiscard]] bool is_running() const override { return !exited_; }
  void signal(int number) override { ::kill(-pid_, number); }

 private:
  std::shared_ptr<BoostChild> self() { return std::static_pointer_cast<BoostChild>(shared_from_this()); }

  void read() {
    output_.async_read_some(asio::buffer(buffer_), [self = self()](const error_code& error, std::size_t size) {
      self->unfinished_.append(self->buffer_.data(), size);
      self->output_ended_ = static_cast<bool>(error);
      self->pass_lines_on();
      if (!error)
        self->read();
      else
        self->end();
    });
  }

  void pass_lines_on() {
    for (;;) {
      std::size_t end = unfinished_.find('\n');
      const bool cut =
          end == std::string::npos && (unfinished_.size() > longest_line || (output_ended_ && !unfinished_.empty()));
      if (cut) end = unfinished_.size();
      if (end == std::string::npos) return;
      on_line_(std::string_view(unfinished_).substr(0, end));
      unfinished_.erase(0, cut ? end : end + 1);
    }
  }

  void on_exit() {
    exited_ = true;
    signal(SIGKILL);  // what it has started and not ended; the group keeps its number as long as it has members
    if (output_ended_) return end();
    output_timer_.expires_after(output_grace);
    output_timer_.async_wait([self = self()](const error_code& error) {
      if (!error) self->output_.close();
    });
  }

  void end() {
    if (!exited_ || !output_ended_) return;
    output_timer_.cancel();
    const int status = process_.native_exit_code();
    on_end_(status == 0, how_it_ended(status));
  }

  asio::readable_pipe output_;
  asio::steady_timer output_timer_;
  process::process process_;
  OnLine on_line_;
  OnEnd on_end_;
  int pid_ = 0;
  bool exited_ = false, output_ended_ = false;
  std::array<char, 4096> buffer_{};
  std::string unfinished_;
};

}  // namespace

std::shared_ptr<Child> Child::start(asio::io_context& loop, const Command& command, OnLine on_line, OnEnd on_end) {
  if (command.argv.empty()) throw std::invalid_argument("the command is empty; name a program");
  const auto child = std::make_shared<BoostChild>(loop, std::move(on_line), std::move(on_end));
  child->launch(loop, command);
  return child;
}

}  // namespace apitest::agent
