// SPDX-License-Identifier: MIT
#include "services.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <csignal>
#include <deque>
#include <random>
#include <stdexcept>

#include "child.hpp"
#include "processes.hpp"

namespace apitest::agent {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::size_t tail_lines = 20;
constexpr auto patience = std::chrono::seconds(5);

int signal_number(const std::string& name) {
  static constexpr std::array<std::pair<const char*, int>, 7> known{{{"SIGTERM", SIGTERM},
                                                                     {"SIGINT", SIGINT},
                                                                     {"SIGQUIT", SIGQUIT},
                                                                     {"SIGHUP", SIGHUP},
                                                                     {"SIGUSR1", SIGUSR1},
                                                                     {"SIGUSR2", SIGUSR2},
                                                                     {"SIGKILL", SIGKILL}}};
  const auto* const found =
      std::find_if(known.begin(), known.end(), [&](const auto& one) { return name == one.first; });
  if (found == known.end())
    throw std::invalid_argument("STOP_SIGNAL " + name +
                                " is not known; known are SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2, SIGKILL");
  return found->second;
}

std::string with_port(std::string word, int port) {
  static constexpr std::string_view placeholder = "{port}";
  for (std::size_t at = word.find(placeholder); at != std::string::npos; at = word.find(placeholder, at))
    word.replace(at, placeholder.size(), std::to_string(port));
  return word;
}

}  // namespace

struct Services::Service {
  explicit Service(asio::io_context& loop) : kill_timer(loop) {}
  std::string fixture;
  int port = 0;
  int stop_signal = SIGTERM;
  asio::steady_timer kill_timer;
  std::shared_ptr<Child> child;
  std::unique_ptr<LineFile> log;
  std::deque<std::string> tail;
  std::string end;  // how it ended, once it and its output have
  bool was_killed = false;
  std::function<void(std::string)> stopped;
};

Services::Started Services::start(const ServiceRequest& request) {
  if (is_running(request.fixture))
    throw std::invalid_argument("fixture " + request.fixture +
                                " has a service already; a second one needs a fixture of its own");
  const auto service = std::make_shared<Service>(loop_);
  service->fixture = request.fixture;
  service->port = request.port > 0 ? request.port : free_port();
  service->stop_signal = signal_number(request.stop_signal);
  service->log = std::make_unique<LineFile>(folder_.service_log(request.fixture));
  Command command{{}, request.directory, request.environment};
  command.environment.push_back(std::string(service_variable) + "=" + request.fixture);
  for (const std::string& word : request.argv) command.argv.push_back(with_port(word, service->port));
  const std::weak_ptr<Service> watched = service;  // which owns the child that has these
  try {
    service->child = Child::start(
        loop_, command,
        [this, watched](std::string_view line) {
          if (const Pointer alive = watched.lock()) keep_line(*alive, line);
        },
        [this, watched](bool, const std::string& how) {
          if (const Pointer alive = watched.lock()) on_end(alive, how);
        });
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument("service " + request.fixture + ": " + error.what());
  }
  services_[request.fixture] = service;
  order_.erase(std::remove(order_.begin(), order_.end(), request.fixture), order_.end());
  order_.push_back(request.fixture);
  folder_.log("service " + request.fixture + " started, pid " + std::to_string(service->child->pid()) + ", port " +
              std::to_string(service->port));
  return {service->child->pid(), service->port};
}

/// Below the range that the system hands out for outgoing connections, so that none of those takes it meanwhile.
int Services::free_port() {
  static std::mt19937 random(std::random_device{}());
  std::uniform_int_distribution<int> ports(20000, 32000);
  error_code error;
  for (int attempt = 0; attempt < 1000; ++attempt) {
    const int port = ports(random);
    const bool taken =
        std::any_of(services_.begin(), services_.end(), [&](const auto& one) { return one.second->port == port; });
    if (taken) continue;
    asio::ip::tcp::acceptor probe(loop_, asio::ip::tcp::v4());
    probe.bind({asio::ip::address_v4::loopback(), static_cast<asio::ip::port_type>(port)}, error);
    if (!error) return port;
  }
  throw std::invalid_argument("no free port between 20000 and 32000 on 127.0.0.1 (" + error.message() +
                              "): end what holds them, or give the service a PORT");
}

void Services::keep_line(Service& service, std::string_view line) {
  const std::string clean = folder_.redacted(line);
  service.log->append(clean);
  service.tail.push_back(clean);
  if (service.tail.size() > tail_lines) service.tail.pop_front();
}

void Services::on_end(const Pointer& service, const std::string& how) {
  service->end = how;
  service->kill_timer.cancel();
  folder_.log("service " + service->fixture + " " + how);
  for (const int pid : service_processes(folder_.path(), service->fixture)) ::kill(pid, SIGKILL);  // left its group
  if (service->stopped)
    finish(service, service->was_killed
                        ? "service " + service->fixture + " did not end within 5 s of its stop signal and was killed"
                        : "");
}

/// Tells whoever asked for its end.
void Services::finish(const Pointer& service, const std::string& problem) {
  const auto stopped = std::exchange(service->stopped, nullptr);
  services_.erase(service->fixture);
  order_.erase(std::remove(order_.begin(), order_.end(), service->fixture), order_.end());
  stopped(problem);
}

bool Services::is_running(const std::string& fixture) const {
  const auto found = services_.find(fixture);
  return found != services_.end() && found->second->end.empty();
}

std::string Services::obituary(const std::string& fixture) const {
  const auto found = services_.find(fixture);
  if (found == services_.end() || found->second->end.empty()) return "";
  std::string text = "service " + fixture + " " + found->second->end;
  if (found->second->tail.empty()) return text + " without a word";
  text += ", last lines:";
  for (const std::string& line : found->second->tail) text += "\n  " + line;
  return text;
}

std::string Services::obituary_of_port(int port) const {
  for (const auto& [fixture, service] : services_)
    if (service->port == port) return obituary(fixture);
  return "";
}

void Services::stop(const std::string& fixture, std::function<void(std::string)> done) {
  const auto found = services_.find(fixture);
  if (found == services_.end()) return done("");
  const Pointer service = found->second;
  service->stopped = std::move(done);
  if (!service->end.empty()) return finish(service, obituary(fixture) + "\nIt should have run until here");
  service->child->signal(service->stop_signal);
  service->kill_timer.expires_after(patience);
  service->kill_timer.async_wait([service](const error_code& error) {
    if (error || !service->child->is_running()) return;
    service->was_killed = true;
    service->child->signal(SIGKILL);
  });
}

void Services::stop_all(const std::function<void()>& done) {
  if (order_.empty()) return done();
  stop(order_.back(), [this, done](const std::string& problem) {
    if (!problem.empty()) folder_.log(problem);
    stop_all(done);
  });
}

}  // namespace apitest::agent
