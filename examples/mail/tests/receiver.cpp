// SPDX-License-Identifier: MIT
// Someone who gets mail.
#include "user.hpp"
using namespace apitest;

API_FIXTURE(receiver) {
  Client mail(fixture("mail").text("/url"));
  const std::string name = unique("receiver");
  add_user(mail, name);
  publish("/name", name);
}
