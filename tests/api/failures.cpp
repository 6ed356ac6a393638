// SPDX-License-Identifier: MIT
// No answer, or none that can be used: each is a value with a fault, a verdict and a sentence.
#include <apitest/eventually.hpp>
#include <apitest/fixture.hpp>
#include <apitest/test.hpp>
using namespace apitest;

namespace {

struct Expected {
  Fault fault;
  Verdict verdict;
  const char* words;  ///< in the sentence
};

void check(const Response& answer, const Expected& expected) {
  CAPTURE(answer.url);
  CAPTURE(answer.error.text);
  CHECK(answer.status == 0);
  CHECK(static_cast<bool>(answer.error));
  CHECK(answer.error.fault == expected.fault);
  CHECK(answer.verdict() == expected.verdict);
  CHECK(answer.error.text.find(expected.words) != std::string::npos);
  CHECK(answer.body.empty());
}

std::string port_url(const char* scheme, const char* name) {
  return std::string(scheme) + "://127.0.0.1:" + std::to_string(fixture_client().get("/endpoints").integer(name));
}

}  // namespace

API_TEST(nobody_listens) {
  const Response answer = Client("http://127.0.0.1:1").get("/");
  check(answer, {Fault::refused, Verdict::unreachable, "127.0.0.1"});
  CHECK_FALSE(answer.sent);
}

API_TEST(the_name_is_not_known) {
  const Response answer = Client("http://no-such-host.invalid").get("/");
  check(answer, {Fault::name_not_found, Verdict::unreachable, "no-such-host.invalid"});
  CHECK_FALSE(answer.sent);
}

API_TEST(the_connection_is_reset) {
  Client api = fixture_client();
  check(api.get("/reset/before"), {Fault::reset, Verdict::unreachable, "/reset/before"});
  check(api.get("/reset/body"), {Fault::reset, Verdict::unreachable, "/reset/body"});
  CHECK(api.post("/reset/before", "order").sent);
}

API_TEST(the_connection_is_closed) {
  Client api = fixture_client();
  for (const char* path : {"/raw/nothing", "/raw/half_body", "/raw/half_chunks"})
    check(api.get(path), {Fault::reset, Verdict::unreachable, path});
}

API_TEST(the_answer_is_no_http) {
  Client api = fixture_client();
  for (const char* path : {"/raw/garbage_status", "/raw/garbage_number", "/raw/garbage_chunk"})
    check(api.get(path), {Fault::malformed, Verdict::malformed, path});
}

API_TEST(the_answer_ends_in_its_headers) {
  check(fixture_client().get("/raw/half_headers"), {Fault::reset, Verdict::unreachable, "in the middle"});
}

API_TEST(the_body_is_no_json) {
  const Response answer = fixture_client().get("/malformed_json");
  CHECK(answer.status == 200);
  CHECK_FALSE(json("/name", "").matches(answer));
}

API_TEST(no_connection_in_time) {
  Client api(port_url("http", "/full"));
  check(api.connect_timeout(200ms).get("/"), {Fault::timeout, Verdict::timeout, "connecting"});
  CHECK_FALSE(api.get("/").sent);
}

API_TEST(no_handshake_in_time) {
  Client api(port_url("https", "/silent"));
  check(api.connect_timeout(200ms).get("/"), {Fault::timeout, Verdict::timeout, "TLS handshake"});
}

API_TEST(no_answer_in_time) {
  Client api = fixture_client();
  const Response answer = api.timeout(200ms).get("/silent/" + unique("timeout"));
  check(answer, {Fault::timeout, Verdict::timeout, "waiting for the answer"});
  CHECK(answer.sent);
  CHECK(answer.times.total >= 200ms);
}

API_TEST(no_whole_answer_in_time) {
  Client api = fixture_client();
  api.timeout(300ms);
  check(api.get("/drip/body"), {Fault::timeout, Verdict::timeout, "receiving the answer"});
  check(api.get("/drip/headers"), {Fault::timeout, Verdict::timeout, "receiving the answer"});
}

API_TEST(the_shorter_of_both_limits_counts) {
  Client api = fixture_client();
  const std::string path = "/silent/" + unique("timeout");
  CHECK(api.send(Request("GET", path).timeout(100ms)).error.fault == Fault::timeout);
  CHECK(api.timeout(100ms).send(Request("GET", path).timeout(1h)).error.fault == Fault::timeout);
}

API_TEST(the_request_can_not_be_made) {
  Client api = fixture_client();
  const std::string url = api.base_url() + "/echo";
  const auto why_not = [](const Response& answer) {
    check(answer, {Fault::unusable, Verdict::rejected, ""});
    CHECK_FALSE(answer.sent);
    return answer.error.text;
  };
  const auto why_not_sent = [&](const Request& request) { return why_not(api.send(request)); };
  const std::string no_address = ": this is no http:// or https:// address. Name one in the request or in its Client";
  CHECK(why_not(Client("ftp://127.0.0.1").get("/file")) == "GET ftp://127.0.0.1/file" + no_address);
  CHECK(why_not(Client("").get("/file")) == "GET /file" + no_address);
  CHECK(why_not_sent({"GET /", "/echo"}) ==
        "GET / " + url + ": 'GET /' is no HTTP method. It is one word, such as GET");
  CHECK(why_not_sent(Request("GET", "/echo").header("X Trace", "a")) ==
        "GET " + url + ": 'X Trace' is no header name. Use letters, digits and -");
  const std::string two_lines = " has a line break or a zero byte in it, which would begin another header. Encode it";
  for (const std::string& value : {std::string("a\r\nX-Admin: yes"), std::string("a\0b", 3)})
    CHECK(why_not_sent(Request("GET", "/echo").header("X-Trace", value)) ==
          "GET " + url + ": the header X-Trace" + two_lines);
  CHECK(why_not_sent(Request("POST", "/echo").with({"a", "text/plain\nX-Admin: yes"})) ==
        "POST " + url + ": the content type" + two_lines);
  CHECK(why_not_sent(Request("POST", "/echo").with(file_body("/no/such/file"))) ==
        "POST " + url + ": the body's file /no/such/file can't be read: No such file or directory");
  CHECK(why_not_sent(Request("POST", "/echo").with(file_body("/"))) ==
        "POST " + url + ": the body's file / is no regular file");
  CHECK(why_not_sent(Request("POST", "/echo").with(multipart({file_part("photo", "/no/such/file")}))) ==
        "POST " + url + ": the part's file /no/such/file can't be read: No such file or directory");
  CHECK(why_not(create(Client("ftp://127.0.0.1"), "/file").send()) == "POST ftp://127.0.0.1/file" + no_address);
}

API_TEST(a_dead_service_is_named) {
  Client api(fixture("short_lived").text("/url"));
  const auto names_it = [](const Response& answer) {
    return answer.error.text.find("service short_lived exited with code 3, last lines:\n  told to exit") !=
           std::string::npos;
  };
  // The agent notices the end of the process in its own time.
  const Response answer =
      eventually("obituary").ready(matching("names the service", names_it)).not_yet(unreachable()).call([&] {
        return api.get("/health");
      });
  check(answer, {Fault::refused, Verdict::unreachable, "service short_lived"});
}
