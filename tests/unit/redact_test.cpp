// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <functional>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "redact.hpp"
#include "support.hpp"

using namespace unit;
using internal::names_a_secret;
using internal::Redactor;

namespace {

std::string redacted(const std::string& text, const std::vector<std::string>& secrets = {}) {
  Redactor redactor;
  for (const std::string& secret : secrets) redactor.add(secret);
  std::string once = redactor(text);
  CHECK(redactor(once) == once);
  return once;
}

std::vector<std::string> split(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), std::istream_iterator<std::string>()};
}

struct Row {
  std::string text, expected;
};

void check(const std::vector<Row>& rows, const std::vector<std::string>& secrets = {}) {
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(redacted(row.text, secrets) == row.expected);
  }
}

}  // namespace

TEST_CASE("a known secret is hidden wherever it stands, and in every form") {
  check(
      {
          {"s3cr3t/+\"x y", "[redacted]"},
          {"ab s3cr3t/+\"x y, s3cr3t/+\"x yz", "ab [redacted], [redacted]z"},
          {"q=s3cr3t%2F%2B%22x%20y&n=1", "q=[redacted]&n=1"},
          {"q=s3cr3t%2f%2b%22x%20y&n=1", "q=[redacted]&n=1"},
          {"q=s3cr3t/%2B%22x+y&n=1", "q=[redacted]&n=1"},
          {"%733cr3t/+\"x y", "[redacted]"},
          {R"({"q":"s3cr3t/+\"x y","n":1})", R"({"q":"[redacted]","n":1})"},
          {R"({"q":"s3cr3t\/+\"x y","n":1})", R"({"q":"[redacted]","n":1})"},
          {R"({"q":"\u00733cr3t/\u002b\u0022x y","n":1})", R"({"q":"[redacted]","n":1})"},
          {"Basic czNjcjN0LysieCB5", "Basic [redacted]"},
          {"s3cr3t", "s3cr3t"},
      },
      {"s3cr3t/+\"x y"});
}

TEST_CASE("Base64 is known in both alphabets, with and without padding") {
  const std::string secret = "\xfb\xff\xbe?user:pass";
  check({{"a +/++P3VzZXI6cGFzcw== b", "a [redacted]== b"},
         {"a +/++P3VzZXI6cGFzcw b", "a [redacted] b"},
         {"a -_--P3VzZXI6cGFzcw b", "a [redacted] b"},
         {"a %2B/%2B%2BP3VzZXI6cGFzcw%3D%3D b", "a [redacted]%3D%3D b"}},
        {secret});
  check({{"Basic c3VzYW46b3BlbiBzZXNhbWU=", "Basic [redacted]="}}, {"susan:open sesame"});
}

TEST_CASE("a secret of one form does not stop another from being found") {
  check({{"caf\xc3\xa9-olé", "[redacted]"},
         {R"(x caf\u00e9-ol\u00e9 y)", "x [redacted] y"},
         {"caf%C3%A9-ol%C3%A9", "[redacted]"}},
        {"caf\xc3\xa9-olé"});
  check({{"\\ud83d\\ude00smile", "[redacted]"}}, {"\xf0\x9f\x98\x80smile"});
}

TEST_CASE("of overlapping secrets nothing is left") {
  check({{"abcdefgh", "[redacted]"}, {"xabcdefx", "x[redacted]x"}}, {"abcdef", "cdefgh"});
  check({{"long-secret", "[redacted]"}, {"long-", "[redacted]"}}, {"long-", "long-secret"});
  check({{"aaaaaaa aaa", "[redacted] aaa"}}, {"aaaa"});
  check({{"abcdabcd", "[redacted]"}}, {"abcd"});
}

TEST_CASE("what is too short to be a secret blackens nothing") {
  check({{"abc a abc", "abc a abc"}, {"", ""}}, {"", "a", "abc"});
}

