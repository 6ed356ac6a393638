// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <limits>

#include "redact.hpp"
#include "support.hpp"
#include "text.hpp"

using namespace unit;

namespace {

const Json sample = parse(R"({"name":"Susan","age":41,"height":1.5,"half":2.0,"big":18446744073709551615,"huge":1e300,
                              "low":-9223372036854775808,"ok":true,"none":null,"list":[1,[2]],"":"empty","a/b":{"c~d":1}})");

}  // namespace

TEST_CASE("values are read by pointer") {
  CHECK(sample.text("/name") == "Susan");
  CHECK(sample.text("/") == "empty");
  CHECK(sample.integer("/age") == 41);
  CHECK(sample.integer("/half") == 2);
  CHECK(sample.integer("/low") == std::numeric_limits<long long>::min());
  CHECK(sample.integer("/list/1/0") == 2);
  CHECK(sample.integer("/a~1b/c~0d") == 1);
  CHECK(sample.number("/height") == 1.5);
  CHECK(sample.number("/age") == 41);
  CHECK(sample.boolean("/ok"));
  CHECK(sample.at("/none") == Json());
  CHECK(sample.at("/list") == array({1, array({2})}));
  CHECK(sample.at("") == sample);
  CHECK(sample.size() == 12);
  CHECK(sample.size("/list") == 2);
  CHECK(sample.has("/none"));
  CHECK(sample.has(""));
  CHECK_FALSE(sample.has("/list/2"));
  CHECK_FALSE(sample.has("/list/name"));
  CHECK_FALSE(sample.has("/name/0"));
  CHECK_FALSE(sample.has("/list/99999999999999999999"));
  CHECK_FALSE(sample.has("/list/-"));
  CHECK_FALSE(Json().has("/x"));
  CHECK_FALSE(parse("[1,2]").has("/01"));
}

TEST_CASE("what is not there, or of another type, fails the test with the pointer and the value") {
  const Json value = parse(R"({"n":1.5,"big":18446744073709551615,"t":"x","l":[],"z":null})");
  const std::string shown = R"( It is {"big":18446744073709551615,"l":[],"n":1.5,"t":"x","z":null})";
  const auto text_of = [](auto read) {
    const internal::Ended end = ended(read);
    CHECK(end.exit == Exit::failed);
    return end.text;
  };
  CHECK(text_of([&] { (void)value.text("/x"); }) ==
        "Expected a text at \"/x\" of the JSON value, but there is nothing." + shown);
  CHECK(text_of([&] { (void)value.text("/n"); }) ==
        "Expected a text at \"/n\" of the JSON value, but there is a number." + shown);
  CHECK(text_of([&] { (void)value.text("/z"); }) ==
        "Expected a text at \"/z\" of the JSON value, but there is null." + shown);
  CHECK(text_of([&] { (void)value.text(""); }) ==
        "Expected a text at \"\" of the JSON value, but there is an object." + shown);
  CHECK(text_of([&] { (void)value.integer("/t"); }) ==
        "Expected an integer at \"/t\" of the JSON value, but there is a text." + shown);
  CHECK(text_of([&] { (void)value.integer("/n"); }) ==
        "Expected an integer at \"/n\" of the JSON value, but there is a number with a fraction." + shown);
  CHECK(text_of([&] { (void)value.integer("/big"); }) ==
        "Expected an integer at \"/big\" of the JSON value, but there is one of more than 63 bits." + shown);
  CHECK(text_of([&] { (void)value.number("/l"); }) ==
        "Expected a number at \"/l\" of the JSON value, but there is an array." + shown);
  CHECK(text_of([&] { (void)value.boolean("/n"); }) ==
        "Expected a boolean at \"/n\" of the JSON value, but there is a number." + shown);
  CHECK(text_of([&] { (void)value.at("/l/0"); }) ==
        "Expected a value at \"/l/0\" of the JSON value, but there is nothing." + shown);
  CHECK(text_of([&] { (void)value.size("/t"); }) ==
        "Expected an array or object at \"/t\" of the JSON value, but there is a text." + shown);
  CHECK(text_of([&] { (void)Json(true).text(""); }) ==
        "Expected a text at \"\" of the JSON value, but there is a boolean. It is true");
}

TEST_CASE("an integer is never cut or wrapped") {
  for (const std::string text : {"1e300", "-1e300", "9223372036854775808", "-9223372036854775809", "0.1", "-0.5"}) {
    CAPTURE(text);
    CHECK(ended([&] { (void)parse(text).integer(""); }).exit == Exit::failed);
  }
  CHECK(parse("9223372036854775807").integer("") == std::numeric_limits<long long>::max());
  CHECK(parse("-9223372036854775808").integer("") == std::numeric_limits<long long>::min());
  CHECK(parse("1e3").integer("") == 1000);
  CHECK(parse("-0.0").integer("") == 0);
}

