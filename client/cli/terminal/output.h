// What a command says. Standard output carries the result, for people or, with
// --json, one document; standard error carries what is beside it, and failures.
#pragma once

#include <memory>
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
  // The same as it is, however wide.
  void Draw(std::string_view picture) const;
  // Words beside the result, on standard error.
  void Aside(std::string_view text) const;
  // The result for programs; nothing without --json. It is kept until Finish() puts it on one
  // line, with all that was noticed on the way.
  void Document(Json document);
  // For "alarms" of the document.
  void Notice(const Json& alarms);
  // At the end, also before a signal ends the program.
  void Finish();
  // The same of a command that goes on: a line of its own, at once.
  void Event(const Json& event) const;
  // On standard error for both: words, or a document of its own.
  void Warn(std::string_view text, const Json& document) const;
  void Fail(const absl::Status& status) const;

 private:
  const bool as_json_;
  std::shared_ptr<Json> document_;  // none: nothing was said, or it has been written
  std::shared_ptr<Json> alarms_;
};

}  // namespace holdfast::client::cli
