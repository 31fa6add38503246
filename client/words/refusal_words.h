// A refusal in words: whoever reads it is told what it is about, and never a field's name.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "rules/errors.h"

namespace holdfast::client {

// "is not one of yours" of the field "bond" is "this bond is not one of yours"; what is a
// sentence already stays one. A field that a person typed (an option, a word in capitals) is
// named as it was typed. Begins as `words` do, and has no end.
std::string RefusalText(std::string_view field, std::string_view words);

// The same of a status that Refuse() made.
std::string RefusalText(const absl::Status& refusal);

// The same of one that was kept as Refuse() wrote it, "header.bond: the bond has ended", with its
// reason where that was kept too.
std::string KeptRefusalText(std::string_view kept, std::optional<Reason> reason);

}  // namespace holdfast::client
