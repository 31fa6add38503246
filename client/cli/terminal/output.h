// What a command says. Standard output carries the result, for people or, with
// --json, one document; standard error carries what is beside it, and failures.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "client/cli/words/json_fwd.h"

namespace holdfast::client::cli {

class Output {
 public:
  explicit Output(bool as_json) : as_json_(as_json) {}
  bool as_json() const { return as_json_; }

  // For people alone; nothing with --json. A line feed is added.
  void Say(std::string_view text) const;
  // The same beside the result, on standard error.
  void Aside(std::string_view text) const;
  // The result for programs, on one line; nothing without --json.
  void Document(const Json& document) const;
  // On standard error for both: words, or a document of its own.
  void Warn(std::string_view text, const Json& document) const;
  void Fail(const absl::Status& status) const;

 private:
  const bool as_json_;
};

}  // namespace holdfast::client::cli
