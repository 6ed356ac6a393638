// SPDX-License-Identifier: MIT
#include "agent.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <charconv>
#include <csignal>
#include <fstream>
#include <stdexcept>

namespace apitest::agent {

namespace asio = boost::asio;
using boost::system::error_code;
using nlohmann::json;

namespace {

/// What becomes a part of a path must be an identifier.
std::string identifier_in(const json& head, const char* key) {
  std::string name = head.at(key).get<std::string>();
  if (!is_identifier(name)) throw std::invalid_argument(std::string(key) + " '" + name + "' is no identifier");
  return name;
}

std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

/// The port of an address on this machine, 0 for any other.
int local_port(const std::string& url) {
  static constexpr std::string_view local = "http://127.0.0.1:";
  int port = 0;
  if (url.rfind(local, 0) == 0) std::from_chars(url.data() + local.size(), url.data() + url.size(), port);
  return port;
}

}  // namespace

Agent::Agent(const std::string& run_dir, internal::ProcessId runner)
    : folder_(run_dir),
      run_(run_dir.substr(run_dir.rfind('/') + 1)),
      runner_(std::move(runner)),
      acceptor_(loop_),
      runner_watch_(loop_),
      signals_(loop_, SIGTERM, SIGINT),
      http_(loop_),
      services_(loop_, folder_) {
  watch_runner();
  // From within the folder, so that the path fits into 108 bytes wherever it is.
  if (::chdir(run_dir.c_str()) != 0) throw std::system_error(errno, std::generic_category(), "cannot enter " + run_dir);
  const asio::local::stream_protocol::endpoint endpoint(internal::socket_name);
  acceptor_.open(endpoint.protocol());
  acceptor_.bind(endpoint);
  acceptor_.listen();
  accept();
  signals_.async_wait([this](const error_code& error, int signal) {
    if (!error) end("told to end by SIG" + std::string(::sigabbrev_np(signal)));
  });
  write_state("running");
  folder_.log("agent of run " + run_ + ", pid " + std::to_string(::getpid()) + ", runner " +
              internal::to_text(runner_));
}

void Agent::run() {
  loop_.run();
  ::unlink(internal::socket_name);
  write_state("ended");
}

void Agent::watch_runner() {
  const int descriptor = static_cast<int>(::syscall(SYS_pidfd_open, runner_.pid, 0U));
  // Opened before the start time is compared, so that it can't be a later process of the same pid.
  if (descriptor < 0 || !(internal::process_id(runner_.pid) == runner_))
    throw std::runtime_error("the runner of this run, process " + internal::to_text(runner_) + ", is not there");
  ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  runner_watch_.assign(descriptor);
  runner_watch_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const error_code& error) {
    if (!error) end("the runner has gone");
  });
}

void Agent::write_state(const std::string& state) {
  json run{{"run", run_},
           {"state", state},
           {"agent", {{"pid", ::getpid()}, {"start", internal::process_id(::getpid()).start}}},
           {"runner", {{"pid", runner_.pid}, {"start", runner_.start}}},
           {"host", first_line("/proc/sys/kernel/hostname")},
           {"boot_id", first_line("/proc/sys/kernel/random/boot_id")},
           {"started", started_}};
  if (state == "ended") {
    run["ended"] = timestamp();
    run["end"] = end_reason_;
    run["exchanges"] = exchanges_;
  }
  folder_.write_state(run);
}

void Agent::accept() {
  acceptor_.async_accept([this](const error_code& error, Session::Socket socket) {
    if (error) return;
    const auto session = std::make_shared<Session>(std::move(socket), *this);
    sessions_.insert(session);
    session->start();
    accept();
  });
}

void Agent::on_message(Session& session, json head, std::string bytes) {
  try {
    dispatch(session, head, std::move(bytes));
  } catch (const json::exception& error) {
    session.refuse(std::string("this is no message of ApiTest; rebuild (") + error.what() + ")");
  } catch (const std::exception& error) {
    session.reply({{"error", error.what()}});
  }
}

void Agent::on_close(Session& session) {
  http_.cancel(session.transfer);
  sessions_.erase(session.shared_from_this());
}

