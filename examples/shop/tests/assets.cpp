// SPDX-License-Identifier: MIT
// What a member gets, and the photos of it.
#include <apitest/fixture.hpp>
#include <apitest/http.hpp>
#include <apitest/test.hpp>

#include <iostream>
using namespace apitest;

static std::string photo_path(Client& api) {
  return "/api/v1/assets/" + std::to_string(api.get("/api/v1/assets").integer("/assets/0/id")) + "/photo";
}

API_TEST(are_listed) {
  Client api = fixture_client();
  const Response assets = api.get("/api/v1/assets");
  REQUIRE(assets.status == 200);
  CHECK(assets.size("/assets") == 3);
  CHECK(assets.text("/assets/0/kind") == "badge");
  CHECK_FALSE(assets.has("/assets/3"));
}

API_TEST(belong_to_the_shared_session) {
  const std::string session = fixture_client().get("/api/v1/user/profile").text("/session");
  std::cout << "session " << session << '\n';
  CHECK(session == fixture("member").text("/session"));
}

API_TEST(take_a_photo_from_a_form) {
  Client api = fixture_client();
  const Response stored = api.post(photo_path(api), multipart({file_part("photo", SHOP_PHOTO, "image/png")}));
  REQUIRE(stored.status == 201);
  CHECK(stored.text("/filename") == "photo.png");
  CHECK(stored.integer("/bytes") == 110);
  CHECK(stored.text("/sha256") == "b1cbad74fd53d3f8632392a791099783b25196a461ab7cb9f6752763a43ad157");
}

API_TEST(take_a_photo_as_the_body) {
  Client api = fixture_client();
  const Response stored = api.post(photo_path(api), file_body(SHOP_PHOTO, "image/png"));
  REQUIRE(stored.status == 201);
  CHECK(stored.integer("/bytes") == 110);
}

API_TEST(take_images_only) {
  Client api = fixture_client();
  const Response refused = api.post(photo_path(api), Body("not a photo", "text/plain"));
  CHECK(refused.status == 415);
  CHECK(refused.text("/type") == "/problems/media-type");
}

API_TEST(take_no_more_than_a_megabyte) {
  Client api = fixture_client();
  CHECK(api.post(photo_path(api), Body(std::string(1'100'000, 'x'), "image/png")).status == 413);
}

API_TEST(of_others_are_not_to_be_found) {
  CHECK(fixture_client().post("/api/v1/assets/999999/photo", file_body(SHOP_PHOTO, "image/png")).status == 404);
}
