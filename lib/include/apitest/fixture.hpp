// SPDX-License-Identifier: MIT
// What fixtures hand over: a document per fixture, of this run only.
#pragma once

#include <apitest/http.hpp>

namespace apitest {

/// What a fixture published in this run.
class Document final : public JsonReader {
 public:
  Document(std::string name, Json content) : name_(std::move(name)), content_(std::move(content)) {}
  [[nodiscard]] const Json& json() const { return content_; }

 private:
  [[nodiscard]] const Json& value() const override { return content_; }
  [[nodiscard]] std::string origin() const override { return "the document of fixture " + name_; }
  std::string name_;
  Json content_;
};

/// The document of a fixture. Missing, of another run or malformed ends the test with 99 and says what to do.
[[nodiscard]] Document fixture(std::string_view name);

/// A client for what FIXTURES of this test hand over: the first document that has "/url" gives the address, the first
/// that has "/token" the bearer token. Fixtures are asked in the order of FIXTURES, then what they are built on.
[[nodiscard]] Client fixture_client();

/// In an API_FIXTURE: puts a value into its document, which is written when the body has passed. `pointer` is RFC 6901.
void publish(std::string_view pointer, const Json& value);
/// As publish, and the value is redacted from now on wherever this run would print or record it.
void publish_secret(std::string_view pointer, const std::string& value);

/// A name that no other call and no other run makes: the prefix, the run id, a number.
[[nodiscard]] std::string unique(std::string_view prefix);

/// In a fixture template: the parameters of this use, keyed as in its template.json.
[[nodiscard]] const Json& parameters();
/// In a fixture template: the elements of its COMMAND parameter.
[[nodiscard]] const std::vector<std::string>& command();

/// A process that the agent runs until the cleanup of this fixture, or the end of the run, whichever is first.
/// Its output is kept in services/<fixture>.log of the run's folder.
struct ServiceOptions {
  std::vector<std::string> command;     ///< argv; "{port}" in an element becomes the port
  std::string working_directory;        ///< "": that of the fixture
  std::string stop_signal = "SIGTERM";  ///< SIGKILL follows after 5 s
  int port = 0;                         ///< 0: a free one
};
struct Service {
  int port = 0;
  int pid = 0;
  std::string url;  ///< http://127.0.0.1:<port>
};
/// In an API_FIXTURE: starts its service; one per fixture. Ends the test with 99 when it can't be started.
[[nodiscard]] Service start_service(const ServiceOptions& options);
/// Fails the test with how the service ended and its last lines if it is not running any more.
void require_service();

}  // namespace apitest