void Agent::dispatch(Session& session, const json& head, std::string bytes) {
  const std::string operation = head.at("op").get<std::string>();
  if (operation == "hello") return hello(session, head);
  if (session.test.empty()) return session.refuse("a connection begins with hello; rebuild");
  if (operation == "http") return http(session, head, std::move(bytes));
  if (operation == "record") return folder_.record(identifier_in(head, "kind"), head.at("line"));
  if (operation == "document") return document(session, head);
  if (operation == "service") return service(session, head);
  if (operation == "cleanup") return cleanup(session, head);
  if (operation == "secret") {
    folder_.add_secret(head.at("value").get<std::string>());
    return session.reply(json::object());
  }
  if (operation == "service_state") {
    const std::string fixture = identifier_in(head, "fixture");
    const std::string obituary = services_.obituary(fixture);
    return session.reply({{"running", services_.is_running(fixture)},
                          {"text", obituary.empty() ? "fixture " + fixture + " has started no service" : obituary}});
  }
  session.refuse("the operation " + operation + " is not known; rebuild");
}

void Agent::hello(Session& session, const json& head) {
  if (head.at("protocol") != internal::protocol_version)
    return session.refuse("the test speaks protocol " + head.at("protocol").dump() + ", the agent " +
                          std::to_string(internal::protocol_version) + "; rebuild so that both are of one version");
  if (head.at("run") != run_)
    return session.refuse("this is the agent of run " + run_ + ", not of " + head.at("run").dump());
  session.test = head.at("test").get<std::string>();
}

void Agent::http(Session& session, const json& head, std::string bytes) {
  if (session.transfer != nullptr) return session.refuse("one request at a time on a connection; rebuild");
  const auto self = session.shared_from_this();
  try {
    session.transfer = http_.start(head, std::move(bytes), [this, self, head](json answer, const std::string& body) {
      self->transfer = nullptr;
      answer_http(*self, head, std::move(answer), body);
    });
  } catch (const std::invalid_argument& error) {
    session.reply({{"fault", "unusable"}, {"error", error.what()}, {"url", head.at("url")}});
  }
}

void Agent::answer_http(Session& session, const json& request, json head, const std::string& body) {
  ++exchanges_;
  if (head["fault"] == "refused") {
    const std::string obituary = services_.obituary_of_port(local_port(request.at("url").get<std::string>()));
    if (!obituary.empty()) head["error"] = head["error"].get<std::string>() + "\n" + obituary;
  }
  folder_.record("exchanges", {{"test", session.test},
                               {"method", request.at("method")},
                               {"url", head["url"]},
                               {"status", head["status"]},
                               {"fault", head["fault"]},
                               {"error", head["error"]},
                               {"version", head["version"]},
                               {"new_connection", head["new_connection"]},
                               {"body_bytes", body.size()},
                               {"microseconds", head["times"]}});
  session.reply(head, body);
}

void Agent::document(Session& session, const json& head) {
  const std::string fixture = identifier_in(head, "fixture");
  const std::string problem = folder_.write_document(fixture, {{"run", run_},
                                                               {"fixture", fixture},
                                                               {"written", timestamp()},
                                                               {"secrets", head.at("secrets")},
                                                               {"values", head.at("values")}});
  if (!problem.empty()) return session.reply({{"error", problem}});
  session.reply(json::object());
}

void Agent::service(Session& session, const json& head) {
  ServiceRequest request{identifier_in(head, "fixture"),
                         head.at("argv").get<std::vector<std::string>>(),
                         head.at("directory").get<std::string>(),
                         head.at("environment").get<std::vector<std::string>>(),
                         head.at("port").get<int>(),
                         head.at("stop_signal").get<std::string>()};
  const Services::Started started = services_.start(request);
  session.reply({{"pid", started.pid}, {"port", started.port}});
}

void Agent::cleanup(Session& session, const json& head) {
  const std::string fixture = identifier_in(head, "fixture");
  folder_.remove_document(fixture);
  services_.stop(fixture, [self = session.shared_from_this()](const std::string& problem) {
    self->reply(problem.empty() ? json::object() : json{{"error", problem}});
  });
}

void Agent::end(const std::string& why) {
  if (!end_reason_.empty()) return;
  end_reason_ = why;
  folder_.log("the run ends: " + why);
  error_code ignored;
  acceptor_.close(ignored);
  signals_.cancel(ignored);
  runner_watch_.close(ignored);
  for (const auto& session : std::set(sessions_)) session->close();
  services_.stop_all([this] {
    folder_.log("the agent leaves");
    loop_.stop();
  });
}

}  // namespace apitest::agent