TEST_CASE("a secret of several lines is hidden line by line too") {
  const std::string key = "-----BEGIN KEY-----\nMIIEvQIBADANBg\r\nshort\nkqhkiG9w0BAQEF\n";
  check({{key, "[redacted]"},
         {"MIIEvQIBADANBg", "[redacted]"},
         {"line kqhkiG9w0BAQEF end", "line [redacted] end"},
         {"short", "short"},
         {R"("-----BEGIN KEY-----\nMIIEvQIBADANBg\r\nshort\nkqhkiG9w0BAQEF\n")", R"("[redacted]")"}},
        {key});
}

TEST_CASE("headers that carry credentials") {
  check({
      {"Authorization: Bearer abc", "Authorization: [redacted]"},
      {"authorization:Bearer abc\r\nHost: x\r\n", "authorization:[redacted]\r\nHost: x\r\n"},
      {"GET / HTTP/1.1\nProxy-Authorization: Basic abc\nHost: x",
       "GET / HTTP/1.1\nProxy-Authorization: [redacted]\nHost: x"},
      {"> X-Api-Key: abc", "> X-Api-Key: [redacted]"},
      {"X-Auth-Token: abc", "X-Auth-Token: [redacted]"},
      {"Authorization: Digest username=\"u\",\r\n response=\"abc\"\r\nHost: x", "Authorization: [redacted]\r\nHost: x"},
      {"curl -H 'Authorization: Bearer abc' http://x", "curl -H 'Authorization: [redacted]' http://x"},
      {"'Authorization: Bearer abc\nHost: x", "'Authorization: [redacted]\nHost: x"},
      {"sent Authorization: Bearer abc", "sent Authorization: [redacted]"},
      {"Cookie: sid=abc; theme=dark", "Cookie: sid=[redacted]; theme=[redacted]"},
      {"Cookie: abc", "Cookie: [redacted]"},
      {"< Set-Cookie: sid=abc; Path=/; HttpOnly", "< Set-Cookie: sid=[redacted]; Path=/; HttpOnly"},
      {"Set-Cookie: sid=; Path=/", "Set-Cookie: sid=; Path=/"},
      {"Content-Type: text/plain", "Content-Type: text/plain"},
      {"WWW-Authenticate: Basic realm=\"x\"", "WWW-Authenticate: Basic realm=\"x\""},
      {"X-Tokens-Left: 7", "X-Tokens-Left: 7"},
      {"Authorization:", "Authorization:"},
  });
}

TEST_CASE("members of JSON, cut off or not") {
  check({
      {R"({"token":"abc","n":1})", R"({"token":"[redacted]","n":1})"},
      {R"({"access_token" : "a\"bc" , "n":1})", R"({"access_token" : "[redacted]" , "n":1})"},
      {"{\n  \"refreshToken\":\n  \"abc\"\n}", "{\n  \"refreshToken\":\n  \"[redacted]\"\n}"},
      {R"({"a":{"client_secret":"abc"}})", R"({"a":{"client_secret":"[redacted]"}})"},
      {R"({"password":123456,"n":1})", R"({"password":"[redacted]","n":1})"},
      {R"({"password":null,"secret":true})", R"({"password":null,"secret":true})"},
      {R"({"passwords":["a]b",{"c":"d"}],"n":1})", R"({"passwords":"[redacted]","n":1})"},
      {R"({"authorization":{"scheme":"x","value":"}"},"n":1})", R"({"authorization":"[redacted]","n":1})"},
      {R"({"password":"ab)", R"({"password":"[redacted])"},
      {R"({"password":"ab\)", R"({"password":"[redacted])"},
      {R"({"passwords":["ab)", R"({"passwords":"[redacted]")"},
      {R"(token":"abc","n":1})", R"(token":"[redacted]","n":1})"},
      {R"({"password":)", R"({"password":)"},
      {R"({"password":"","n":1})", R"({"password":"","n":1})"},
      {"{'token': 'abc'}", "{'token': '[redacted]'}"},
      {R"({token: "abc", n: 1})", R"({token: "[redacted]", n: 1})"},
      {R"({"name":"token","n":1})", R"({"name":"token","n":1})"},
      {R"({"cookie":"sid=abc"})", R"({"cookie":"[redacted]"})"},
  });
}

