// SPDX-License-Identifier: MIT
// All in one fixture, and it fails in the middle, after two users and an e-mail. CMakeLists.txt says that it must.
#include "user.hpp"
using namespace apitest;

API_FIXTURE(halfway) {
  Client mail(fixture("mail").text("/url"));
  const std::string sender = unique("halfway_sender"), receiver = unique("halfway_receiver");
  add_user(mail, sender);
  add_user(mail, receiver);
  const Json lunch = object({{"from", sender}, {"to", receiver}, {"subject", "Lunch?"}});
  REQUIRE(create(mail, "/mails", lunch).send().status == 201);
  const Json answer = object({{"from", receiver}, {"to", "nobody"}, {"subject", "Re: Lunch?"}});
  REQUIRE(create(mail, "/mails", answer).send().status == 201);  // 404: nobody is no user
}
