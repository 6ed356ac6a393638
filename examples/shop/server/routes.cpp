// SPDX-License-Identifier: MIT
#include "routes.hpp"

#include <poll.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

namespace shop {

namespace {

using Json = nlohmann::json;
using httplib::Request;
using httplib::Response;

void answer(Response& response, const Json& body, int status = 200) {
  response.status = status;
  response.set_content(body.dump(), "application/json");
}

void answer(Response& response, const Problem& problem) {
  Json body = {
      {"type", problem.type}, {"title", problem.title}, {"status", problem.status}, {"detail", problem.detail}};
  if (problem.code != 0) body["code"] = problem.code;
  response.status = problem.status;
  if (problem.status == 401) response.set_header("WWW-Authenticate", "Bearer");
  response.set_content(body.dump(), "application/problem+json");
}

Problem invalid(const std::string& detail) { return {400, "/problems/invalid", "Invalid request", detail}; }

Json json_body(const Request& request) {
  Json body = Json::parse(request.body, nullptr, false);
  if (!body.is_object()) throw invalid("the body must be a JSON object");
  return body;
}

std::string text(const Json& body, const char* name) {
  if (!body.contains(name)) throw invalid(std::string(name) + " is missing");
  if (!body[name].is_string()) throw invalid(std::string(name) + " must be a text");
  std::string value = body[name];
  if (value.empty() || value.size() > 64) throw invalid(std::string(name) + " must have 1 to 64 characters");
  return value;
}

bool flag(const Json& body, const char* name) {
  if (!body.contains(name)) return false;
  if (!body[name].is_boolean()) throw invalid(std::string(name) + " must be true or false");
  return body[name];
}

std::string uid(const Json& body) {
  std::string value = text(body, "uid");
  const bool valid = std::all_of(value.begin(), value.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
  });
  if (!valid) throw invalid("uid may have letters, digits, '-', '_' and '.' only");
  return value;
}

std::string password(const Json& body) { return body.contains("password") ? text(body, "password") : ""; }

/// Programs send the token as a bearer, browsers as the cookie that the login set.
std::string token(const Request& request) {
  const std::string bearer = request.get_header_value("Authorization");
  if (bearer.rfind("Bearer ", 0) == 0) return bearer.substr(7);
  const std::string cookie = request.get_header_value("Cookie");
  return cookie.rfind("token=", 0) == 0 ? cookie.substr(6, cookie.find(';') - 6) : "";
}

Json to_json(const Member& member) {
  return {{"uid", member.uid}, {"name", member.name}, {"nickname", member.nickname}, {"ready", member.ready}};
}

void add_membership(httplib::Server& server, Shop& shop) {
  server.Post("/api/v1/enterprise/join", [&shop](const Request& request, Response& response) {
    const Json body = json_body(request);
    const Member member{uid(body), body.contains("name") ? text(body, "name") : "Susan", "", false};
    shop.join(member, password(body), flag(body, "broken"));
    answer(response, {{"uid", member.uid}, {"state", "pending"}});
  });
  server.Put(R"(/api/v1/enterprise/members/([\w.-]{1,64}))", [&shop](const Request& request, Response& response) {
    const std::string uid = request.matches[1];  // joining again changes nothing
    const Json body = json_body(request);
    shop.join_if_new({uid, body.contains("name") ? text(body, "name") : "Susan", "", false});
    answer(response, {{"uid", uid}, {"state", shop.member(uid).ready ? "ready" : "pending"}});
  });
  server.Post("/api/v1/user/login", [&shop](const Request& request, Response& response) {
    const Json body = json_body(request);
    const Session session = shop.login(uid(body), password(body));
    response.set_header("Set-Cookie", "token=" + session.token + "; Path=/; HttpOnly; SameSite=Strict");
    const Member member = shop.member(session.uid);
    answer(response, {{"token", session.token}, {"session", session.id}, {"uid", member.uid}, {"name", member.name}});
  });
}

void add_profile(httplib::Server& server, Shop& shop) {
  server.Get("/api/v1/user/profile", [&shop](const Request& request, Response& response) {
    const Session session = shop.session(token(request));
    Json profile = to_json(shop.member(session.uid));
    profile["session"] = session.id;
    response.set_header("Cache-Control", "no-store");
    answer(response, profile);
  });
  server.Patch("/api/v1/user/profile", [&shop](const Request& request, Response& response) {
    const Session session = shop.session(token(request));
    shop.rename(session.uid, text(json_body(request), "name"));
    answer(response, to_json(shop.member(session.uid)));
  });
  server.Put("/api/v1/user/nickname", [&shop](const Request& request, Response& response) {
    const Session session = shop.session(token(request));
    shop.nickname(session.uid, text(json_body(request), "nickname"));
    answer(response, to_json(shop.member(session.uid)));
  });
  server.Delete("/api/v1/user/nickname", [&shop](const Request& request, Response& response) {
    shop.nickname(shop.session(token(request)).uid, "");
    response.status = 204;
  });
}

void add_assets(httplib::Server& server, Shop& shop) {
  server.Get("/api/v1/assets", [&shop](const Request& request, Response& response) {
    Json assets = Json::array();
    for (const Asset& asset : shop.assets(shop.session(token(request)).uid))
      assets.push_back({{"id", asset.id}, {"kind", asset.kind}});
    answer(response, {{"assets", assets}});
  });
  server.Post(R"(/api/v1/assets/(\d+)/photo)", [&shop](const Request& request, Response& response) {
    shop.require_asset(shop.session(token(request)).uid, request.matches[1]);
    httplib::MultipartFormData photo{"photo", request.body, "", request.get_header_value("Content-Type")};
    if (request.is_multipart_form_data()) {
      if (!request.has_file("photo")) throw invalid("the form has no part named photo");
      photo = request.get_file_value("photo");
    }
    if (photo.content_type.rfind("image/", 0) != 0)
      throw Problem{415, "/problems/media-type", "Not an image", "send image/jpeg or image/png"};
    answer(response, {{"filename", photo.filename}, {"bytes", photo.content.size()}, {"sha256", sha256(photo.content)}},
           201);
  });
}

void add_admin(httplib::Server& server, Shop& shop) {
  server.Get("/admin/users", [&shop](const Request&, Response& response) {
    Json users = Json::array();
    for (const Member& member : shop.members()) users.push_back(to_json(member));
    answer(response, {{"users", users}});
  });
  server.Get(R"(/admin/users/([^/]+))", [&shop](const Request& request, Response& response) {
    answer(response, to_json(shop.member(request.matches[1])));
  });
  server.Delete(R"(/admin/users/([^/]+))", [&shop](const Request& request, Response& response) {
    shop.remove(request.matches[1]);
    response.status = 204;
  });
}

Json to_json(const Order& order) { return {{"id", order.id}, {"uid", order.uid}, {"reference", order.reference}}; }
Json to_json(const Good& good) {
  return {{"id", good.id}, {"order", good.order}, {"name", good.name}, {"reference", good.reference}};
}

/// The elements as one member of an object.
template <class Things>
Json listed(const char* name, const Things& things) {
  Json all = Json::array();
  for (const auto& thing : things) all.push_back(to_json(thing));
  return {{name, all}};
}

void answer_created(Response& response, const std::string& location, const Json& body) {
  response.set_header("Location", location);
  answer(response, body, 201);
}

std::string reference(const Json& body) { return body.contains("reference") ? text(body, "reference") : ""; }

void add_orders(httplib::Server& server, Shop& shop) {
  server.Post("/api/v1/orders", [&shop](const Request& request, Response& response) {
    const Json body = json_body(request);
    const Order order = shop.add_order({"", uid(body), reference(body)});
    answer_created(response, "/api/v1/orders/" + order.id, to_json(order));
  });
  server.Get("/api/v1/orders", [&shop](const Request& request, Response& response) {
    answer(response, listed("orders", shop.orders(request.get_param_value("reference"))));
  });
  server.Get(R"(/api/v1/orders/(\d+))", [&shop](const Request& request, Response& response) {
    answer(response, to_json(shop.order(request.matches[1])));
  });
  server.Delete(R"(/api/v1/orders/(\d+))", [&shop](const Request& request, Response& response) {
    shop.remove_order(request.matches[1]);
    response.status = 204;
  });
}

void add_goods(httplib::Server& server, Shop& shop) {
  server.Post("/api/v1/goods", [&shop](const Request& request, Response& response) {
    const Json body = json_body(request);
    const Good good = shop.add_good({"", text(body, "order"), text(body, "name"), reference(body)});
    answer_created(response, "/api/v1/goods/" + good.id, to_json(good));
  });
  server.Get("/api/v1/goods", [&shop](const Request& request, Response& response) {
    answer(response, listed("goods", shop.goods(request.get_param_value("reference"))));
  });
  server.Get(R"(/api/v1/goods/(\d+))", [&shop](const Request& request, Response& response) {
    answer(response, to_json(shop.good(request.matches[1])));
  });
  server.Delete(R"(/api/v1/goods/(\d+))", [&shop](const Request& request, Response& response) {
    shop.remove_good(request.matches[1]);
    response.status = 204;
  });
}

void add_operations(httplib::Server& server, Shop& shop, const Faults& faults) {
  const auto requests = std::make_shared<std::atomic<int>>(0);
  const auto posts = std::make_shared<std::atomic<int>>(0);
  const auto deletes = std::make_shared<std::atomic<int>>(0);
  server.set_pre_routing_handler([faults, requests, posts, deletes](const Request& request, Response& response) {
    ++*requests;
    if (request.has_header("X-Request-Id"))
      response.set_header("X-Request-Id", request.get_header_value("X-Request-Id"));
    if (request.method == "POST") {
      ++*posts;
      poll(nullptr, 0, faults.post_delay_ms);  // a pause
    }
    if (faults.failing_delete == 0 || request.method != "DELETE" || ++*deletes % faults.failing_delete != 0)
      return httplib::Server::HandlerResponse::Unhandled;
    answer(response, Problem{500, "/problems/internal", "Internal error", "told to fail"});
    return httplib::Server::HandlerResponse::Handled;
  });
  server.Get("/health", [](const Request&, Response& response) { answer(response, {{"status", "ok"}}); });
  server.Get("/stats", [&shop, requests, posts](const Request&, Response& response) {
    const Statistics statistics = shop.statistics();
    Json by_member = Json::object();
    for (const auto& [uid, logins] : statistics.by_member)
      by_member[uid] = {{"login_attempts", logins.attempts}, {"logins", logins.done}};
    answer(response, {{"requests", requests->load()},
                      {"posts", posts->load()},
                      {"users", shop.members().size()},
                      {"joins", statistics.joins},
                      {"login_attempts", statistics.login_attempts},
                      {"logins", statistics.logins},
                      {"members", by_member}});
  });
}

void add_problems(httplib::Server& server) {
  server.set_exception_handler([](const Request&, Response& response, std::exception_ptr thrown) {
    try {
      std::rethrow_exception(std::move(thrown));
    } catch (const Problem& problem) {
      answer(response, problem);
    } catch (const std::exception& error) {
      answer(response, Problem{500, "/problems/internal", "Internal error", error.what()});
    }
  });
  server.set_error_handler([](const Request& request, Response& response) {
    if (!response.body.empty()) return;
    const char* title = response.status == 404 ? "Not found" : response.status == 413 ? "Too large" : "Can't be served";
    answer(response, Problem{response.status, "about:blank", title, request.method + " " + request.path});
  });
}

}  // namespace

void add_routes(httplib::Server& server, Shop& shop, const Faults& faults) {
  add_membership(server, shop);
  add_profile(server, shop);
  add_assets(server, shop);
  add_pages(server, shop);
  add_admin(server, shop);
  add_orders(server, shop);
  add_goods(server, shop);
  add_operations(server, shop, faults);
  add_problems(server);
}

}  // namespace shop
