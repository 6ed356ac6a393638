// SPDX-License-Identifier: MIT
#include "agent.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <charconv>
#include <csignal>
#include <fstream>
#include <stdexcept>

#include "answer.hpp"
#include "processes.hpp"

namespace apitest::agent {

namespace asio = boost::asio;
using boost::system::error_code;
using nlohmann::json;

namespace {

/// What becomes a part of a path must be an identifier.
std::string identifier_in(const json& head, const char* key) {
  std::string name = head.at(key).get<std::string>();
  if (!is_identifier(name))
    throw std::invalid_argument(std::string(key) + " '" + name + "' is no identifier: letters, digits and _");
  return name;
}

/// The port of an address on this machine, 0 for any other.
int local_port(const std::string& url) {
  static constexpr std::string_view local = "http://127.0.0.1:";
  int port = 0;
  if (url.rfind(local, 0) == 0) std::from_chars(url.data() + local.size(), url.data() + url.size(), port);
  return port;
}

/// Folders of runs that ended well, for who wants to look at them.
constexpr std::size_t kept_runs = 20;

/// Between the first try to take a change back and the last.
constexpr std::chrono::milliseconds undo_budget{10000};

std::string fixture_scope(const std::string& fixture) { return "fixture/" + fixture; }
std::string test_scope(const std::string& test, int pid) { return "test/" + test + "/" + std::to_string(pid); }
bool is_test_scope(const std::string& scope) { return scope.rfind("test/", 0) == 0; }

/// A request that can't be made.
Response unusable(const std::string& method, const std::string& url, const std::invalid_argument& why) {
  Response response;
  response.error = {Fault::unusable, method + " " + url + ": " + why.what()};
  response.url = url;
  return response;
}

bool may_change(const std::string& method) { return method != "GET" && method != "HEAD" && method != "OPTIONS"; }

constexpr const char* no_scope = "only a test or the setup of a fixture can change something; an API_UNDO takes back";

}  // namespace

/// A request whose answer says what it has made.
struct Agent::Creation {
  std::shared_ptr<Session> session;
  std::string scope;
  json intent;
  json request;
  std::string bytes;
};

Agent::Agent(const std::string& run_dir, internal::ProcessId runner, std::chrono::milliseconds grace)
    : folder_(run_dir),
      run_(run_dir.substr(run_dir.rfind('/') + 1)),
      runner_(std::move(runner)),
      acceptor_(loop_),
      accept_timer_(loop_),
      runner_watch_(loop_),
      signals_(loop_, SIGTERM, SIGINT),
      http_(loop_),
      services_(loop_, folder_),
      secrets_(folder_),
      actor_(loop_, http_, secrets_, this_environment()),
      undo_(loop_, undo_log_in(folder_.path()), actor_),
      life_sign_(folder_.path()),
      sweep_(loop_, http_),
      end_timer_(loop_),
      grace_(grace) {
  watch_runner();
  // From within the folder, so that the path fits into 108 bytes wherever it is.
  if (::chdir(run_dir.c_str()) != 0) throw std::system_error(errno, std::generic_category(), "cannot enter " + run_dir);
  const asio::local::stream_protocol::endpoint endpoint(internal::socket_name);
  ::unlink(internal::socket_name);  // of an agent that was killed
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
  for (const std::string& scope : undo_.scopes())
    if (is_test_scope(scope)) take_back(scope, "the agent that followed a killed one");
  sweep_dead_runs();
}

/// Of agents that were killed before they could clear up.
void Agent::sweep_dead_runs() {
  for (const RunState& run : list_runs(runs_dir())) {
    if (run.path == folder_.path() || run.state != "running" || !run.is_over()) continue;
    const bool started = sweep_.start(run, "run " + run_, [this](const std::string& path, const UndoReport& report) {
      folder_.log("swept " + path + ": " + std::to_string(report.undone) + " undone, " +
                  std::to_string(report.left.size()) + " left");
    });
    if (!started) folder_.log("not swept, for somebody else has its agent.lock: " + run.path);
  }
}

std::string Agent::runs_dir() const { return folder_.path().substr(0, folder_.path().rfind('/')); }

void Agent::run() {
  try {
    loop_.run();
  } catch (const std::exception& error) {
    folder_.log(std::string("the agent ends by an error of its own, please report it: ") + error.what());
    throw;
  }
  ::unlink(internal::socket_name);
  write_state("ended");
  prune_runs(runs_dir(), kept_runs);
}

void Agent::watch_runner() {
  if (runner_.pid == 0) return;  // held up until it is told to end
  const int descriptor = static_cast<int>(::syscall(SYS_pidfd_open, runner_.pid, 0U));
  // Opened before the start time is compared, so that it can't be a later process of the same pid.
  if (descriptor < 0 || !internal::is_alive(runner_))
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
           {"host", this_host()},
           {"boot_id", this_boot()},
           {"started", started_}};
  if (state == "ended") {
    run["ended"] = timestamp();
    run["end"] = end_reason_;
    run["exchanges"] = exchanges_;
    run["undone"] = report_.undone;
    run["left"] = report_.left;
  }
  const std::string problem = folder_.write_state(run);
  if (!problem.empty() && state == "running") throw std::runtime_error(problem);  // nobody would find this run again
  if (!problem.empty()) folder_.log(problem);
}

