// SPDX-License-Identifier: MIT
// The folder of a run: plain files that a person can read, and that nobody else can.
#pragma once

#include <apitest/http.hpp>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "redact.hpp"

namespace apitest::agent {

/// A file that is only ever appended to, mode 0600.
class LineFile {
 public:
  explicit LineFile(const std::string& path);
  ~LineFile();
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;
  /// Writes the line and its end in one call. A full disk is reported once, by the result.
  bool append(std::string line);

 private:
  int fd_;
};

class RunFolder {
 public:
  explicit RunFolder(std::string path);

  /// Hides the value in all that is written from now on.
  void add_secret(const std::string& value) { redactor_.add(value); }
  [[nodiscard]] std::string redacted(std::string_view text) const { return redactor_(text); }

  void log(const std::string& text);
  /// One line of evidence, to records/<kind>.jsonl.
  void record(const std::string& kind, nlohmann::json line);
  void record_exchange(const std::string& test, const Response& response);
  /// run.json: what this run is and how it stands. An empty result is success, else why not.
  std::string write_state(const nlohmann::json& state) const;
  /// fixtures/<name>.json, as a whole or not at all. An empty result is success, else why not.
  [[nodiscard]] std::string write_document(const std::string& fixture, const nlohmann::json& document) const;
  void remove_document(const std::string& fixture) const;
  [[nodiscard]] std::string service_log(const std::string& fixture) const;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  void append_record(const std::string& kind, nlohmann::json line);

  std::string path_;
  internal::Redactor redactor_;
  std::map<std::string, std::unique_ptr<LineFile>> records_;
  std::unique_ptr<LineFile> log_;
};

/// undo/log.jsonl of a run.
[[nodiscard]] std::string undo_log_in(const std::string& run_dir);

/// All of the text, or false and errno.
[[nodiscard]] bool write_all(int fd, std::string_view text);

/// Readers see the old content or the new one, never a part. An empty result is success, else why not.
[[nodiscard]] std::string replace_file(const std::string& path, const std::string& text);

/// Now, as RFC 3339 in UTC with milliseconds.
[[nodiscard]] std::string timestamp();

/// Whether the text can be a file's name of ours: letters, digits and underscores.
[[nodiscard]] bool is_identifier(std::string_view text);

}  // namespace apitest::agent
