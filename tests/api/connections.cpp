// SPDX-License-Identifier: MIT
// Connections: shared by all processes of the run, or new; over TCP or a Unix socket.
#include <apitest/fixture.hpp>
#include <apitest/test.hpp>

#include "hosts.hpp"
using namespace apitest;

/// The address of the server under a name that nobody else uses, and so with connections that nobody else has.
static std::string own_address() { return under_name(unique("own") + ".localhost", fixture("faults").text("/url")); }

API_TEST(one_of_another_process_is_used) {
  Client api(fixture("kept_connection").text("/address"));
  const Response answer = api.get("/echo");
  REQUIRE(answer.status == 200);
  CHECK_FALSE(answer.new_connection);
  CHECK(answer.header("X-Connection") == fixture("kept_connection").text("/number"));
}

API_TEST(one_of_another_client_is_used) {
  const std::string address = own_address();
  const Response first = Client(address).get("/echo");
  const Response second = Client(address).put("/echo", "more");
  CHECK(first.new_connection);
  CHECK_FALSE(second.new_connection);
  CHECK(second.header("X-Connection") == first.header("X-Connection"));
  CHECK(second.times.connected <= second.times.total);
}

API_TEST(fresh_ones_are_used_once) {
  Client api(own_address());
  const Response kept = api.get("/echo");
  const Response fresh = api.send(Request("GET", "/echo").fresh_connection());
  const Response next = api.get("/echo");
  CHECK(fresh.new_connection);
  CHECK(fresh.header("X-Connection") != kept.header("X-Connection"));
  CHECK(next.header("X-Connection") == kept.header("X-Connection"));
}

API_TEST(a_client_can_want_fresh_ones_only) {
  Client api(own_address());
  api.fresh_connection();
  const Response first = api.get("/echo");
  const Response second = api.get("/echo");
  CHECK(second.new_connection);
  CHECK(second.header("X-Connection") != first.header("X-Connection"));
}

// libcurl sends again by itself when a kept connection turns out to be closed.
API_TEST(a_get_on_one_that_was_closed_is_sent_again) {
  Client api(own_address());
  REQUIRE(api.get("/echo").status == 200);
  const Response answer = api.get("/sequence/" + unique("get") + "?answers=0,200");
  CHECK(answer.status == 200);
  CHECK(answer.integer("/request") == 2);
}

API_TEST(a_post_on_one_that_was_closed_is_not) {
  Client api(own_address());
  std::string path;
  Response answer;
  const auto is_not_repeated = [&] { return answer.error.text.find("not repeated") != std::string::npos; };
  for (int tries = 0; tries < 20 && !is_not_repeated(); ++tries) {  // after a pause of this machine it takes a new one
    REQUIRE(api.get("/echo").status == 200);
    path = "/sequence/" + unique("post");
    answer = api.post(path + "?answers=0,200", "order");
  }
  CHECK(is_not_repeated());
  CHECK(answer.status == 0);
  CHECK(answer.error.fault == Fault::reset);
  CHECK(answer.sent);
  CHECK(api.get(path).integer("/request") == 2);  // this is the second one that arrived
}

API_TEST(a_post_takes_none_that_was_idle) {
  Client api(own_address());
  const Response first = api.get("/echo");
  const Response pause = fixture_client().send(Request("GET", "/silent/" + unique("pause")).timeout(600ms));
  REQUIRE(pause.error.fault == Fault::timeout);
  const Response post = api.post("/echo", "order");
  CHECK(post.status == 200);
  CHECK(post.new_connection);
  CHECK(post.header("X-Connection") != first.header("X-Connection"));
}

API_TEST(a_unix_socket_leads_to_the_server) {
  Client api("http://any.name");
  api.unix_socket(fixture_client().get("/endpoints").text("/unix"));
  const Response answer = api.get("/echo");
  REQUIRE(answer.status == 200);
  CHECK(answer.text("/headers/host") == "any.name");
  CHECK(api.post("/echo", "order").new_connection);  // how long it was idle is not known
}

API_TEST(a_unix_socket_that_is_not_there_is_refused) {
  Client api("http://any.name");
  api.unix_socket("/tmp/there/is/no/such.socket");
  const Response answer = api.get("/echo");
  CHECK(answer.error.fault == Fault::refused);
  CHECK(answer.error.text.find("/tmp/there/is/no/such.socket") != std::string::npos);
}
