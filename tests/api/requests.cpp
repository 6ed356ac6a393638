// SPDX-License-Identifier: MIT
// What reaches the server: methods, headers, queries, bodies of every kind.
#include <apitest/fixture.hpp>
#include <apitest/test.hpp>

#include <array>
#include <cstdio>
#include <fstream>
#include <future>
using namespace apitest;

namespace {

/// A file with this content until the end of the test.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& content) : path_(unique("upload")) { std::ofstream(path_) << content; }
  ~TemporaryFile() { std::remove(path_.c_str()); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

const std::string nine = "123456789";
const std::string crc32_of_nine = "cbf43926";

}  // namespace

API_TEST(methods) {
  Client api = fixture_client();
  CHECK(api.get("/echo").text("/method") == "GET");
  CHECK(api.post("/echo").text("/method") == "POST");
  CHECK(api.put("/echo").text("/method") == "PUT");
  CHECK(api.patch("/echo").text("/method") == "PATCH");
  CHECK(api.del("/echo").text("/method") == "DELETE");
  CHECK(api.options("/echo").text("/method") == "OPTIONS");
  CHECK(api.send(Request("PROPFIND", "/echo")).text("/method") == "PROPFIND");
}

API_TEST(head_has_headers_and_no_body) {
  const Response answer = fixture_client().head("/bytes/1000");
  CHECK(answer.status == 200);
  CHECK(answer.header("Content-Length") == "1000");
  CHECK(answer.body.empty());
}

API_TEST(headers_of_the_client_and_of_the_request) {
  Client api = fixture_client();
  api.header("X-Tenant", "first").header("x-tenant", "second").header("X-Empty", "");
  const Response answer = api.send(Request("GET", "/echo").header("X-Trace", "a b;c=\"d\""));
  CHECK(answer.text("/headers/x-tenant") == "second");
  CHECK(answer.text("/headers/x-trace") == "a b;c=\"d\"");
  CHECK(answer.text("/headers/x-empty").empty());
}

API_TEST(a_header_can_not_smuggle_another_one) {
  const Response answer = fixture_client().send(Request("GET", "/echo").header("X-Trace", "a\r\nX-Admin: yes"));
  CHECK(answer.status == 0);
  CHECK(answer.error.fault == Fault::unusable);
  CHECK(answer.error.text.find("X-Trace") != std::string::npos);
}

API_TEST(query_values_are_encoded) {
  const Response answer =
      fixture_client().send(Request("GET", "/echo?a=1").query("name", "Zoë & co").query("plus", "1+1=2"));
  CHECK(answer.text("/target") == "/echo?a=1&name=Zo%C3%AB%20%26%20co&plus=1%2B1%3D2");
}

API_TEST(a_whole_url_is_taken_as_it_is) {
  Client elsewhere("http://127.0.0.1:1");
  CHECK(elsewhere.get(fixture("faults").text("/url") + "/echo").status == 200);
}

API_TEST(a_json_body) {
  const Response answer =
      fixture_client().post("/echo", object({{"name", "Zoë"}, {"tags", array({1, true, nullptr})}}));
  CHECK(answer.text("/headers/content-type") == "application/json");
  CHECK(parse(answer.text("/body")) == object({{"name", "Zoë"}, {"tags", array({1, true, nullptr})}}));
}

API_TEST(a_text_body) {
  const Response answer = fixture_client().put("/echo", "plain text");
  CHECK(answer.text("/headers/content-type") == "text/plain; charset=utf-8");
  CHECK(answer.text("/body") == "plain text");
}

API_TEST(a_body_of_any_bytes) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  const Response answer = fixture_client().post("/echo", Body(bytes, "application/octet-stream"));
  CHECK(answer.integer("/body_bytes") == 256);
  CHECK(answer.text("/body_crc32") == "29058c73");
}

API_TEST(no_body) {
  const Response answer = fixture_client().post("/echo");
  CHECK(answer.integer("/body_bytes") == 0);
  CHECK(answer.text("/headers/content-length") == "0");
  CHECK_FALSE(answer.has("/headers/content-type"));
}

API_TEST(a_form) {
  const Response answer = fixture_client().post("/echo", form({{"name", "Zoë & co"}, {"empty", ""}}));
  CHECK(answer.text("/headers/content-type") == "application/x-www-form-urlencoded");
  CHECK(answer.text("/body") == "name=Zo%C3%AB%20%26%20co&empty=");
}

API_TEST(a_file_as_the_body) {
  const TemporaryFile file(nine);
  const Response answer = fixture_client().put("/echo", file_body(file.path(), "image/png"));
  CHECK(answer.text("/headers/content-type") == "image/png");
  CHECK(answer.text("/headers/content-length") == "9");
  CHECK(answer.text("/body_crc32") == crc32_of_nine);
}

API_TEST(a_multipart_body) {
  const TemporaryFile file(nine);
  const Response answer =
      fixture_client().post("/echo", multipart({part("title", "holiday"), file_part("photo", file.path(), "image/png"),
                                                Part{"note", "in memory", "note.txt", "text/plain", false}}));
  const std::string type = answer.text("/headers/content-type"), body = answer.text("/body");
  CHECK(type.rfind("multipart/form-data; boundary=", 0) == 0);
  for (const char* expected :
       {"name=\"title\"\r\n\r\nholiday\r\n", "name=\"photo\"; filename=\"",
        "Content-Type: image/png\r\n\r\n123456789\r\n",
        "name=\"note\"; filename=\"note.txt\"\r\nContent-Type: text/plain\r\n\r\nin memory\r\n"}) {
    CAPTURE(expected);
    CHECK(body.find(expected) != std::string::npos);
  }
}

API_TEST(a_file_that_is_not_there) {
  Client api = fixture_client();
  for (const Body& body : {file_body("no/such/file"), multipart({file_part("photo", "no/such/file")})}) {
    const Response answer = api.post("/echo", body);
    CHECK(answer.status == 0);
    CHECK(answer.error.fault == Fault::unusable);
    CHECK(answer.error.text.find("no/such/file") != std::string::npos);
    CHECK_FALSE(answer.sent);
  }
}

API_TEST(credentials) {
  Client api = fixture_client();
  api.bearer("a-token");
  CHECK(api.get("/echo").text("/headers/authorization") == "Bearer a-token");
}

API_TEST(basic_authentication) {
  Client api = fixture_client();
  CHECK(api.get("/basic").status == 401);
  CHECK(api.basic("susan", "open sesame").get("/basic").status == 200);
  CHECK(api.basic("susan", "open barley").get("/basic").status == 401);
}

API_TEST(digest_authentication) {
  Client api = fixture_client();
  CHECK(api.get("/digest").status == 401);
  api.digest("susan", "open sesame");
  CHECK(api.get("/digest").status == 200);
  CHECK(api.get("/digest?algorithm=SHA-256").status == 200);
  CHECK(api.digest("susan", "open barley").get("/digest").status == 401);
}

API_TEST(many_at_once_from_threads_of_one_test) {
  Client api = fixture_client();
  const std::string path = "/meet/" + unique("threads") + "?count=4";  // no answer before there are four
  std::array<std::future<int>, 4> answers;
  for (auto& answer : answers)
    answer =
        std::async(std::launch::async, [api, path]() mutable { return api.bearer("of a thread").get(path).status; });
  for (auto& answer : answers) CHECK(answer.get() == 200);
}