void Agent::accept() {
  acceptor_.async_accept([this](const error_code& error, Session::Socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (error) {  // out of descriptors: some will be given back
      folder_.log("cannot accept a connection: " + error.message());
      accept_timer_.expires_after(std::chrono::milliseconds(100));
      return accept_timer_.async_wait([this](const error_code& stopped) {
        if (!stopped) accept();
      });
    }
    const auto session = std::make_shared<Session>(std::move(socket), *this);
    sessions_.insert(session);
    session->start();
    accept();
  });
}

void Agent::on_message(Session& session, json head, std::string bytes) {
  try {
    dispatch(session, std::move(head), std::move(bytes));
  } catch (const json::exception& error) {
    session.refuse(std::string("this is no message of ApiTest") + internal::rebuild + " (" + error.what() + ")");
  } catch (const std::exception& error) {
    session.reply({{"error", error.what()}});
  }
}

void Agent::on_close(Session& session) {
  if (!session.is_awaited) http_.cancel(session.transfer);
  sessions_.erase(session.shared_from_this());
  if (!is_test_scope(session.scope) || !undo_.has(session.scope)) return;
  const bool has_others =
      std::any_of(sessions_.begin(), sessions_.end(), [&](const auto& other) { return other->scope == session.scope; });
  if (!has_others) take_back(session.scope, "the agent, for the test has vanished");
}

void Agent::dispatch(Session& session, json head, std::string bytes) {
  const std::string operation = head.at("op").get<std::string>();
  if (operation == "hello") return hello(session, head);
  if (session.test.empty()) return session.refuse(std::string("a connection begins with hello") + internal::rebuild);
  if (operation == "http") return http(session, std::move(head), std::move(bytes));
  if (operation == "undo") return undo(session, head.at("action"));
  if (operation == "create") return create(session, std::move(head), std::move(bytes));
  if (operation == "end_case") return end_case(session);
  if (operation == "record") return folder_.record(identifier_in(head, "kind"), head.at("line"));
  if (operation == "document") return document(session, head);
  if (operation == "service") return service(session, head);
  if (operation == "cleanup") return cleanup(session, head);
  if (operation == "secret") {
    secrets_.add(head.at("value").get<std::string>());
    return session.reply(json::object());
  }
  if (operation == "service_state") {
    const std::string fixture = identifier_in(head, "fixture");
    const std::string obituary = services_.obituary(fixture);
    return session.reply(
        {{"running", services_.is_running(fixture)},
         {"text",
          obituary.empty() ? "fixture " + fixture + " has started no service. Call start_service() first" : obituary}});
  }
  session.refuse("the operation " + operation + " is not known" + internal::rebuild);
}

void Agent::hello(Session& session, const json& head) {
  if (head.at("protocol") != internal::protocol_version)
    return session.refuse("the test speaks protocol " + head.at("protocol").dump() + ", the agent " +
                          std::to_string(internal::protocol_version) + internal::rebuild);
  if (head.at("run") != run_)
    return session.refuse("this is the agent of run " + run_ + ", not of " + head.at("run").dump());
  const std::string role = head.at("role").get<std::string>();
  if (!end_reason_.empty() && role != "undo")
    return session.refuse("the run has ended: " + end_reason_ + ". Start ctest again");
  session.test = head.at("test").get<std::string>();
  session.built_on = head.at("fixtures").get<std::vector<std::string>>();
  if (role == "setup") session.scope = fixture_scope(head.at("name").get<std::string>());
  if (role == "test") session.scope = test_scope(session.test, session.peer());
}

