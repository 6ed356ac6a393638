// SPDX-License-Identifier: MIT
// Susan logs in on a page of the shop.
#include <apitest/eventually.hpp>

#include "web_driver.hpp"
using namespace apitest;

static std::string login_page() { return fixture("shop").text("/url") + "/login"; }

/// A page takes its time: until it is there, the driver answers 404, for no such element.
static std::string text_of(WebDriver& browser, const std::string& css) {
  return eventually(css)
      .ready(status(200))
      .not_yet(status(404))
      .within(30s)
      .call([&] { return browser.text(css); })
      .text("/value");
}

API_TEST(greets_susan) {
  WebDriver browser(fixture("susan_browser").text("/url"));
  browser.open(login_page());
  browser.type("input[name=uid]", "susan");
  browser.click("button");
  CHECK(text_of(browser, "header h1") == "Welcome, Susan!");
}

API_TEST(is_not_for_strangers) {
  WebDriver browser(fixture("susan_browser").text("/url"));
  browser.open(login_page());
  browser.type("input[name=uid]", "nobody");
  browser.click("button");
  CHECK(text_of(browser, "#problem:not(:empty)") == "nobody joined as nobody");
}
