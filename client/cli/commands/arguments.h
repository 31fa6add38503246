// What was typed, as far as it can be told before the vault is opened: nobody types a passphrase
// for what is refused anyway.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "client/core/shown/drafts.h"
#include "rules/act.h"

namespace holdfast::client::cli {

// For numbers: digits, with no zero before them, which CLI11 would read as octal.
CLI::Validator Decimal();
// For --bond: somebody can be called so, or have an id that begins so.
CLI::Validator Who();

// What could be decided now, whoever decides it and whatever was agreed: a pause that ends in
// time, hours, a rhythm, a time to move a reply to. As the rules refuse it.
absl::Status CheckDecision(const decltype(Act::what)& what, std::uint64_t now_ms);

// What these become, with a window that fits where none was given; as the rules refuse it.
absl::StatusOr<Rhythm> PlannedRhythm(RhythmDraft draft, std::uint64_t now_ms);
absl::StatusOr<Availability> PlannedHours(const AvailabilityDraft& draft, std::uint64_t now_ms);

// Days away, wherever on earth they are counted: refused where they can be understood nowhere.
absl::Status CheckDaysAway(const std::vector<std::string>& typed, LocalMs now);

// That there can be such a file; "-" is standard output. usage naming `field`.
absl::Status CheckCanBeWritten(const std::string& path, std::string_view field);

}  // namespace holdfast::client::cli
