// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "support.hpp"
#include "text.hpp"

using namespace unit;

TEST_CASE("headers are found in any case, the first of a name") {
  const Response response = answer(200, "", {{"Content-Type", "text/html"}, {"x-a", ""}, {"content-type", "other"}});
  CHECK(response.header("CONTENT-TYPE") == "text/html");
  CHECK(response.header("X-A") == "");
  CHECK(response.has_header("X-A"));
  CHECK(response.header("Content") == "");
  CHECK_FALSE(response.has_header("Content"));
  CHECK_FALSE(response.has_header(""));
}

TEST_CASE("the body is read by pointer") {
  const Response response = answer(200, R"({"name":"Susan"})");
  CHECK(response.text("/name") == "Susan");
  CHECK(response.json() == object({{"name", "Susan"}}));
  Response copy = response;
  copy.status = 201;
  CHECK(copy.text("/name") == "Susan");
}

TEST_CASE("a failure says which answer it is about") {
  CHECK(ended([] { (void)answer(200, "{}").text("/name"); }).text ==
        "Expected a text at \"/name\" of the body of GET http://shop/x (status 200), but there is nothing. It is {}");
}

TEST_CASE("a body that is no JSON fails the test and is shown") {
  const internal::Ended end = ended([] { (void)answer(502, "<html>Bad Gateway</html>").has("/name"); });
  CHECK(end.exit == Exit::failed);
  CHECK(contains(end.text, "the body of GET http://shop/x (status 502) is no JSON (parse error at line 1, column 1:"));
  CHECK(contains(end.text, "It is <html>Bad Gateway</html>"));
  CHECK(contains(ended([] { (void)answer(204).json(); }).text, "It is (empty)"));
}

TEST_CASE("without an answer the error is what a reader hears, with its verdict") {
  const internal::Ended refused = ended([] { (void)no_answer(Fault::refused, "http://shop refused").text("/name"); });
  CHECK(refused.exit == Exit::unknown);
  CHECK(refused.text == "There is no body to read. http://shop refused");
  CHECK(ended([] { (void)no_answer(Fault::malformed).json(); }).exit == Exit::failed);
}

TEST_CASE("no message has a secret") {
  Response response = answer(200, "oops password=hunter22");
  response.url = "http://susan:pass-word@shop/x?access_token=hush-hush&page=2";
  const std::string text = ended([&] { (void)response.json(); }).text;
  CHECK(contains(text, "http://susan:[redacted]@shop/x?access_token=[redacted]&page=2"));
  CHECK(contains(text, "It is oops password=[redacted]"));
  response.body = R"({"token":"hush-hush"})";
  CHECK_FALSE(contains(internal::shown(response), "hush"));
  CHECK_FALSE(contains(ended([&] { (void)response.text("/name"); }).text, "hush"));
  CHECK(internal::shown(no_answer(Fault::tls, "http://u:pass-word@shop failed")) == "http://u:[redacted]@shop failed");
}

TEST_CASE("an answer is shown with its status line and body") {
  CHECK(internal::shown(answer(403, "no")) == "HTTP/1.1 403 of GET http://shop/x\nno");
  Response bare = answer(204);
  bare.version = "";
  CHECK(internal::shown(bare) == "204 of GET http://shop/x\n(empty)");
}

TEST_CASE("times and numbers in messages") {
  CHECK(internal::seconds(1840ms) == "1.8 s");
  CHECK(internal::seconds(120s) == "120.0 s");
  CHECK(internal::seconds(90ms) == "0.09 s");
  CHECK(internal::attempts(1) == "1 attempt");
  CHECK(internal::attempts(5) == "5 attempts");
}
