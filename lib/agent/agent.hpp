// SPDX-License-Identifier: MIT
// The one background process of a run.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <set>
#include <string>

#include "http.hpp"
#include "process_id.hpp"
#include "run_folder.hpp"
#include "runs.hpp"
#include "services.hpp"
#include "session.hpp"
#include "undo_actor.hpp"

namespace apitest::agent {

class Agent final : public Session::Handler {
 public:
  /// Listens from now on, until the runner has gone; one with pid 0 never goes. Goes on with what an earlier agent of
  /// this run has left open. `grace` is what tests that still run at the end have from SIGTERM to SIGKILL. Throws
  /// std::exception with a sentence when it can't begin.
  Agent(const std::string& run_dir, internal::ProcessId runner, std::chrono::milliseconds grace);

  /// Serves until the runner has gone or the agent is told to end by SIGTERM or SIGINT, and then clears up.
  void run();

 private:
  void watch_runner();
  void sweep_dead_runs();
  [[nodiscard]] std::string runs_dir() const;
  void accept();
  void on_message(Session& session, nlohmann::json head, std::string bytes) override;
  void on_close(Session& session) override;
  void dispatch(Session& session, nlohmann::json head, std::string bytes);
  void hello(Session& session, const nlohmann::json& head);
  void http(Session& session, nlohmann::json head, std::string bytes);
  void answer_http(Session& session, const std::string& url, Response response, const nlohmann::json& cookies);
  void undo(Session& session, nlohmann::json action);
  struct Creation;
  void create(Session& session, nlohmann::json head, std::string bytes);
  [[nodiscard]] nlohmann::json what_became(const Creation& creation, const Response& response);
  void send_creation(const Creation& creation, long long id);
  void end_case(Session& session);
  void take_back(const std::string& scope, const std::string& by);
  void keep(const UndoReport& report);
  void document(Session& session, const nlohmann::json& head);
  void service(Session& session, const nlohmann::json& head);
  void cleanup(Session& session, const nlohmann::json& head);
  void forget_document(const std::string& fixture);
  void end(const std::string& why);
  void end_tests();
  void wait_for_tests(int milliseconds_waited);
  void take_everything_back();
  void leave(const UndoReport& report);
  void write_state(const std::string& state);

  boost::asio::io_context loop_{1};  // one thread runs it
  RunFolder folder_;
  std::string run_;
  internal::ProcessId runner_;
  std::string started_ = timestamp();
  std::string end_reason_;
  long long exchanges_ = 0;
  boost::asio::local::stream_protocol::acceptor acceptor_;
  boost::asio::steady_timer accept_timer_;
  boost::asio::posix::stream_descriptor runner_watch_;
  boost::asio::signal_set signals_;
  Http http_;
  Services services_;
  Secrets secrets_;
  Actor actor_;
  UndoLog undo_;
  LifeSign life_sign_;
  Sweep sweep_;
  boost::asio::steady_timer end_timer_;
  std::chrono::milliseconds grace_;
  UndoReport report_;  // of all replays
  std::set<std::shared_ptr<Session>> sessions_;
};

}  // namespace apitest::agent
