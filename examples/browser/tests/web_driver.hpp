// SPDX-License-Identifier: MIT
// The few commands of WebDriver that these tests need. Each is one request: https://www.w3.org/TR/webdriver2/#endpoints
#pragma once

#include <apitest/fixture.hpp>
#include <apitest/test.hpp>

class WebDriver {
 public:
  /// `session` is what a fixture of TEMPLATE browser publishes as /url.
  explicit WebDriver(const std::string& session) : api_(session) {}

  void open(const std::string& url) { command("/url", apitest::object({{"url", url}})); }
  void type(const std::string& css, const std::string& text) {
    command(element(css) + "/value", apitest::object({{"text", text}}));
  }
  void click(const std::string& css) { command(element(css) + "/click", apitest::object({})); }

  /// The answer has the text at /value; its status is 404 while there is no such element.
  [[nodiscard]] apitest::Response text(const std::string& css) {
    const apitest::Response found = find(css);
    return found.status == 200 ? api_.get(path_of(found) + "/text") : found;
  }

 private:
  [[nodiscard]] apitest::Response find(const std::string& css) {
    return api_.post("/element", apitest::object({{"using", "css selector"}, {"value", css}}));
  }
  /// The name of the member is the standard's.
  [[nodiscard]] static std::string path_of(const apitest::Response& found) {
    return "/element/" + found.text("/value/element-6066-11e4-a52e-4f735466cecf");
  }
  [[nodiscard]] std::string element(const std::string& css) {
    const apitest::Response found = find(css);
    INFO("looking for ", css, ": ", found.body);
    REQUIRE(found.status == 200);
    return path_of(found);
  }
  void command(const std::string& path, const apitest::Json& arguments) {
    const apitest::Response answer = api_.post(path, arguments);
    INFO(path, ": ", answer.error.text, answer.body);
    REQUIRE(answer.status == 200);
  }

  apitest::Client api_;
};
