// SPDX-License-Identifier: MIT
// What the receiver finds.
#include "user.hpp"
using namespace apitest;

API_TEST(has_the_mail) {
  Client mail(fixture("mail").text("/url"));
  const Response inbox = mail.get("/users/" + fixture("receiver").text("/name") + "/inbox");
  REQUIRE(inbox.status == 200);
  REQUIRE(inbox.size("/mails") == 1);
  CHECK(inbox.integer("/mails/0/id") == fixture("email").integer("/id"));
  CHECK(inbox.text("/mails/0/from") == fixture("sender").text("/name"));
  CHECK(inbox.text("/mails/0/subject") == "Lunch?");
}

API_TEST(of_the_sender_is_empty) {
  Client mail(fixture("mail").text("/url"));
  CHECK(mail.get("/users/" + fixture("sender").text("/name") + "/inbox").size("/mails") == 0);
}

/// A test can make what only it needs, and add it to what fixtures have made.
API_TEST(of_a_new_user_gets_the_answer) {
  Client mail(fixture("mail").text("/url"));
  const std::string colleague = unique("colleague");
  add_user(mail, colleague);
  const Json answer =
      object({{"from", fixture("receiver").text("/name")}, {"to", colleague}, {"subject", "Re: Lunch?"}});
  REQUIRE(create(mail, "/mails", answer).send().status == 201);
  CHECK(mail.get("/users/" + colleague + "/inbox").text("/mails/0/subject") == "Re: Lunch?");
}

API_TEST(keeps_its_user) {
  Client mail(fixture("mail").text("/url"));
  CHECK(mail.del("/users/" + fixture("receiver").text("/name")).status == 409);  // so the e-mail has to go first
}
