// SPDX-License-Identifier: MIT
// Calls of fixture.hpp that can't be meant: each ends the test before anything is asked of an agent.
#include <doctest/doctest.h>
#include <apitest/fixture.hpp>

#include "run.hpp"
#include "support.hpp"

using namespace unit;

namespace {

/// What this process is, until the end of the test.
class As {
 public:
  explicit As(internal::Part part) { internal::set_part(std::move(part)); }
  ~As() { internal::set_part({}); }
  As(const As&) = delete;
  As& operator=(const As&) = delete;
};

internal::Part part_named(const char* name, bool is_fixture) {
  internal::Part part;
  part.name = name;
  part.is_fixture = is_fixture;
  return part;
}

template <class Body>
std::string failure(Body body) {
  const internal::Ended end = ended(body);
  CHECK(end.exit == Exit::failed);
  return end.text;
}

const Client shop("http://shop");

}  // namespace

TEST_CASE("an undo that there is nothing to do for says where it was called") {
  CHECK(failure([] { undo_command({}, "orders.cpp", 7); }) ==
        "undo_command() at orders.cpp:7: the command is empty. Name a program and its arguments");
  CHECK(failure([] { undo_process(0, "orders.cpp", 7); }) ==
        "undo_process() at orders.cpp:7: there is no process 0. Call it while the process runs");
}

TEST_CASE("a marker needs a place") {
  const auto mark = [](const Body& body, const char* where) {
    return failure([&] { (void)create(shop, "/orders", body, "orders.cpp", 7).marked(where); });
  };
  for (const Body& body : {Body(), Body("[1]", "application/json"), Body("{\"open\":", "application/json"),
                           form({{"name", "Zoe"}}), multipart({part("name", "Zoe")})})
    CHECK(mark(body, "/reference") ==
          "create() at orders.cpp:7: marked(\"/reference\"): the body is no JSON object, so there is no place for a "
          "marker. Name a header instead, as in marked(\"X-Reference\")");
  const Body order = object({{"user", "Zoe"}, {"goods", array({1})}});
  for (const std::string pointer : {"/a~", "/user/reference", "/goods/reference"})
    CHECK(mark(order, pointer.c_str()) ==
          "create() at orders.cpp:7: marked(\"" + pointer +
              "\"): nothing can be put there. Write a JSON pointer (RFC 6901), such as \"/name\", that leads through "
              "objects and arrays only");
}

TEST_CASE("who looks for a creation needs a marker and an address") {
  const auto send = [](Creation creation) { return failure([&] { (void)creation.send(); }); };
  const Creation order = create(shop, "/orders", object({}), "orders.cpp", 7);
  CHECK(send(Creation(order).found_at("/orders?reference={marker}")) ==
        "create() at orders.cpp:7: found_at(\"/orders?reference={marker}\"): nothing is marked. Say where the marker "
        "goes with marked()");
  CHECK(send(Creation(order).found_at("/orders?user=Zoe")) ==
        "create() at orders.cpp:7: found_at(\"/orders?user=Zoe\"): who looks for it sees no Location. Say with "
        "undo_at() where it is");
}

TEST_CASE("only a fixture has a document and a service") {
  const As test(part_named("orders", false));
  const std::string move_it =
      ": only a fixture can publish. Move it into an API_FIXTURE that this test has in its FIXTURES";
  CHECK(failure([] { publish("/uid", "u"); }) == "publish(\"/uid\")" + move_it);
  CHECK(failure([] { publish_secret("/token", "open sesame"); }) == "publish_secret(\"/token\")" + move_it);
  CHECK(failure([] { (void)start_service({}); }) ==
        "start_service(): only a fixture can start a service. Move it into an API_FIXTURE, or write "
        "api_fixture(… TEMPLATE service …) in CMakeLists.txt");
}

TEST_CASE("a fixture publishes an object") {
  const As fixture(part_named("member", true));
  publish("/uid", "u");
  for (const std::string pointer : {"uid", "/a~", "/uid/name"})
    CHECK(failure([&] { publish(pointer, 1); }) ==
          "publish(\"" + pointer +
              "\"): nothing can be put there. Write a JSON pointer (RFC 6901), such as \"/name\", that leads through "
              "objects and arrays only");
  CHECK(failure([] { publish("", 1); }) ==
        "publish(\"\"): a document is an object. Give the value a name, as in publish(\"/name\", …)");
}

TEST_CASE("a client of no fixture has no address") {
  for (const bool is_fixture : {false, true}) {
    const As part(part_named("orders", is_fixture));
    const internal::Ended end = ended([] { (void)fixture_client(); });
    CHECK(end.exit == Exit::unknown);
    CHECK(end.text ==
          "orders: no fixture of its " + std::string(is_fixture ? "REQUIRES" : "FIXTURES") +
              " publishes /url, so there is no address to talk to. Add one that does, e.g. TEMPLATE service");
  }
}
