// SPDX-License-Identifier: MIT
// nginx with HTTP/2 without TLS. It understands nothing else, so TEMPLATE service could not ask whether it is ready.
#include <apitest/eventually.hpp>
#include <apitest/fixture.hpp>
#include <apitest/test.hpp>
using namespace apitest;

API_FIXTURE(h2c) {
  ServiceOptions options;
  options.command = {NGINX_SCRIPT, "h2c", "{port}"};
  const Service service = start_service(options);
  Client api(service.url);
  api.version(HttpVersion::http2_prior_knowledge);
  eventually("nginx").ready(status(200)).not_yet(unreachable()).call([&] {
    require_service();
    return api.get("/health");
  });
  publish("/url", service.url);
}
