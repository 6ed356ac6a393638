// SPDX-License-Identifier: MIT
// An e-mail from the one to the other. The service chooses its id, so its undo comes from the answer: create() has the
// agent log what is about to happen, send the request, and log how to take it back before this test goes on.
#include <apitest/fixture.hpp>
#include <apitest/test.hpp>
using namespace apitest;

API_FIXTURE(email) {
  const Client mail(fixture("mail").text("/url"));
  const Response sent = create(mail, "/mails",
                               object({{"from", fixture("sender").text("/name")},
                                       {"to", fixture("receiver").text("/name")},
                                       {"subject", "Lunch?"}}))
                            .send();  // taken back at its Location
  REQUIRE(sent.status == 201);
  publish("/id", sent.integer("/id"));
}
