// SPDX-License-Identifier: MIT
// mail_server: a small mail service. It keeps everything in memory, and a diary of its changes.
#include <httplib.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using Json = nlohmann::json;
using httplib::Request;
using httplib::Response;

struct Refusal {
  int status;
  const char* why;
};

/// Throws Refusal.
class Mail {
 public:
  void add_user(const std::string& name) {
    if (name.empty()) throw Refusal{422, "a user needs a name"};
    if (!users_.insert(name).second) throw Refusal{409, "there is a user of that name"};
    note("user " + name);
  }
  void remove_user(const std::string& name) {
    require_user(name);
    for (const auto& [id, mail] : mails_)
      if (mail["from"] == name || mail["to"] == name) throw Refusal{409, "the user has mail"};
    users_.erase(name);
    note("no user " + name);
  }
  void require_user(const std::string& name) const {
    if (users_.count(name) == 0) throw Refusal{404, "no such user"};
  }
  Json send(Json mail) {
    require_user(mail.at("from"));
    require_user(mail.at("to"));
    mail["id"] = ++last_id_;
    mails_[last_id_] = mail;
    note("mail from " + mail["from"].get<std::string>());
    return mail;
  }
  void remove_mail(int id) {
    const auto found = mails_.find(id);
    if (found == mails_.end()) throw Refusal{404, "no such mail"};
    note("no mail from " + found->second["from"].get<std::string>());
    mails_.erase(found);
  }
  [[nodiscard]] Json mail(int id) const {
    const auto found = mails_.find(id);
    if (found == mails_.end()) throw Refusal{404, "no such mail"};
    return found->second;
  }
  [[nodiscard]] Json inbox(const std::string& name) const {
    require_user(name);
    Json mails = Json::array();
    for (const auto& [id, mail] : mails_)
      if (mail["to"] == name) mails.push_back(mail);
    return mails;
  }
  [[nodiscard]] Json users() const { return users_; }
  [[nodiscard]] Json diary() const { return diary_; }

 private:
  void note(const std::string& change) { diary_.push_back(change); }

  std::set<std::string> users_;
  std::map<int, Json> mails_;
  std::vector<std::string> diary_;
  int last_id_ = 0;
};

void answer(Response& response, const Json& body, int status = 200) {
  response.status = status;
  response.set_content(body.dump(), "application/json");
}

/// One request at a time, and errors as they are answered.
template <class Serve>
auto route(Mail& mail, std::mutex& mutex, Serve serve) {
  return [&mail, &mutex, serve](const Request& request, Response& response) {
    const std::lock_guard lock(mutex);
    try {
      serve(mail, request, response);
    } catch (const Refusal& refusal) {
      answer(response, {{"error", refusal.why}}, refusal.status);
    } catch (const Json::exception& error) {
      answer(response, {{"error", error.what()}}, 400);
    }
  };
}

void add_users(httplib::Server& server, Mail& mail, std::mutex& mutex) {
  server.Post("/users", route(mail, mutex, [](Mail& mails, const Request& request, Response& response) {
                const std::string name = Json::parse(request.body).at("name");
                mails.add_user(name);
                answer(response, {{"name", name}}, 201);
              }));
  server.Get("/users", route(mail, mutex, [](Mail& mails, const Request&, Response& response) {
               answer(response, {{"users", mails.users()}});
             }));
  server.Get(R"(/users/([^/]+))", route(mail, mutex, [](Mail& mails, const Request& request, Response& response) {
               mails.require_user(request.matches[1]);
               answer(response, {{"name", std::string(request.matches[1])}});
             }));
  server.Get(R"(/users/([^/]+)/inbox)", route(mail, mutex, [](Mail& mails, const Request& request, Response& response) {
               answer(response, {{"mails", mails.inbox(request.matches[1])}});
             }));
  server.Delete(R"(/users/([^/]+))", route(mail, mutex, [](Mail& mails, const Request& request, Response& response) {
                  mails.remove_user(request.matches[1]);
                  response.status = 204;
                }));
}

void add_mails(httplib::Server& server, Mail& mail, std::mutex& mutex) {
  server.Post("/mails", route(mail, mutex, [](Mail& mails, const Request& request, Response& response) {
                const Json sent = mails.send(Json::parse(request.body));
                response.set_header("Location", "/mails/" + sent.at("id").dump());
                answer(response, sent, 201);
              }));
  server.Get(R"(/mails/(\d{1,9}))", route(mail, mutex, [](Mail& mails, const Request& request, Response& response) {
               answer(response, mails.mail(std::stoi(request.matches[1])));
             }));
  server.Delete(R"(/mails/(\d{1,9}))", route(mail, mutex, [](Mail& mails, const Request& request, Response& response) {
                  mails.remove_mail(std::stoi(request.matches[1]));
                  response.status = 204;
                }));
  server.Get("/diary", route(mail, mutex, [](Mail& mails, const Request&, Response& response) {
               answer(response, {{"diary", mails.diary()}});
             }));
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"A small mail service to try ApiTest on"};
  int port = 0;
  app.add_option("port", port, "port on 127.0.0.1")->check(CLI::Range(1, 65535))->required();
  CLI11_PARSE(app, argc, argv);

  Mail mail;
  std::mutex mutex;
  httplib::Server server;
  server.set_tcp_nodelay(true);
  add_users(server, mail, mutex);
  add_mails(server, mail, mutex);
  if (server.listen("127.0.0.1", port)) return EXIT_SUCCESS;
  std::cerr << "mail: can't listen on 127.0.0.1:" << port << "; choose another port\n";
  return EXIT_FAILURE;
}