/// A request that an undo is about ends before that is carried out: a service goes on with what it has begun, and would
/// make what has just been deleted.
void Agent::http(Session& session, json head, std::string bytes) {
  if (session.transfer != nullptr)
    return session.refuse(std::string("one request at a time on a connection") + internal::rebuild);
  const auto self = session.shared_from_this();
  const std::string method = head.at("method").get<std::string>(), url = head.at("url").get<std::string>();
  const bool is_awaited = may_change(method) && undo_.has(session.scope);
  const auto answered = [this, self, url, is_awaited](Response response, const json& cookies) {
    self->transfer = nullptr;
    answer_http(*self, url, std::move(response), cookies);
    if (is_awaited) undo_.release(self->scope);
  };
  try {
    session.transfer = http_.start(std::move(head), std::move(bytes), answered);
    session.is_awaited = is_awaited;
    if (is_awaited) undo_.hold(session.scope);
  } catch (const std::invalid_argument& error) {
    session.reply(internal::to_message(unusable(method, url, error)));
  }
}

void Agent::answer_http(Session& session, const std::string& url, Response response, const json& cookies) {
  if (response.error.fault == Fault::refused) {
    const std::string obituary = services_.obituary_of_port(local_port(url));
    if (!obituary.empty()) response.error.text += "\n" + obituary;
  }
  ++exchanges_;
  folder_.record_exchange(session.test, response);
  json head = internal::to_message(response);
  if (!cookies.is_null()) head["cookies"] = cookies;
  session.reply(head, response.body);  // who has the answer finds its record
}

// --- undo

void Agent::undo(Session& session, json action) {
  if (session.scope.empty()) return session.reply({{"error", no_scope}});
  undo_.add(session.scope, session.built_on, secrets_.sealed(std::move(action)),
            [self = session.shared_from_this()](long long, const std::string& problem) {
              self->reply(problem.empty() ? json::object() : json{{"error", problem}});
            });
}

/// Logs the intent, sends, logs the undo, answers. The request is never cancelled: only its answer says what was made.
void Agent::create(Session& session, json head, std::string bytes) {
  if (session.scope.empty()) return session.reply({{"error", no_scope}});
  Creation creation{session.shared_from_this(), session.scope, head.at("intent"), {}, std::move(bytes)};
  head.erase("intent");
  creation.request = head;
  head["body"] = {{"kind", "none"}};  // an undo needs the address and the credentials only
  creation.intent["kind"] = "intent";
  creation.intent["request"] = std::move(head);
  creation.intent = secrets_.sealed(std::move(creation.intent));
  undo_.add_pending(session.scope, session.built_on, creation.intent,
                    [this, creation](long long id, const std::string& problem) {
                      if (problem.empty()) return send_creation(creation, id);
                      creation.session->refuse(creation.intent.at("what").get<std::string>() +
                                               " was not sent, for its undo can't be kept: " + problem);
                    });
}

/// An undo, null when nothing was created, or the intent when its answer does not tell.
json Agent::what_became(const Creation& creation, const Response& response) {
  const json intent = secrets_.opened(creation.intent);
  if (has_made_nothing(intent, response)) return nullptr;
  if (!is_success(response)) return creation.intent;
  const json object = json::parse(response.body, nullptr, false);
  const json undo = undo_of_creation(intent, object, response.header("Location"));
  try {
    return undo.is_null() ? creation.intent : secrets_.sealed(undo);
  } catch (const std::runtime_error& error) {
    folder_.log(std::string("what was made stays in doubt, for its undo can't be kept: ") + error.what());
    return creation.intent;
  }
}

void Agent::send_creation(const Creation& creation, long long id) {
  const std::string method = creation.request.at("method").get<std::string>();
  const std::string url = creation.request.at("url").get<std::string>();
  const auto done = [this, creation, url, id](const Response& response, const json& cookies) {
    undo_.resolve(creation.scope, id, what_became(creation, response),
                  [this, creation, url, response, cookies](long long, const std::string& problem) {
                    if (!problem.empty())
                      return creation.session->refuse(creation.intent.at("what").get<std::string>() +
                                                      " was answered, but its undo can't be kept: " + problem);
                    answer_http(*creation.session, url, response, cookies);
                  });
  };
  try {
    (void)http_.start(creation.request, creation.bytes, done);
  } catch (const std::invalid_argument& error) {
    undo_.resolve(creation.scope, id, nullptr,
                  [session = creation.session, answer = unusable(method, url, error)](long long, const std::string&) {
                    session->reply(internal::to_message(answer));
                  });
  }
}

