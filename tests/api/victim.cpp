// SPDX-License-Identifier: MIT
// A suite that is not run by CTest but by the tests in agent.cpp, in runs of its own.
#include <apitest/fixture.hpp>
#include <apitest/test.hpp>

#include <unistd.h>

#include <csignal>
#include <cstdlib>
using namespace apitest;

namespace apitest::internal {
namespace {
const char* const no_fixtures[] = {nullptr};
}
const Suite suite = {"victim", false, 9, no_fixtures, APITEST_PROGRAM, APITEST_BUILD_DIR};
}  // namespace apitest::internal

API_TEST(asks) {
  const char* url = std::getenv("VICTIM_URL");
  REQUIRE(url != nullptr);
  Client api(url);
  CHECK(api.timeout(60s).get("").status == 200);
}

API_UNDO(leave_shop)(const Json& arguments) {
  Client api(arguments.text("/url"));
  CHECK(api.del("/admin/users/" + arguments.text("/uid")).status == 204);
}

API_UNDO(change_again)(const Json&) { undo_command({"true"}); }
API_UNDO(create_again)(const Json&) { (void)create(Client("http://127.0.0.1:1"), "/orders").send(); }

/// Makes the users VICTIM_UID and two more, each in another way, and ends as VICTIM_END says.
API_TEST(joins) {
  const std::string url = std::getenv("VICTIM_URL");
  const std::string uid = std::getenv("VICTIM_UID");
  const std::string end = std::getenv("VICTIM_END");
  Client api(url);
  api.header("X-Api-Key", "key-of-the-victim");
  const auto join = [&](const std::string& who) {
    REQUIRE(api.post("/api/v1/enterprise/join", object({{"uid", who}})).status == 200);
  };
  undo(api, "DELETE", "/admin/users/" + uid);
  join(uid);
  undo(leave_shop, object({{"url", url}, {"uid", uid + "_by_handler"}}));
  join(uid + "_by_handler");
  const Response created =
      create(api, "/api/v1/enterprise/join", object({{"uid", uid + "_created"}})).undo_at("/admin/users/{/uid}").send();
  REQUIRE(created.status == 200);
  if (end == "segfault") {
    std::signal(SIGSEGV, SIG_DFL);  // sanitizers and doctest would catch it
    std::raise(SIGSEGV);
  }
  if (end == "hangs") ::pause();
  CHECK(end == "passes");
}

/// Makes something at VICTIM_URL and does not care what comes of it.
API_TEST(creates) {
  const char* url = std::getenv("VICTIM_URL");
  REQUIRE(url != nullptr);
  (void)create(Client(url), "").nothing_made("500 /detail=\"nothing was made\"").send();
}

/// Makes the user VICTIM_UID, who is read back at a path that is still there when he is gone.
API_TEST(reads_back) {
  const std::string url = std::getenv("VICTIM_URL");
  const std::string uid = std::getenv("VICTIM_UID");
  const Response joined = create(Client(url), "/api/v1/enterprise/join", object({{"uid", uid}}))
                              .undo_at("/admin/users/{/uid}")
                              .options({"204", "/health?of={/uid}"})
                              .send();
  REQUIRE(joined.status == 200);
}

/// Logs in and out by a cookie of the value VICTIM_UID.
API_TEST(has_a_cookie) {
  Client api(std::getenv("VICTIM_URL"));
  api.cookies();
  REQUIRE(api.get("/cookies/set?cookie=id=" + std::string(std::getenv("VICTIM_UID")) + ";Path=/").status == 200);
  undo(api, "POST", "/cookies/needed");
  REQUIRE(create(api, "/redirect/to?status=201&url=/status/404").send().status == 201);
}

API_TEST(no_rule) {
  UndoOptions options;
  options.done = "204 gone";
  undo(Client(std::getenv("VICTIM_URL")), "DELETE", "/object", options);
}

/// What its undo starts goes its own way, with the output of the undo.
API_TEST(leaves_a_helper) { undo_command({"setsid", "--fork", "sleep", "3600"}); }

/// Its undo ends the process VICTIM_UID.
API_TEST(ends_a_process) { undo_process(std::stoi(std::getenv("VICTIM_UID"))); }

/// What it says is to be gone afterwards is still there.
API_TEST(is_still_there) {
  UndoOptions options;
  options.read_back = "/health";
  undo(Client(std::getenv("VICTIM_URL")), "POST", "/echo", options);
}
