// A check-in at the terminal: a form, words of one's own, and what should come of it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "client/cli/commands/composing.h"
#include "client/cli/commands/form_questions.h"
#include "client/forms/answers.h"
#include "holdfast/v1/content.pb.h"

namespace holdfast::client::cli {

inline constexpr std::size_t kAnswersJsonBytesMax = std::size_t{64} * 1024;

// "reply", "witness", "none", "session"; NEED_UNSPECIFIED for anything else.
v1::Need NeedNamed(std::string_view name);

// What --answers holds: an object that maps questions to a number, a choice, text or null.
// malformed_field naming "answers" or "answers.<item>".
absl::StatusOr<forms::GivenAnswers> ParseAnswers(const std::string& json);

struct CheckInAsked {
  forms::FormRef form;
  std::vector<forms::FormRef> known;  // a draft may have been begun with another one
  FormAsked how;
  std::string first;  // said before the first question; may be empty
};

// Asks item by item, then for words of one's own and for the need, as far as `note` and
// `need` are not given. Words that a draft holds already stay above `note`. A draft goes on with
// the form that it was begun with.
std::unique_ptr<Writer> CheckInWriter(CheckInAsked asked, std::optional<std::string> note,
                                      v1::Need need);

}  // namespace holdfast::client::cli