void Agent::end_case(Session& session) {
  undo_.replay(session.scope, undo_budget, session.test,
               [this, self = session.shared_from_this()](const UndoReport& report) {
                 keep(report);
                 self->reply({{"undone", report.undone}, {"left", report.left}});
               });
}

/// For a test that can't any more.
void Agent::take_back(const std::string& scope, const std::string& by) {
  undo_.replay(scope, undo_budget, by, [this, scope](const UndoReport& report) {
    folder_.log(scope + ": " + std::to_string(report.undone) + " undone, " + std::to_string(report.left.size()) +
                " left");
    keep(report);
  });
}

void Agent::keep(const UndoReport& report) {
  report_.undone += report.undone;
  for (const std::string& left : report.left) {
    folder_.log("left: " + left);
    report_.left.push_back(left);
  }
}

void Agent::document(Session& session, const json& head) {
  const std::string fixture = identifier_in(head, "fixture");
  const std::string problem = folder_.write_document(fixture, {{"run", run_},
                                                               {"fixture", fixture},
                                                               {"written", timestamp()},
                                                               {"secrets", head.at("secrets")},
                                                               {"values", head.at("values")}});
  if (!problem.empty()) return session.reply({{"error", problem}});
  secrets_.add_document(fixture, head);
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
  const auto budget = std::min(undo_budget, std::chrono::milliseconds(head.at("budget_ms").get<long long>()));
  const auto self = session.shared_from_this();
  undo_.replay(fixture_scope(fixture), budget, fixture + ".cleanup", [this, self, fixture](const UndoReport& report) {
    keep(report);
    services_.stop(fixture, [this, self, fixture, report](const std::string& problem) {
      forget_document(fixture);
      json answer{{"undone", report.undone}, {"left", report.left}};
      if (!problem.empty()) answer["error"] = problem;
      self->reply(answer);
    });
  });
}

/// A later sweep needs its secrets for what is left.
void Agent::forget_document(const std::string& fixture) {
  try {
    if (!report_.left.empty()) secrets_.keep_document(fixture);
    folder_.remove_document(fixture);
  } catch (const std::runtime_error& error) {
    folder_.log(std::string("the document of ") + fixture + " stays: " + error.what());
  }
}

// --- the end

void Agent::end(const std::string& why) {
  if (!end_reason_.empty()) return;
  end_reason_ = why;
  folder_.log("the run ends: " + why);
  error_code ignored;
  signals_.cancel(ignored);
  runner_watch_.close(ignored);
  end_tests();
}

/// Tests that still run are asked to end, then made to; what they leave is taken back as they vanish.
void Agent::end_tests() {
  for (const int pid : test_processes(folder_.path())) {
    folder_.log("SIGTERM to process " + std::to_string(pid) + ", which still runs");
    ::kill(pid, SIGTERM);
  }
  wait_for_tests(0);
}

void Agent::wait_for_tests(int milliseconds_waited) {
  const std::vector<int> running = test_processes(folder_.path());
  const bool is_grace_over = milliseconds_waited >= grace_.count();
  // A connection ends when all is read that a test has said: its last requests and records.
  if (running.empty() && (sessions_.empty() || is_grace_over)) return take_everything_back();
  constexpr int pause = 20;
  if (is_grace_over) {
    for (const int pid : running) {
      if (milliseconds_waited < grace_.count() + pause)  // once
        folder_.log("SIGKILL to process " + std::to_string(pid) + ", which did not end at SIGTERM");
      ::kill(pid, SIGKILL);
    }
  }
  end_timer_.expires_after(std::chrono::milliseconds(pause));
  end_timer_.async_wait(
      [this, milliseconds_waited](const error_code&) { wait_for_tests(milliseconds_waited + pause); });
}

void Agent::take_everything_back() {
  // What a test has said and nobody has read yet must not be done after this.
  for (const auto& session : std::set(sessions_))
    if (!session->scope.empty()) session->close();
  undo_.replay_all(undo_budget, "the agent, at the end of the run", [this](const UndoReport& report) {
    services_.stop_all([this, report] { sweep_.when_done([this, report] { leave(report); }); });
  });
}

void Agent::leave(const UndoReport& report) {
  keep(report);
  for (const int pid : run_processes(folder_.path())) ::kill(pid, SIGKILL);
  folder_.log("the agent leaves: " + std::to_string(report_.undone) + " undone by it, " +
              std::to_string(report_.left.size()) + " left");
  error_code ignored;
  acceptor_.close(ignored);
  accept_timer_.cancel();
  for (const auto& session : std::set(sessions_)) session->close();
  loop_.stop();
}

}  // namespace apitest::agent
