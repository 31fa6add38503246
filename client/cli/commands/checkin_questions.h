// The check-in form at the terminal. Everything can be left out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "client/cli/commands/composing.h"
#include "client/core/shown/checkin_form.h"

namespace holdfast::client::cli {

// The number, from 1 on, of the choice that is meant: by its number, by one of its names, or by a
// beginning that no other has; in any case.
std::optional<std::int64_t> ChoiceMeant(std::string_view answer,
                                        const std::vector<std::vector<std::string>>& choices);

// "reply", "witness", "none", "session"; NEED_UNSPECIFIED for anything else.
v1::Need NeedNamed(std::string_view name);

// What --answers holds: an object that maps items to a number, a choice or null.
// malformed_field naming "answers" or "answers.<item>".
absl::StatusOr<FormInput> ParseAnswers(const std::string& json);

// Asks item by item, then for words of one's own and for the need, as far as `note` and
// `need` are not given. Words that a draft holds already stay above `note`.
std::unique_ptr<Writer> CheckInWriter(const Form& form, std::optional<std::string> note,
                                      v1::Need need);

}  // namespace holdfast::client::cli