TEST_CASE("a wrong pointer fails the test, also where nothing is expected") {
  for (const std::string pointer : {"name", "/a~", "/~2"}) {
    CAPTURE(pointer);
    CHECK(ended([&] { (void)sample.text(pointer); }).exit == Exit::failed);
    CHECK(contains(ended([&] { (void)sample.has(pointer); }).text, "is no JSON pointer (RFC 6901). Write \"/name/0\""));
  }
}

TEST_CASE("a failure shows no secret and not more than 500 bytes") {
  const Json value = object({{"access_token", "hush-hush"}, {"text", std::string(600, 'x')}});
  const std::string text = ended([&] { (void)value.text("/name"); }).text;
  CHECK_FALSE(contains(text, "hush"));
  CHECK(contains(text, R"({"access_token":"[redacted]","text":"xxx)"));
  CHECK(contains(text, "xxx... (638 bytes)"));
  CHECK(text.size() < 650);
}

TEST_CASE("values are built and shown") {
  CHECK(object({{"uid", "u"}, {"count", 3}, {"list", array({1, 2.5, true, nullptr})}}).dump() ==
        R"({"count":3,"list":[1,2.5,true,null],"uid":"u"})");
  CHECK(object({}).dump() == "{}");
  CHECK(array({}).dump() == "[]");
  CHECK(object({{"a", 1}, {"a", 2}}).dump() == R"({"a":2})");
  CHECK(Json().dump() == "null");
  CHECK(Json(nullptr) == parse("null"));
  CHECK(Json(18446744073709551615ULL).dump() == "18446744073709551615");
  CHECK(Json('a').dump() == "97");
  CHECK(Json("caf\xe9 \xc3\xa9").dump() == "\"caf\xEF\xBF\xBD \xc3\xa9\"");
  CHECK(Json(std::numeric_limits<double>::quiet_NaN()).dump() == "null");
  CHECK(Json(1) == Json(1.0));
  CHECK(Json(1) != Json("1"));
}

TEST_CASE("values are copied, moved and handed to nlohmann") {
  Json one = object({{"a", 1}});
  Json two = one;
  CHECK(two == one);
  const Json three = std::move(one);
  CHECK(three == two);
  two = three;
  CHECK(two == three);
  two = Json();
  CHECK(two.dump() == "null");
  CHECK(nlohmann_value(three)["a"] == 1);
  CHECK(nlohmann_value(Json()).is_null());
  CHECK(from_nlohmann({{"b", {1, 2}}}).dump() == R"({"b":[1,2]})");
}

TEST_CASE("a malformed text fails the test and is shown") {
  const internal::Ended end = ended([] { (void)parse("{\"a\":1,}"); });
  CHECK(end.exit == Exit::failed);
  CHECK(end.text ==
        "This is no JSON (parse error at line 1, column 8: syntax error while parsing object key - unexpected '}'; "
        "expected "
        "string literal): {\"a\":1,}");
  CHECK(contains(ended([] { (void)parse(""); }).text, "): (empty)"));
  CHECK(contains(ended([] { (void)parse("1e999"); }).text, "This is no JSON (number overflow"));
  CHECK(contains(ended([] { (void)parse("[1] x"); }).text, "This is no JSON (parse error at line 1, column 5"));
}

TEST_CASE("a malformed text does not show the secret that it breaks off in") {
  const std::string text = ended([] { (void)parse(R"({"password":"correct horse)"); }).text;
  CHECK_FALSE(contains(text, "horse"));
  CHECK(contains(text, R"({"password":"[redacted])"));
}

TEST_CASE("a text that nests too deep is refused instead of running out of stack") {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(parse(nested(1000)).size() == 1);
  CHECK(contains(ended([&] { (void)parse(nested(1001)); }).text, "This is no JSON (nested deeper than 1000)"));
  CHECK(ended([&] { (void)parse(std::string(5'000'000, '[')); }).exit == Exit::failed);
  CHECK(parse("[\"" + std::string(5000, '[') + "\\\"[\"]").size() == 1);
}

TEST_CASE("an excerpt does not end inside a character, and has no control characters") {
  std::string text(499, 'x');
  text += "\xc3\xa9 and more";
  CHECK(internal::excerpt(text) == std::string(499, 'x') + "... (510 bytes)");
  CHECK(internal::excerpt(std::string("a\0b\x1b[31m\x7f\tc\n", 12)) == "a.b.[31m.\tc\n");
  CHECK(internal::excerpt(std::string(600, '\x80')).size() > 490);
  CHECK(internal::excerpt(std::string(500, 'x')) == std::string(500, 'x'));
}
