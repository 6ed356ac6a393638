// SPDX-License-Identifier: MIT
// The hosts of tests/support/nginx.sh, each named after its certificate.
#pragma once

#include <apitest/fixture.hpp>
#include <cstdlib>
#include <string>

/// A file that nginx.sh made, such as ca.pem.
inline std::string tls_file(const std::string& name) {
  const char* folder = std::getenv("APITEST_RUN_DIR");
  return std::string(folder == nullptr ? "" : folder) + "/nginx-tls/" + name;
}

inline std::string tls_url(const std::string& host) {
  return "https://" + host + ".localhost:" + std::to_string(apitest::fixture("nginx").integer("/port"));
}

/// A client that trusts our CA.
inline apitest::Client tls_client(const std::string& host) {
  apitest::Client api(tls_url(host));
  api.ca_file(tls_file("ca.pem"));
  return api;
}
