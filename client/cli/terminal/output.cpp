#include "client/cli/terminal/output.h"

#include <algorithm>
#include <iostream>
#include <string>

#include "client/cli/terminal/input.h"
#include "client/cli/words/json.h"
#include "client/cli/words/text.h"
#include "client/cli/words/words.h"

namespace holdfast::client::cli {
namespace {

// Wider lines are hard to read.
constexpr std::size_t kReadableColumns = 88;

std::size_t Readable(std::size_t columns) { return std::min(columns, kReadableColumns); }

}  // namespace

void Output::Say(std::string_view text) const {
  if (!as_json_) std::cout << Fitted(text, Readable(OutputColumns())) << std::endl;
}

void Output::Draw(std::string_view picture) const {
  if (!as_json_) std::cout << picture << std::endl;
}

void Output::Aside(std::string_view text) const {
  if (!as_json_) std::cerr << Fitted(text, Readable(ErrorColumns())) << std::endl;
}

void Output::Document(Json document) { document_ = std::make_shared<Json>(std::move(document)); }

void Output::Notice(const Json& alarms) {
  if (alarms_ == nullptr) alarms_ = std::make_shared<Json>(Json::array());
  alarms_->insert(alarms_->end(), alarms.begin(), alarms.end());
}

void Output::Finish() {
  if (document_ == nullptr) return;
  (*document_)["alarms"] = alarms_ == nullptr ? Json::array() : *alarms_;
  Event(*document_);
  document_.reset();
}

void Output::Event(const Json& event) const {
  if (as_json_) std::cout << Dump(event) << std::endl;
}

void Output::Warn(std::string_view text, const Json& document) const {
  if (as_json_) {
    std::cerr << Dump(document) << std::endl;
  } else {
    std::cerr << Fitted(text, Readable(ErrorColumns())) << std::endl;
  }
}

void Output::Fail(const absl::Status& status) const {
  Warn("holdfast: " + FailureInWords(status), {{"error", ErrorJson(status)}});
}

}  // namespace holdfast::client::cli
