// SPDX-License-Identifier: MIT
// Carries undo actions out; what they say of addresses and requests is sealed, secrets.hpp:
//   http     request, done: a rule as text or "", read_back: a URL or ""
//   command  argv, directory
//   process  pid, start, signal
//   handler  program, handler, arguments
//   intent   request, at, found_at, marker, done, read_back (may be missing), nothing_made: a creation whose answer
//            nobody has seen
#pragma once

#include <string>
#include <vector>

#include "http.hpp"
#include "processes.hpp"
#include "secrets.hpp"
#include "undo.hpp"

namespace apitest::agent {

class Actor final : public UndoActor {
 public:
  /// `environment` is that of commands and handlers.
  Actor(boost::asio::io_context& loop, Http& http, Secrets& secrets, std::vector<std::string> environment)
      : loop_(loop), http_(http), secrets_(secrets), environment_(std::move(environment)) {
    environment_.push_back(std::string(service_variable) + "=undo");  // not a test that must end
  }

  void act(const nlohmann::json& sealed, Milliseconds left, Done done) override;
  void audit(const nlohmann::json& sealed, Milliseconds left, Audited audited) override;
  void find(const nlohmann::json& sealed, Milliseconds left, Found found) override;
  [[nodiscard]] std::string redacted(const std::string& text) const override { return secrets_.redacted(text); }

 private:
  using Answer = std::function<void(const Response& response)>;
  void send(nlohmann::json request, Milliseconds left, const Answer& answer);
  void send_undo(const nlohmann::json& action, Milliseconds left, Done done);
  void run(std::vector<std::string> argv, const std::string& directory, std::vector<std::string> more_environment,
           Milliseconds left, const Done& done);
  void end_process(const nlohmann::json& action, const Done& done);

  boost::asio::io_context& loop_;
  Http& http_;
  Secrets& secrets_;
  std::vector<std::string> environment_;
};

/// How to take back what a creation has made, from its answer: a DELETE of `at`, a URL in which {/pointer} stands for a
/// member of `object`, or of `location` when `at` is "". Null when neither is there, or is no address.
[[nodiscard]] nlohmann::json undo_of_creation(const nlohmann::json& intent, const nlohmann::json& object,
                                              const std::string& location);

/// Whether nothing was created: it was not sent, a 4xx, or what the intent's rule `nothing_made` says.
[[nodiscard]] bool has_made_nothing(const nlohmann::json& intent, const Response& response);

[[nodiscard]] bool is_success(const Response& response);  ///< any 2xx

}  // namespace apitest::agent
