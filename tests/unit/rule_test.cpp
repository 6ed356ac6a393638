// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "support.hpp"

using namespace unit;

namespace {

Response problem_answer(const std::string& type, const std::string& body) {
  return answer(409, body, {{"content-type", type}});
}

}  // namespace

TEST_CASE("status rules") {
  CHECK(status(403).matches(answer(403)));
  CHECK_FALSE(status(403).matches(answer(404)));
  CHECK(status(403).words() == "status 403");
  CHECK(status(500, 599).matches(answer(500)));
  CHECK(status(500, 599).matches(answer(599)));
  CHECK_FALSE(status(500, 599).matches(answer(600)));
  CHECK_FALSE(status(500, 599).matches(answer(499)));
  CHECK(status(500, 599).words() == "status 500..599");
}

TEST_CASE("json rules look at values and never fail on a body") {
  const Rule pending = json("/code", 40301);
  CHECK(pending.matches(answer(403, R"({"code":40301})")));
  CHECK(pending.matches(answer(403, R"({"code":40301.0})")));
  CHECK_FALSE(pending.matches(answer(403, R"({"code":"40301"})")));
  CHECK_FALSE(pending.matches(answer(403, R"({"other":40301})")));
  CHECK_FALSE(pending.matches(answer(403, R"([40301])")));
  CHECK_FALSE(pending.matches(answer(403, "<html>40301</html>")));
  CHECK_FALSE(pending.matches(answer(403, "")));
  CHECK_FALSE(pending.matches(answer(403, std::string(100000, '['))));
  CHECK_FALSE(pending.matches(no_answer(Fault::refused)));
  CHECK(pending.words() == "/code == 40301");
  CHECK(json("/a/1", object({{"b", nullptr}})).matches(answer(200, R"({"a":[0,{"b":null}]})")));
  CHECK(json("", array({1, "x", true})).matches(answer(200, R"([1,"x",true])")));
}

TEST_CASE("has rules look for a value") {
  CHECK(has("/token").matches(answer(200, R"({"token":null})")));
  CHECK_FALSE(has("/token").matches(answer(200, R"({"tok":1})")));
  CHECK_FALSE(has("/99999999999999999999999").matches(answer(200, "[1]")));
  CHECK_FALSE(has("/01").matches(answer(200, "[1,2]")));
  CHECK_FALSE(has("/-").matches(answer(200, "[1]")));
  CHECK_FALSE(has("").matches(answer(200, "no JSON")));
  CHECK(has("").matches(answer(200, "0")));
  CHECK(has("/token").words() == "has /token");
}

TEST_CASE("a rule with a wrong pointer ends the test when it is made") {
  for (const std::string pointer : {"code", "/a~2", "#/x"}) {
    CAPTURE(pointer);
    const internal::Ended end = ended([&] { (void)json(pointer, 1); });
    CHECK(end.exit == Exit::failed);
    CHECK(contains(end.text, std::string("\"") + pointer + "\" is no JSON pointer"));
    CHECK(ended([&] { (void)has(pointer); }).exit == Exit::failed);
  }
}

TEST_CASE("header rules ignore the case of the name and look at every header of it") {
  const Response response = answer(200, "", {{"Vary", "a"}, {"vary", "b"}, {"X-State", ""}});
  CHECK(header("VARY", "b").matches(response));
  CHECK_FALSE(header("Vary", "B").matches(response));
  CHECK(header("x-state", "").matches(response));
  CHECK_FALSE(header("x-stat", "").matches(response));
  CHECK(header("Vary", "b").words() == "header Vary b");
}

TEST_CASE("problem rules need the media type and the type") {
  const Rule out_of_credit = problem("https://shop/probs/credit");
  const std::string body = R"({"type":"https://shop/probs/credit","title":"none left"})";
  CHECK(out_of_credit.matches(problem_answer("application/problem+json", body)));
  CHECK(out_of_credit.matches(problem_answer("Application/Problem+JSON ; charset=utf-8", body)));
  CHECK_FALSE(out_of_credit.matches(problem_answer("application/json", body)));
  CHECK_FALSE(out_of_credit.matches(problem_answer("application/problem+json-seq", body)));
  CHECK_FALSE(out_of_credit.matches(problem_answer("", body)));
  CHECK_FALSE(out_of_credit.matches(answer(409, body)));
  CHECK_FALSE(out_of_credit.matches(problem_answer("application/problem+json", R"({"type":"about:blank"})")));
  CHECK_FALSE(out_of_credit.matches(problem_answer("application/problem+json", R"({"type":7})")));
  CHECK_FALSE(out_of_credit.matches(problem_answer("application/problem+json", R"(["type"])")));
  CHECK_FALSE(out_of_credit.matches(problem_answer("application/problem+json", "{")));
  CHECK(problem("about:blank").matches(problem_answer("application/problem+json", R"({"status":409})")));
  CHECK(out_of_credit.words() == "problem https://shop/probs/credit");
}

TEST_CASE("verdict rules") {
  CHECK(verdict(Verdict::throttled).matches(answer(429)));
  CHECK_FALSE(verdict(Verdict::throttled).matches(answer(503)));
  CHECK(verdict(Verdict::throttled).words() == "verdict throttled");
  for (const Fault fault : {Fault::refused, Fault::reset, Fault::name_not_found, Fault::tls})
    CHECK(unreachable().matches(no_answer(fault)));
  CHECK_FALSE(unreachable().matches(no_answer(Fault::timeout)));
  CHECK_FALSE(unreachable().matches(answer(503)));
  CHECK(unreachable().words() == "unreachable");
}

