// SPDX-License-Identifier: MIT
// Secrets by name: what is written elsewhere refers to the documents, which alone hold the values.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "run_folder.hpp"

namespace apitest::agent {

class Secrets {
 public:
  /// Reads back the documents that an earlier agent of this run, or of a dead one, has left.
  explicit Secrets(RunFolder& folder);

  /// A secret that stands in no document yet; hidden from now on.
  void add(const std::string& value);
  /// The secrets of a document that has been written.
  void add_document(const std::string& fixture, const nlohmann::json& document);

  /// Copies the secrets of a document that is about to be removed, for undos that could not be carried out. Throws
  /// std::runtime_error when that can't be done.
  void keep_document(const std::string& fixture);

  /// A copy of an undo action in which names stand for known secrets and for credentials, or nothing where it is only
  /// shown. Those that stand in no document are written to one, fixtures/_kept.json. Throws std::runtime_error when
  /// that can't be done.
  [[nodiscard]] nlohmann::json sealed(nlohmann::json action);
  /// The action with the values in place again; a name that is not known stays.
  [[nodiscard]] nlohmann::json opened(nlohmann::json action) const;
  [[nodiscard]] std::string redacted(const std::string& text) const { return folder_.redacted(text); }

 private:
  void add_credentials(const nlohmann::json& request);
  void add_credentials_of_address(const std::string& url);
  [[nodiscard]] std::string sealed_text(std::string text);
  void keep_used();
  void name_secret(const std::string& value, const std::string& name);

  RunFolder& folder_;
  std::map<std::string, std::string> names_;   // value: name
  std::map<std::string, std::string> values_;  // name: value
  std::map<std::string, std::string> kept_;    // name: value, in _kept.json
  bool is_kept_changed_ = false;
};

}  // namespace apitest::agent
