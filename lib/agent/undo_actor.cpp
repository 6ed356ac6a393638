// SPDX-License-Identifier: MIT
#include "undo_actor.hpp"

#include <algorithm>
#include <apitest/json.hpp>
#include <apitest/retry.hpp>
#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <csignal>

#include "child.hpp"
#include "ended.hpp"
#include "json_value.hpp"
#include "process_id.hpp"

namespace apitest::agent {

namespace asio = boost::asio;
using nlohmann::json;

namespace {

constexpr UndoActor::Milliseconds command_patience{30000};
constexpr auto process_patience = std::chrono::seconds(2);
constexpr UndoActor::Milliseconds request_patience{5000};

std::string text_of(const Response& response) {
  return response.error ? response.error.text : "status " + std::to_string(response.status);
}

bool is_gone(int status) { return status == 404 || status == 410; }

/// What answers like a service that is not well, or does not let us look, says nothing of the object.
UndoActor::Seen seen_in(const Response& response) {
  static constexpr std::array refusals{401, 403, 408, 429};
  if (is_success(response)) return UndoActor::Seen::there;
  const bool is_refused = std::find(refusals.begin(), refusals.end(), response.status) != refusals.end();
  const bool is_client_error = response.status >= 400 && response.status <= 499;
  return is_client_error && !is_refused ? UndoActor::Seen::gone : UndoActor::Seen::unknown;
}

/// Of a log that somebody else may have written: a text that is no rule matches nothing.
bool matches(const std::string& rule_text, const Response& response) {
  try {
    return rule(rule_text).matches(response);
  } catch (const internal::Ended&) {
    return false;
  }
}

/// Any 2xx, or for a DELETE that there is nothing to delete; a rule of the entry says otherwise.
bool is_done(const json& action, const Response& response) {
  if (const std::string rule_text = action.value("done", ""); !rule_text.empty()) return matches(rule_text, response);
  const bool deletes = action.at("request").value("method", "") == "DELETE";
  return is_success(response) || (deletes && is_gone(response.status));
}

/// Replaces each {/pointer} by that member of the object; "" when one is missing.
std::string filled(const std::string& pattern, const json& object) {
  std::string out;
  std::size_t end = 0;
  for (const internal::Placeholder& place : internal::placeholders(pattern)) {
    const json* const member = internal::find(object, place.pointer);
    if (member == nullptr) return "";
    out += pattern.substr(end, place.begin - end) + (member->is_string() ? member->get<std::string>() : member->dump());
    end = place.end;
  }
  return out + pattern.substr(end);
}

/// The objects of an answer: itself, its elements, or the elements of its only array.
std::vector<json> objects_in(const json& answer) {
  if (answer.is_array()) return {answer.begin(), answer.end()};
  if (!answer.is_object()) return {};
  const json* list = nullptr;
  for (const json& member : answer) {
    if (!member.is_array()) continue;
    if (list != nullptr) return {answer};
    list = &member;
  }
  return list == nullptr ? std::vector<json>{answer} : objects_in(*list);
}

bool has_text(const std::string& text, const json& value) {
  if (!value.is_structured()) return value == text;
  return std::any_of(value.begin(), value.end(), [&](const json& element) { return has_text(text, element); });
}

/// Those objects of which a member is that text; all for "". A service may ignore the query and list everything.
std::vector<json> with_text(const std::string& text, std::vector<json> objects) {
  const auto is_another = [&](const json& object) { return !text.empty() && !has_text(text, object); };
  objects.erase(std::remove_if(objects.begin(), objects.end(), is_another), objects.end());
  return objects;
}

/// Another request of the same client, with its credentials and without a body.
json aimed(json request, const char* method, const std::string& url) {
  request["method"] = method;
  request["url"] = url;
  request["body"] = {{"kind", "none"}};
  return request;
}

/// A URL that may be relative, seen from another one. Throws std::invalid_argument when it is none.
CurlPointer<CURLU> resolved(const std::string& base, const std::string& reference) {
  CurlPointer<CURLU> url(curl_url());
  if (curl_url_set(url.get(), CURLUPART_URL, base.c_str(), 0) != CURLUE_OK ||
      curl_url_set(url.get(), CURLUPART_URL, reference.c_str(), 0) != CURLUE_OK)
    throw std::invalid_argument("'" + reference + "' is no address");
  return url;
}

/// The Location of an answer as a whole URL; "" when it leads to another server, which must not get our credentials.
std::string own_location(const std::string& base, const std::string& location) {
  if (location.empty()) return "";
  const CurlPointer<CURLU> from = resolved(base, "");
  const CurlPointer<CURLU> to = resolved(base, location);
  for (const CURLUPart part : {CURLUPART_SCHEME, CURLUPART_HOST, CURLUPART_PORT})
    if (part_of(from, part) != part_of(to, part)) return "";
  return part_of(to, CURLUPART_URL);
}

}  // namespace

json undo_of_creation(const json& intent, const json& object, const std::string& location) try {
  const std::string at = intent.value("at", "");
  json request = intent.at("request");
  const std::string url = at.empty() ? own_location(request.at("url"), location) : filled(at, object);
  if (url.empty()) return nullptr;
  (void)json(url).dump();  // throws unless it is UTF-8: a log could not keep it as it is
  return {{"kind", "http"},
          {"what", "DELETE " + url},
          {"where", intent.value("where", "")},
          {"request", aimed(std::move(request), "DELETE", url)},
          {"done", intent.value("done", "")},
          {"read_back", intent.contains("read_back") ? filled(intent["read_back"], object) : url}};
} catch (const std::exception&) {  // a location that is no address, an answer of another shape
  return nullptr;
} catch (const internal::Ended&) {  // a pattern that is none, in a log that somebody else may have written
  return nullptr;
}

bool is_success(const Response& response) { return response.status >= 200 && response.status <= 299; }

bool has_made_nothing(const json& intent, const Response& response) {
  if (response.error) return !response.sent;
  const std::string rule_text = intent.value("nothing_made", "");
  return (response.status >= 400 && response.status <= 499) || (!rule_text.empty() && matches(rule_text, response));
}

void Actor::act(const json& sealed, Milliseconds left, Done done) {
  try {
    const json action = secrets_.opened(sealed);
    const std::string kind = action.at("kind").get<std::string>();
    if (kind == "http") return send_undo(action, left, std::move(done));
    if (kind == "command") return run(action.at("argv"), action.at("directory"), {}, left, done);
    if (kind == "process") return end_process(action, done);
    if (kind == "handler")
      return run({action.at("program"), "undo", action.at("handler")}, "/",
                 {"APITEST_UNDO_ARGUMENTS=" + action.at("arguments").dump()}, left, done);
    done("this ApiTest knows no undo of the kind " + kind + "; take it back with the one that wrote it");
  } catch (const std::exception& error) {
    done(error.what());
  }
}

void Actor::send(json request, Milliseconds left, const Answer& answer) {
  request["total_ms"] = std::min(request_patience, left).count();
  try {
    (void)http_.start(std::move(request), {}, [answer](const Response& response, const json&) { answer(response); });
  } catch (const std::invalid_argument& error) {
    Response response;
    response.error = {Fault::unusable, error.what()};
    answer(response);
  }
}

void Actor::send_undo(const json& action, Milliseconds left, Done done) {
  send(action.at("request"), left, [action, done = std::move(done)](const Response& response) {
    done(is_done(action, response) ? "" : text_of(response));
  });
}

void Actor::audit(const json& sealed, Milliseconds left, Audited audited) {
  const json action = secrets_.opened(sealed);
  const std::string url = action.value("read_back", "");
  if (url.empty()) return audited(Seen::gone, "");
  if (left == Milliseconds(0)) return audited(Seen::unknown, no_time);
  send(aimed(action.at("request"), "GET", url), left, [url, audited = std::move(audited)](const Response& response) {
    audited(seen_in(response), "GET " + url + ": " + text_of(response));
  });
}

void Actor::find(const json& sealed, Milliseconds left, Found found) {
  const json intent = secrets_.opened(sealed);
  const std::string url = intent.value("found_at", "");
  if (url.empty())
    return found(nullptr, "none says what it made, and create() has no found_at() to look for it; look by hand");
  send(aimed(intent.at("request"), "GET", url), left,
       [intent, url, found = std::move(found)](const Response& response) {
         if (is_gone(response.status)) return found(nullptr, "");
         if (!is_success(response)) return found(nullptr, "GET " + url + ": " + text_of(response));
         const std::vector<json> objects = objects_in(json::parse(response.body, nullptr, false));
         const std::vector<json> ours = with_text(intent.value("marker", ""), objects);
         const auto in_doubt = [&](const std::string& why) { found(nullptr, "GET " + url + why + "; look by hand"); };
         if (objects.empty()) return found(nullptr, "");
         if (ours.empty()) return in_doubt(" finds objects without the marker " + intent.value("marker", ""));
         if (ours.size() > 1) return in_doubt(" finds " + std::to_string(ours.size()) + " objects instead of one");
         const json undo = undo_of_creation(intent, ours.front(), "");
         if (undo.is_null()) return in_doubt(" finds it, but has not all members that undo_at() names");
         found(undo, "");
       });
}

/// No shell: the words are what the program gets.
void Actor::run(std::vector<std::string> argv, const std::string& directory, std::vector<std::string> more_environment,
                Milliseconds left, const Done& done) {
  Command command{std::move(argv), directory, environment_};
  command.environment.insert(command.environment.end(), more_environment.begin(), more_environment.end());
  const auto last_line = std::make_shared<std::string>();
  const auto timer = std::make_shared<asio::steady_timer>(loop_);
  const auto child = Child::start(
      loop_, command, [last_line](std::string_view line) { *last_line = line; },
      [last_line, timer, done](bool success, const std::string& how) {
        timer->cancel();
        done(success ? "" : how + (last_line->empty() ? "" : ": " + *last_line));
      });
  timer->expires_after(std::min(command_patience, left));
  timer->async_wait([child](const boost::system::error_code& error) {
    if (!error) child->signal(SIGKILL);
  });
}

void Actor::end_process(const json& action, const Done& done) {
  const internal::ProcessId id{action.at("pid"), action.at("start")};
  if (!internal::is_alive(id)) return asio::post(loop_, [done] { done(""); });
  ::kill(id.pid, action.value("signal", SIGTERM));
  const auto timer = std::make_shared<asio::steady_timer>(loop_, process_patience);
  timer->async_wait([id, timer, done](const boost::system::error_code&) {
    if (internal::is_alive(id)) ::kill(id.pid, SIGKILL);
    done("");
  });
}

}  // namespace apitest::agent
