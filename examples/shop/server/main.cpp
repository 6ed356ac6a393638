// SPDX-License-Identifier: MIT
// shop_server: a small service with the habits of a real one. Joining answers at once; what it promises is done later.
#include <sys/socket.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <thread>

#include "routes.hpp"
#include "shop.hpp"

namespace {

/// A folder of its own for the database, removed with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "shop-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("can't make a folder like " + name);
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

sigset_t ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

void prepare(httplib::Server& server) {
  // A connection that is kept alive keeps its thread.
  server.new_task_queue = [] { return new httplib::ThreadPool(64); };
  server.set_keep_alive_max_count(1'000'000);
  server.set_keep_alive_timeout(1);  // seconds; the end of the server waits for idle connections
  server.set_tcp_nodelay(true);
  server.set_payload_max_length(1 << 20);
  // httplib's own choice, SO_REUSEPORT, would let two servers share a port without a word.
  server.set_socket_options([](socket_t socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
}

void serve(const shop::Options& options, const shop::Faults& faults, int port, const std::string& member) {
  const sigset_t signals = ending_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before there are threads: only sigwait() takes them
  shop::Shop shop(options);
  if (!member.empty()) shop.join_if_new({member, "Susan", "", false});

  httplib::Server server;
  prepare(server);
  add_routes(server, shop, faults);
  if (port == 0)
    port = server.bind_to_any_port("127.0.0.1");
  else if (!server.bind_to_port("127.0.0.1", port))
    throw std::runtime_error("can't listen on 127.0.0.1:" + std::to_string(port) + "; choose another --port");
  std::cout << "shop listens on http://127.0.0.1:" << port << ", database " << options.database << std::endl;

  std::thread listener([&server] { server.listen_after_bind(); });
  int signal = 0;
  sigwait(&signals, &signal);
  server.stop();
  listener.join();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"A small HTTP service to try ApiTest on"};
  shop::Options options;
  shop::Faults faults;
  int port = 8080, delay = 800;
  std::string member;
  app.add_option("--port", port, "port on 127.0.0.1; 0: a free one")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  app.add_option("--database", options.database, "SQLite file; default: a temporary one");
  app.add_option("--asset-delay", delay, "ms from joining until the assets are there")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_flag("--broken", options.broken, "a login before the assets are there answers 500 instead of 403");
  app.add_option("--fail-deletes", faults.failing_delete, "every so many-th DELETE answers 500; 0: none")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--post-delay", faults.post_delay_ms, "ms from the arrival of a POST until anything is done about it")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--member", member, "uid of a member who joins when the server starts");
  CLI11_PARSE(app, argc, argv);

  try {
    umask(S_IRWXG | S_IRWXO);  // the database holds tokens
    options.asset_delay = std::chrono::milliseconds(delay);
    std::unique_ptr<TemporaryFolder> folder;
    if (options.database.empty()) {
      folder = std::make_unique<TemporaryFolder>();
      options.database = (folder->path() / "shop.db").string();
    }
    serve(options, faults, port, member);
  } catch (const shop::Problem& problem) {
    std::cerr << "shop: " << problem.detail << '\n';
    return EXIT_FAILURE;
  } catch (const std::exception& error) {
    std::cerr << "shop: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
