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

static void register_undos(const char* name) {
  const apitest::Client api = apitest::fixture_client();
  REQUIRE(load::run(
      name,
      [&] {
        apitest::undo(api, "DELETE", "/object", {"", "", false});
        return true;
      },
      load::undos));
}

API_TEST(undo_alone) { register_undos("undo_alone"); }
API_TEST(undo_1) { register_undos("undo_1"); }
API_TEST(undo_2) { register_undos("undo_2"); }
API_TEST(undo_3) { register_undos("undo_3"); }
API_TEST(undo_4) { register_undos("undo_4"); }
API_TEST(undo_5) { register_undos("undo_5"); }
API_TEST(undo_6) { register_undos("undo_6"); }
API_TEST(undo_7) { register_undos("undo_7"); }
API_TEST(undo_8) { register_undos("undo_8"); }
