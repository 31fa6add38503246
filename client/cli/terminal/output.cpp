#include "client/cli/terminal/output.h"

#include <iostream>
#include <string>

#include "client/cli/words/json.h"
#include "client/cli/words/words.h"

namespace holdfast::client::cli {

void Output::Say(std::string_view text) const {
  if (!as_json_) std::cout << text << std::endl;
}

void Output::Aside(std::string_view text) const {
  if (!as_json_) std::cerr << text << std::endl;
}

void Output::Document(const Json& document) const {
  if (as_json_) std::cout << Dump(document) << std::endl;
}

void Output::Warn(std::string_view text, const Json& document) const {
  if (as_json_) {
    std::cerr << Dump(document) << std::endl;
  } else {
    std::cerr << text << std::endl;
  }
}

void Output::Fail(const absl::Status& status) const {
  Warn("holdfast: " + FailureInWords(status), {{"error", ErrorJson(status)}});
}

}  // namespace holdfast::client::cli
