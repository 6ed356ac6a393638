// SPDX-License-Identifier: MIT
// A service that does not live as long as it should.
#include <apitest/eventually.hpp>
#include <apitest/fixture.hpp>
#include <apitest/test.hpp>
using namespace apitest;

API_FIXTURE(short_lived) {
  ServiceOptions options;
  options.command = {FAULT_SERVER, "--port", "{port}"};
  const Service service = start_service(options);
  Client api(service.url);
  eventually("service").ready(status(200)).not_yet(unreachable()).call([&] { return api.get("/health"); });
  publish("/url", service.url);
  CHECK(api.send(Request("POST", "/exit?code=3").fresh_connection()).error.fault == Fault::reset);
}
