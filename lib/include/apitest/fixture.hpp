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

/// A name that no other call and no other run makes: the prefix, the run id, a tag of this process, a number.
[[nodiscard]] std::string unique(std::string_view prefix);

// --- undo -----------------------------------------------------------------------------------------------------------

/// How an undo is judged; the defaults suit a DELETE.
struct UndoOptions {
  std::string done;       ///< a rule() of retry.hpp as text; "": any 2xx, and 404 or 410 for a DELETE
  std::string read_back;  ///< path that must not be there afterwards; "": that of a DELETE, nothing for other methods
  bool audited = true;    ///< false: is not read back, as where deleted objects can still be read
};

/// Registers how to take back a change that is made after this call. The entry is on disk when the call returns, and is
/// carried out, last in first out, by whoever is left to do so: when the test case ends, crashes or is killed; in an
/// API_FIXTURE at the fixture's cleanup; at the end of the run; or by the next run. Credentials of the client are
/// referred to by name. Ends the test with 99 when the entry can't be written.
void undo(const Client& api, const std::string& method, const std::string& path, const UndoOptions& options = {},
          const char* file = __builtin_FILE(), int line = __builtin_LINE());
/// A program and its arguments, run without a shell in the working directory of the test; done when it exits with 0,
/// ended after 30 s. Its environment is the agent's: that of ctest and of the test that needed the agent first.
void undo_command(const std::vector<std::string>& argv, const char* file = __builtin_FILE(),
                  int line = __builtin_LINE());
/// Ends a process: SIGTERM, after 2 s SIGKILL. A later process of the same pid is left alone.
void undo_process(int pid, const char* file = __builtin_FILE(), int line = __builtin_LINE());

/// A function that takes something back, by name; API_UNDO in test.hpp makes one.
class UndoHandler {
 public:
  UndoHandler(const char* name, void (*function)(const Json& arguments));
  [[nodiscard]] const char* name() const { return name_; }

 private:
  const char* name_;
};
/// Calls the handler in a new process of this executable, with the environment of undo_command(). `arguments` are
/// written to disk: no secrets in them.
void undo(const UndoHandler& handler, const Json& arguments = {}, const char* file = __builtin_FILE(),
          int line = __builtin_LINE());

/// A POST whose answer says what it has made, and so how to take it back:
///
///   const Response order = create(api, "/purchase_orders", object({{"user_id", user}}))
///                              .undo_at("/purchase_orders/{/id}")
///                              .marked("/reference")
///                              .found_at("/purchase_orders?reference={marker}")
///                              .send();
///
/// The intent is on disk before the request is sent. The agent sends it and never cancels it: what it made is taken
/// back also when this test is killed meanwhile. Nothing is logged for a 4xx.
class Creation {
 public:
  Creation(Client api, std::string path, Body body, const char* file, int line);
  /// The path to DELETE; {/pointer} stands for a member of the answer. Default: the Location header.
  Creation& undo_at(std::string path);
  /// Puts a unique marker into the body at this pointer, or, without a leading slash, into the header of this name.
  Creation& marked(std::string where);
  /// The path that finds the object by its marker, {marker}, when nobody has seen the answer; undo_at() must say where
  /// it is then. Only an object with the marker in one of its members is deleted. Without found_at(), or when it finds
  /// more than one, the creation is listed as in doubt.
  Creation& found_at(std::string path);
  /// How the undo is judged; {/pointer} in `read_back` stands for a member of the answer.
  Creation& options(UndoOptions options);
  /// Answers besides 4xx that mean that nothing was made: a rule() as text. After any other 5xx that is in doubt.
  Creation& nothing_made(std::string rule_text);
  [[nodiscard]] Response send();

 private:
  [[nodiscard]] std::string said(const char* member, const std::string& argument) const;

  Client api_;
  std::string path_;
  Body body_;
  const char* file_;
  int line_;
  std::string undo_at_, marker_, found_at_, nothing_made_;
  UndoOptions options_;
  std::vector<Header> headers_;
};
[[nodiscard]] Creation create(const Client& api, std::string path, Body body = {}, const char* file = __builtin_FILE(),
                              int line = __builtin_LINE());

// --- fixture templates, services -------------------------------------------------------------------------------------

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
