// SPDX-License-Identifier: MIT
// What the service wrote into its diary about the fixture that failed in the middle: made, and taken back in the
// opposite order.
#include <apitest/fixture.hpp>
#include <apitest/test.hpp>
using namespace apitest;

static std::vector<std::string> diary_of_halfway() {
  const Response diary = Client(fixture("mail").text("/url")).get("/diary");
  std::vector<std::string> all;
  for (std::size_t i = 0; i < diary.size("/diary"); ++i) {
    const std::string line = diary.text("/diary/" + std::to_string(i));
    if (line.find("halfway") != std::string::npos) all.push_back(line);
  }
  return all;
}

API_TEST(of_a_fixture_that_fails_in_the_middle) {
  const std::vector<std::string> diary = diary_of_halfway();
  if (diary.empty()) skip("halfway was not selected in this run of ctest");
  REQUIRE(diary.size() >= 6);  // two users and an e-mail came and went
  for (std::size_t i = 0; i < diary.size() / 2; ++i) CHECK(diary[diary.size() - 1 - i] == "no " + diary[i]);
}