TEST_CASE("texts inside JSON strings") {
  check({
      {R"({"body":"{\"token\":\"abc\",\"n\":1}"})", R"({"body":"{\"token\":\"[redacted]\",\"n\":1}"})"},
      {R"({"body":"{\"a\":\"{\\\"token\\\":\\\"abc\\\"}\"}"})",
       R"({"body":"{\"a\":\"{\\\"token\\\":\\\"[redacted]\\\"}\"}"})"},
      {R"({\"token\":\"abc\",\"n\":1})", R"({\"token\":\"[redacted]\",\"n\":1})"},
      {R"({"h":"Host: x\r\nAuthorization: Bearer abc\r\nAccept: *","n":1})",
       R"({"h":"Host: x\r\nAuthorization: [redacted]\r\nAccept: *","n":1})"},
      {R"({"h":"Host: x\r\nSet-Cookie: sid=abc; Path=/","n":1})",
       R"({"h":"Host: x\r\nSet-Cookie: sid=[redacted]; Path=/","n":1})"},
      {R"(["Authorization: Bearer abc",1])", R"(["Authorization: [redacted]",1])"},
      {R"({"log":"sent Authorization: Digest a=\"b\"","n":1})", R"({"log":"sent Authorization: [redacted]","n":1})"},
      {R"({"url":"http://x/?token=abc","n":1})", R"({"url":"http://x/?token=[redacted]","n":1})"},
      {R"({"url":"http://x/?token=abc\u0026n=1"})", R"({"url":"http://x/?token=[redacted]"})"},
  });
}

TEST_CASE("forms, queries and addresses") {
  check({
      {"grant_type=password&password=a%26b&n=1", "grant_type=password&password=[redacted]&n=1"},
      {"GET /x?page=2&api_key=abc#top", "GET /x?page=2&api_key=[redacted]"},
      {"user%5Bpassword%5D=abc&user[token]=abc&n=1", "user%5Bpassword%5D=[redacted]&user[token]=[redacted]&n=1"},
      {"--password=abc --verbose", "--password=[redacted] --verbose"},
      {"password = \"a b\" n", "password = \"[redacted]\" n"},
      {"token=&n=1", "token=&n=1"},
      {"/code=40301 /state=pending", "/code=40301 /state=pending"},
      {"via http://susan:pa:ss@proxy:8080/x@y", "via http://susan:[redacted]@proxy:8080/x@y"},
      {"http://susan@host:80/ http://host:80/a:b@c", "http://susan@host:80/ http://host:80/a:b@c"},
  });
}

TEST_CASE("prose is left alone") {
  const std::vector<std::string> texts = {
      "the token: it is gone",
      "no password given; see http://x:80/token:8080",
      "eventually(\"token\") ended as timeout, after 1 attempt in 20.0 s (deadline 20.0 s)",
      "token ready after 1.8 s, 5 attempts",
      "Expected a text at \"/token\" of the document of fixture cookie, but there is nothing. It is {}",
      "decided by not_yet [status 403 && /code == 40301]",
      "CHECK( login.text(\"/token\") == \"abc\" ) is NOT correct!",
  };
  for (const std::string& text : texts) CHECK(redacted(text) == text);
}

TEST_CASE("names that say secret") {
  const std::vector<std::string> secret_names = split(
      "token Token access_token refreshToken ID_TOKEN id-token csrfmiddlewaretoken X-Auth-Token "
      "password newPassword password_confirmation password2 PASSWD passphrase user_pwd secret "
      "client_secret secretKey aws_secret_access_key api_key apikey apiKey X-Api-Key x-apikey "
      "private_key Authorization Proxy-Authorization Cookie Set-Cookie session_id sessionId JSESSIONID "
      "PHPSESSID credentials otp jwt tokens user[password] user%5Bpassword%5D");
  for (const std::string& name : secret_names) {
    CAPTURE(name);
    CHECK(names_a_secret(name));
  }
  const std::vector<std::string> other_names = split(
      "name token_type max_tokens X-Tokens-Left tokenizer secretary key Idempotency-Key author "
      "authority passed pass session Content-Type WWW-Authenticate cookie_policy code expires_in "
      "bypass % %zz");
  for (const std::string& name : other_names) {
    CAPTURE(name);
    CHECK_FALSE(names_a_secret(name));
  }
  CHECK_FALSE(names_a_secret(""));
}

