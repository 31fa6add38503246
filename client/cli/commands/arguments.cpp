#include "client/cli/commands/arguments.h"

#include <array>
#include <filesystem>

#include "client/cli/words/span_input.h"
#include "client/cli/words/text.h"
#include "client/core/ledger/plans.h"
#include "client/core/outside/limits.h"
#include "client/core/outside/utf8.h"
#include "client/core/shown/shown.h"
#include "client/host/zone_file.h"
#include "rules/errors.h"
#include "rules/limits.h"

namespace holdfast::client::cli {
namespace {

// How long a check-in stays open unless the therapist says so: the first of these that ends
// before the next one opens.
constexpr std::array<std::uint32_t, 3> kWindows = {limits::kWindowMinutes, 44 * 60, 20 * 60};

absl::StatusOr<Rhythm> CheckedRhythm(ZoneSource& zones, const RhythmDraft& draft,
                                     std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(Rhythm rhythm, PlanOf(&zones, now_ms, draft));
  rhythm.number = 1;
  HOLDFAST_RETURN_IF_ERROR(CheckDecision(rhythm, now_ms));
  return rhythm;
}

}  // namespace

CLI::Validator Decimal() {
  const auto check = [](std::string& text) -> std::string {
    const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
    if (digits && (text.size() == 1 || text[0] != '0')) return "";
    return "must be a whole number, with no zero before it";
  };
  return {check, ""};
}

CLI::Validator Who() {
  const auto check = [](std::string& text) -> std::string {
    if (Trimmed(text).empty()) {
      return "must say whom you mean, by a label or an id";
    }
    if (!IsUtf8(text)) return "is not UTF-8 text, and nobody is called so";
    if (text.size() <= limits::kLabelBytesMax) return "";
    return "is longer than any name, which have " + std::to_string(limits::kLabelBytesMax) +
           " bytes at most";
  };
  return {check, ""};
}

absl::Status CheckDecision(const decltype(Act::what)& what, std::uint64_t now_ms) {
  Act act;
  const Bytes id(ActId::size, '\1');  // of no act: what is checked is the decision
  HOLDFAST_ASSIGN_OR_RETURN(act.id, ActId::From(id, "act.id"));
  act.made_at_ms = now_ms;
  act.what = what;
  return CheckAct(act, now_ms);
}

absl::StatusOr<Rhythm> PlannedRhythm(RhythmDraft draft, std::uint64_t now_ms) {
  ZoneFolder zones(kZoneFolder);
  if (draft.window_minutes != 0) return CheckedRhythm(zones, draft, now_ms);
  absl::Status refused;
  for (const std::uint32_t minutes : kWindows) {
    draft.window_minutes = minutes;
    absl::StatusOr<Rhythm> planned = CheckedRhythm(zones, draft, now_ms);
    if (planned.ok() || !FieldOf(planned.status()).ends_with("window_minutes")) return planned;
    refused = planned.status();
  }
  return refused;
}

absl::StatusOr<Availability> PlannedHours(const AvailabilityDraft& draft, std::uint64_t now_ms) {
  ZoneFolder zones(kZoneFolder);
  HOLDFAST_ASSIGN_OR_RETURN(Availability hours, PlanOf(&zones, now_ms, draft));
  hours.number = 1;
  HOLDFAST_RETURN_IF_ERROR(CheckDecision(hours, now_ms));
  return hours;
}

absl::Status CheckDaysAway(const std::vector<std::string>& typed, LocalMs now) {
  for (const std::string& days : typed) {
    const absl::Status here = ParseAway(days, now).status();
    const bool elsewhere =
        ParseAway(days, now - limits::kDayMs).ok() || ParseAway(days, now + limits::kDayMs).ok();
    if (!here.ok() && !elsewhere) return here;
  }
  return absl::OkStatus();
}

absl::Status CheckCanBeWritten(const std::string& path, std::string_view field) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (path == "-") return absl::OkStatus();
  if (path.empty() || fs::is_directory(path, error)) {
    return Refuse(Reason::kUsage, field, "must name a file to write to");
  }
  const fs::path folder = fs::absolute(path, error).parent_path();
  if (error || fs::is_directory(folder, error)) return absl::OkStatus();
  return Refuse(Reason::kUsage, field,
                "names a file in " + PrintableLine(folder.string()) + ", which is no folder");
}

}  // namespace holdfast::client::cli
