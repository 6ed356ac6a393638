// SPDX-License-Identifier: MIT
// fault_server: answers as no server should, for tests of what a client makes of it. README.md lists the paths.
// One thread per connection and blocking calls: what is sent, and when, is to be seen at a glance.
#include "fault_server.hpp"

#include <sys/socket.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iostream>
#include <limits>
#include <thread>

namespace fault {

std::string Exchange::parameter(const std::string& name, const std::string& otherwise) const {
  const auto found = query.find(name);
  return found == query.end() ? otherwise : found->second;
}
int Exchange::number(const std::string& name, int otherwise) const {
  const std::string text = parameter(name);
  return text.empty() ? otherwise : std::stoi(text);
}
std::string Exchange::header(const std::string& name) const { return std::string(request[name]); }

bool send_raw(Socket& socket, const std::string& bytes) {
  boost::system::error_code error;
  asio::write(socket, asio::buffer(bytes), error);
  return !error;
}

Next send(Exchange& exchange, const Answer& answer) {
  http::response<http::string_body> response(static_cast<http::status>(answer.status), 11);
  response.set(http::field::content_type, answer.type);
  response.set("X-Connection", std::to_string(exchange.connection));
  for (const auto& [name, value] : answer.headers) response.insert(name, value);
  const bool has_body = answer.status >= 200 && answer.status != 204 && answer.status != 304;
  if (has_body) {
    response.body() = answer.body;
    response.prepare_payload();
  }
  response.keep_alive(exchange.request.keep_alive());
  boost::system::error_code error;
  http::response_serializer<http::string_body> serializer(response);
  if (exchange.request.method() == http::verb::head)
    http::write_header(exchange.socket, serializer, error);
  else
    http::write(exchange.socket, serializer, error);
  return !error && exchange.request.keep_alive() ? Next::keep : Next::close;
}

Next reset(Socket& socket) {
  socket.set_option(asio::socket_base::linger(true, 0));
  socket.close();
  return Next::close;
}

void wait_for_close(Socket& socket) {
  boost::system::error_code error;
  std::string ignored(4096, '\0');
  while (!error) socket.read_some(asio::buffer(ignored), error);
}

void pause(int milliseconds) {
  asio::io_context context;
  asio::steady_timer(context, std::chrono::milliseconds(milliseconds)).wait();
}

namespace {

Next answer(const Routes& routes, Socket& socket, const http::request<http::string_body>& request, int connection) {
  Exchange exchange{socket, request, {}, {}, connection};
  const auto target = boost::urls::parse_uri_reference(request.target());
  if (!target) return send(exchange, {400, "no such target"});
  for (const auto& segment : target->segments()) exchange.path.push_back(segment);
  for (const auto& parameter : target->params()) exchange.query.emplace(parameter.key, parameter.value);
  const auto route = routes.find(exchange.segment(0));
  if (route == routes.end()) return send(exchange, {404, "no such path"});
  return route->second(exchange);
}

void serve(const Routes& routes, Socket socket, int connection) {
  boost::beast::flat_buffer buffer;
  boost::system::error_code error;
  for (Next next = Next::keep; next == Next::keep;) {
    http::request_parser<http::string_body> parser;
    parser.body_limit(std::numeric_limits<std::uint64_t>::max());
    http::read_header(socket, buffer, parser, error);
    if (error) return;
    if (parser.get()[http::field::expect] == "100-continue" && !send_raw(socket, "HTTP/1.1 100 Continue\r\n\r\n"))
      return;
    http::read(socket, buffer, parser, error);
    if (error) return;
    next = answer(routes, socket, parser.get(), connection);
  }
}

std::atomic<int> connections{0};

/// The thread, and those of the connections, run until the process ends.
template <class Acceptor>
void accept_on(Acceptor acceptor, const Routes& routes) {
  std::thread([acceptor = std::move(acceptor), &routes]() mutable {
    for (;;) std::thread(serve, std::cref(routes), Socket(acceptor.accept()), ++connections).detach();
  }).detach();
}

/// A folder for the Unix socket whose path is short wherever the build tree is.
std::filesystem::path socket_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "fault-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("can't make a folder like " + name);
  return name;
}

void wait_for_end() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  int signal = 0;
  sigwait(&signals, &signal);
}

void run(int port, bool with_unix_socket) {
  using Tcp = asio::ip::tcp;
  using Local = asio::local::stream_protocol;
  asio::io_context context;
  Tcp::acceptor tcp(context, Tcp::endpoint(asio::ip::make_address_v4("127.0.0.1"), static_cast<std::uint16_t>(port)));
  Endpoints endpoints = open_dead_ports();
  Local::acceptor local(context);
  std::filesystem::path folder;
  if (with_unix_socket) {
    folder = socket_folder();
    endpoints.unix_socket = folder / "socket";
    local = Local::acceptor(context, Local::endpoint(endpoints.unix_socket));
  }

  Routes routes;
  add_answers(routes, endpoints);
  add_broken(routes);
  add_stateful(routes);
  add_authentication(routes);
  accept_on(std::move(tcp), routes);
  if (with_unix_socket) accept_on(std::move(local), routes);
  wait_for_end();
  if (with_unix_socket) std::filesystem::remove_all(folder);
  std::_Exit(EXIT_SUCCESS);  // threads still use what stands above
}

}  // namespace
}  // namespace fault

int main(int argc, char** argv) {
  CLI::App app{"Answers as no server should"};
  int port = 0;
  bool with_unix_socket = false;
  app.add_option("--port", port, "port on 127.0.0.1")->required()->check(CLI::Range(1, 65535));
  app.add_flag("--unix", with_unix_socket, "listen on a Unix socket too; GET /endpoints has its path");
  CLI11_PARSE(app, argc, argv);
  std::signal(SIGPIPE, SIG_IGN);
  try {
    fault::run(port, with_unix_socket);
  } catch (const std::exception& error) {
    std::cerr << "fault_server: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