TEST_CASE("valid JSON stays valid JSON") {
  Random random(11);
  const char* const names[] = {"token", "name", "password", "list", "secret", "a\"b"};
  const std::function<nlohmann::json(int)> any = [&](int depth) -> nlohmann::json {
    switch (random.upto(depth > 3 ? 4 : 6)) {
      case 0:
        return nullptr;
      case 1:
        return random.upto(1) == 0;
      case 2:
        return random.upto(1000);
      case 3:
        return "plain \"text\" with\n= : Authorization: x; token=1, \\";
      case 4:
        return nlohmann::json{{"token", "in\"side"}}.dump();
      case 5: {
        nlohmann::json list = nlohmann::json::array();
        for (int i = random.upto(3); i > 0; --i) list.push_back(any(depth + 1));
        return list;
      }
      default: {
        nlohmann::json members = nlohmann::json::object();
        for (int i = random.upto(3); i > 0; --i) members[names[random.upto(5)]] = any(depth + 1);
        return members;
      }
    }
  };
  for (int round = 0; round < 2000; ++round) {
    const std::string text = nlohmann::json{{"all", any(0)}}.dump(random.upto(1) == 0 ? -1 : 2);
    const std::string clean = redacted(text);
    CAPTURE(text);
    CAPTURE(clean);
    CHECK(nlohmann::json::accept(clean));
    CHECK_FALSE(contains(clean, "side"));
  }
}

TEST_CASE("any bytes are safe, and what was cut anywhere hides its secret") {
  Random random(5);
  const std::string alphabet = std::string("\"'\\:=;&%[]{}<>@/ \t\r\nuU0aF-_,.") + '\0' + "\xff\xc3";
  const std::vector<std::string> words = {"token", "password", "Authorization", "Cookie", "Set-Cookie", "://",
                                          "\\u00", "%2",       "null"};
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (int i = random.upto(40); i > 0; --i) {
      if (random.upto(4) == 0)
        text += words[static_cast<std::size_t>(random.upto(static_cast<int>(words.size()) - 1))];
      else
        text += alphabet[static_cast<std::size_t>(random.upto(static_cast<int>(alphabet.size()) - 1))];
    }
    Redactor redactor;
    redactor.add("hush-hush");
    (void)redactor(text);
    text.insert(text.size() / 2, "hush-hush");
    CHECK_FALSE(contains(redactor(text), "hush-hush"));
  }
  const std::string whole = R"({"n":1,"password":"correct horse","m":2})";
  for (std::size_t end = 0; end <= whole.size(); ++end) CHECK_FALSE(contains(redacted(whole.substr(0, end)), "corr"));
}

TEST_CASE("hostile input is read in one pass") {
  // Each of these would take minutes, not moments, if a search began anew at every place.
  const std::size_t many = 50'000;
  const auto repeated = [](const std::string& part, std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += part;
    return text;
  };
  const char* const parts[] = {"'Cookie: x\\'\n",
                               "\\'Cookie: x\n",
                               "Cookie:",
                               "Cookie: a;",
                               "a;",
                               "\"token\":[",
                               "\"token\":{\"",
                               "token=",
                               "token==",
                               "token: \"",
                               "\"",
                               "\\",
                               "\\\"",
                               ":",
                               "=",
                               "://",
                               "://a:b",
                               "%",
                               "%41",
                               "\\u0041",
                               "[",
                               "{\"",
                               "Set-Cookie: a\r\n ",
                               "aaaa",
                               "\"token\":"};
  for (const char* const part : parts) {
    CAPTURE(std::string(part));
    Redactor redactor;
    redactor.add("aaaa");
    const std::string text = (part[0] == 'a' && part[1] == ';' ? "Cookie: " : "") + repeated(part, many);
    CHECK(redactor(text).size() <= 12 * text.size());
    CHECK(redactor("{" + text).size() <= 12 * text.size());
  }
}
