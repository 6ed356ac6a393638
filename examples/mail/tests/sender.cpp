// SPDX-License-Identifier: MIT
// Someone who sends mail.
#include "user.hpp"
using namespace apitest;

API_FIXTURE(sender) {
  Client mail(fixture("mail").text("/url"));
  const std::string name = unique("sender");
  add_user(mail, name);
  publish("/name", name);
}
