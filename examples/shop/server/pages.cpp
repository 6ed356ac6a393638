// SPDX-License-Identifier: MIT
// The pages of the shop: a form to log in, and a welcome.
#include "routes.hpp"

namespace shop {

namespace {

using httplib::Request;
using httplib::Response;

/// As text in HTML.
std::string escaped(const std::string& text) {
  std::string html;
  for (const char c : text) {
    if (c == '&')
      html += "&amp;";
    else if (c == '<')
      html += "&lt;";
    else if (c == '>')
      html += "&gt;";
    else
      html += c;
  }
  return html;
}

void answer(Response& response, const std::string& title, const std::string& body) {
  response.set_header("Cache-Control", "no-store");
  response.set_content("<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>" + title +
                           "</title>\n<link rel=\"icon\" href=\"data:,\">\n<body>\n" + body + "</body></html>\n",
                       "text/html; charset=utf-8");
}

void answer_form(Response& response, const std::string& problem) {
  answer(response, "Shop: log in",
         "<h1>Log in</h1>\n<p id=\"problem\">" + escaped(problem) +
             "</p>\n<form method=\"post\"><input name=\"uid\"><input name=\"password\" type=\"password\">"
             "<button>Log in</button></form>\n");
}

std::string token_in(const std::string& cookie) {
  return cookie.rfind("token=", 0) == 0 ? cookie.substr(6, cookie.find(';') - 6) : "";
}

}  // namespace

void add_pages(httplib::Server& server, Shop& shop) {
  server.Get("/login", [](const Request&, Response& response) { answer_form(response, ""); });
  server.Post("/login", [&shop](const Request& request, Response& response) {
    try {
      const Session session = shop.login(request.get_param_value("uid"), request.get_param_value("password"));
      response.set_header("Set-Cookie", "token=" + session.token + "; Path=/; HttpOnly; SameSite=Strict");
      response.set_redirect("/welcome", 303);
    } catch (const Problem& problem) {
      response.status = problem.status;
      answer_form(response, problem.detail);
    }
  });
  server.Get("/welcome", [&shop](const Request& request, Response& response) {
    try {
      const Session session = shop.session(token_in(request.get_header_value("Cookie")));
      answer(response, "Shop", "<header><h1>Welcome, " + escaped(shop.member(session.uid).name) + "!</h1></header>\n");
    } catch (const Problem&) {
      response.set_redirect("/login", 303);
    }
  });
}

}  // namespace shop
