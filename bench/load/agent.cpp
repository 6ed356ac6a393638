// SPDX-License-Identifier: MIT
#include <apitest/fixture.hpp>
#include <apitest/test.hpp>

#include "load.hpp"

static void send_requests(const char* name) {
  apitest::Client api = apitest::fixture_client();
  REQUIRE(load::run(name, [&] { return api.get("/profile").status == 200; }));
}

API_TEST(alone) { send_requests("alone"); }
API_TEST(client_1) { send_requests("client_1"); }
API_TEST(client_2) { send_requests("client_2"); }
API_TEST(client_3) { send_requests("client_3"); }
API_TEST(client_4) { send_requests("client_4"); }
API_TEST(client_5) { send_requests("client_5"); }
API_TEST(client_6) { send_requests("client_6"); }
API_TEST(client_7) { send_requests("client_7"); }
API_TEST(client_8) { send_requests("client_8"); }
