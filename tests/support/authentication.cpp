// SPDX-License-Identifier: MIT
// Paths for the user "susan" with the password "open sesame".
#include <openssl/evp.h>

#include <array>
#include <cstdio>
#include <regex>

#include "fault_server.hpp"

namespace fault {
namespace {

const std::string user = "susan", password = "open sesame", realm = "fault server", nonce = "7ypf/xlj9XXwfDPEoM4URrv";

std::string hash(const std::string& algorithm, const std::string& text) {
  const EVP_MD* function = algorithm == "SHA-256" ? EVP_sha256() : EVP_md5();
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, function, nullptr);
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    std::array<char, 3> two{};
    std::snprintf(two.data(), two.size(), "%02x", digest.at(i));
    hex += two.data();
  }
  return hex;
}

Next basic(Exchange& exchange) {
  if (exchange.header("Authorization") == "Basic c3VzYW46b3BlbiBzZXNhbWU=") return send(exchange, {200, "welcome"});
  return send(exchange, {401, "who are you?", "text/plain", {{"WWW-Authenticate", "Basic realm=\"" + realm + "\""}}});
}

/// The value of a parameter of an Authorization header, quoted or not.
std::string parameter(const std::string& header, const std::string& name) {
  std::smatch match;
  const std::regex pattern("[ ,]" + name + "=(\"([^\"]*)\"|[^, ]*)");
  if (!std::regex_search(header, match, pattern)) return "";
  return match[2].matched ? match[2] : match[1];
}

/// RFC 7616 with qop=auth; ?algorithm=SHA-256 or MD5.
Next digest(Exchange& exchange) {
  const std::string algorithm = exchange.parameter("algorithm", "MD5"), sent = exchange.header("Authorization");
  const std::string ha1 = hash(algorithm, user + ":" + realm + ":" + password);
  const std::string ha2 = hash(algorithm, std::string(exchange.request.method_string()) + ":" + parameter(sent, "uri"));
  const std::string expected = hash(
      algorithm, ha1 + ":" + nonce + ":" + parameter(sent, "nc") + ":" + parameter(sent, "cnonce") + ":auth:" + ha2);
  if (parameter(sent, "nonce") == nonce && parameter(sent, "response") == expected)
    return send(exchange, {200, "welcome"});
  return send(exchange, {401,
                         "who are you?",
                         "text/plain",
                         {{"WWW-Authenticate", "Digest realm=\"" + realm + "\", nonce=\"" + nonce +
                                                   "\", qop=\"auth\", algorithm=" + algorithm}}});
}

}  // namespace

void add_authentication(Routes& routes) {
  routes["basic"] = basic;
  routes["digest"] = digest;
}

}  // namespace fault
