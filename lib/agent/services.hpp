// SPDX-License-Identifier: MIT
// The processes that fixtures ask for: children of the agent, each in a process group of its own.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "run_folder.hpp"

namespace apitest::agent {

struct ServiceRequest {
  std::string fixture;
  std::vector<std::string> argv;
  std::string directory;
  std::vector<std::string> environment;  ///< NAME=value
  int port = 0;                          ///< 0: a free one
  std::string stop_signal;
};

class Services {
 public:
  Services(boost::asio::io_context& loop, RunFolder& folder) : loop_(loop), folder_(folder) {}

  struct Started {
    int pid = 0;
    int port = 0;
  };
  /// Throws std::invalid_argument with a sentence when it can't be started.
  Started start(const ServiceRequest& request);

  [[nodiscard]] bool is_running(const std::string& fixture) const;
  /// How the service ended, and its last lines; "" while it runs and when there is none.
  [[nodiscard]] std::string obituary(const std::string& fixture) const;
  /// The same for the service that had this port.
  [[nodiscard]] std::string obituary_of_port(int port) const;

  /// Ends it: its signal, and SIGKILL after five seconds. `done` hears why that was not as it should be, "" otherwise.
  void stop(const std::string& fixture, std::function<void(std::string)> done);
  /// Ends all, the youngest first.
  void stop_all(const std::function<void()>& done);

 private:
  struct Service;
  using Pointer = std::shared_ptr<Service>;

  [[nodiscard]] int free_port();
  void keep_line(Service& service, std::string_view line);
  void on_end(const Pointer& service, const std::string& how);
  void finish(const Pointer& service, const std::string& problem);

  boost::asio::io_context& loop_;
  RunFolder& folder_;
  std::map<std::string, Pointer> services_;
  std::vector<std::string> order_;
};

}  // namespace apitest::agent
