// Names for programs of what the engine found: the kind of an alarm, the check of an
// examination.
#pragma once

#include <span>
#include <string_view>

#include "client/core/shown/alarm.h"
#include "client/core/shown/finding.h"

namespace holdfast::client::cli {

// In the order of the enumerations, in lower case with hyphens.
std::span<const std::string_view> AlarmKindNames();
std::span<const std::string_view> FindingKindNames();

std::string_view NameOf(AlarmKind kind);    // "clocks-differ", ...; "unknown" for a newer one
std::string_view NameOf(FindingKind kind);  // "vault-whole", ...

}  // namespace holdfast::client::cli