TEST_CASE("matching takes any statement") {
  const Rule is_long = matching("a long body", [](const Response& response) { return response.body.size() > 3; });
  CHECK(is_long.matches(answer(200, "1234")));
  CHECK_FALSE(is_long.matches(answer(200, "123")));
  CHECK(is_long.words() == "a long body");
}

TEST_CASE("rules combine, and their words can be read back") {
  const Rule a = status(403), b = json("/code", 1), c = status(500);
  const std::string one = R"({"code":1})", two = R"({"code":2})";
  CHECK((a && b).matches(answer(403, one)));
  CHECK_FALSE((a && b).matches(answer(403, two)));
  CHECK_FALSE((a && b).matches(answer(404, one)));
  CHECK((a || b).matches(answer(403, two)));
  CHECK((a || b).matches(answer(404, one)));
  CHECK_FALSE((a || b).matches(answer(404, two)));
  CHECK((!a).matches(answer(404)));
  CHECK_FALSE((!a).matches(answer(403)));
  CHECK((a && b).words() == "status 403 && /code == 1");
  CHECK((a || b || c).words() == "status 403 || /code == 1 || status 500");
  CHECK(((a || b) && c).words() == "(status 403 || /code == 1) && status 500");
  CHECK((a || (b && c)).words() == "status 403 || /code == 1 && status 500");
  CHECK((!(a && b)).words() == "!(status 403 && /code == 1)");
}

TEST_CASE("the second rule of && and || is asked only when it decides") {
  int asked = 0;
  const Rule counts = matching("counts", [&asked](const Response&) { return ++asked > 0; });
  (void)(status(403) && counts).matches(answer(404));
  (void)(status(403) || counts).matches(answer(403));
  CHECK(asked == 0);
}

TEST_CASE("a rule written as data means what it says") {
  struct Row {
    std::string text;
    std::string words;
  };
  const Row rows[] = {
      {"403", "status 403"},
      {"  403 ", "status 403"},
      {"5xx", "status 500..599"},
      {"1xx", "status 100..199"},
      {"100", "status 100"},
      {"599", "status 599"},
      {"unreachable", "unreachable"},
      {" unreachable\n", "unreachable"},
      {"403 /code=40301", "status 403 && /code == 40301"},
      {"/code=40301", "/code == 40301"},
      {"403\t/code=40301\n/state=\"pending\"", "status 403 && /code == 40301 && /state == \"pending\""},
      {"/state=pending", "/state == \"pending\""},
      {"/state=\"in progress\"", "/state == \"in progress\""},
      {"/state=\"a \\\" b\"", "/state == \"a \\\" b\""},
      {"/state=\"403\"", "/state == \"403\""},
      {"/state=true", "/state == true"},
      {"/state=null", "/state == null"},
      {"/state=-1.5", "/state == -1.5"},
      {"/state=", "/state == \"\""},
      {"/state=a=b", "/state == \"a=b\""},
      {"/list=[1,2]", "/list == [1,2]"},
      {"/~1a~0/0={\"b\":1}", "/~1a~0/0 == {\"b\":1}"},
      {"/state=caf\xc3\xa9", "/state == \"caf\xc3\xa9\""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(rule(row.text).words() == row.words);
  }
  CHECK(rule("403 /code=40301 /state=\"in progress\"").matches(answer(403, R"({"code":40301,"state":"in progress"})")));
  CHECK_FALSE(rule("403 /code=40301").matches(answer(400, R"({"code":40301})")));
}

TEST_CASE("a text that is no rule ends the test and says what one is") {
  struct Row {
    std::string text;
    std::string why;
  };
  const Row rows[] = {
      {"", "it says nothing"},
      {"  ", "it says nothing"},
      {"403 404", "'404' is not /pointer=value"},
      {"403 5xx", "'5xx' is not /pointer=value"},
      {"403 unreachable", "'unreachable' is not /pointer=value"},
      {"unreachable 403", "'unreachable' is neither a status"},
      {"40", "'40' is neither a status"},
      {"4030", "'4030' is neither a status"},
      {"099", "'099' is neither a status"},
      {"600", "'600' is neither a status"},
      {"6xx", "'6xx' is neither a status"},
      {"4x3", "'4x3' is neither a status"},
      {"forbidden", "'forbidden' is neither a status"},
      {"403 code=1", "'code=1' is not /pointer=value"},
      {"403 /code", "'/code' is not /pointer=value"},
      {"/code = 1", "'/code' is not /pointer=value"},
      {"/state=\"pending", "a quote is not closed"},
      {"/state=\"pending\\", "a quote is not closed"},
      {"/state=\"pending\\\"", "a quote is not closed"},
      {"/a~2=1", "is no JSON pointer"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const internal::Ended end = ended([&] { (void)rule(row.text); });
    CHECK(end.exit == Exit::failed);
    CHECK_MESSAGE(contains(end.text, row.why), end.text);
  }
  CHECK(ended([] { (void)rule("403 404"); }).text ==
        "\"403 404\" is no rule: '404' is not /pointer=value. Write a status (403 or 5xx), /pointer=value, or a status "
        "and "
        "then some of these, with blanks between: 403 /code=40301 /state=\"in progress\". Or: unreachable");
}
