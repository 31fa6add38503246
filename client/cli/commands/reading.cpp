#include "client/cli/commands/reading.h"

#include <algorithm>

#include "client/cli/terminal/input.h"
#include "client/cli/words/json.h"
#include "client/cli/words/text.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

void SayPieces(const Output& out, const Reading& reading) {
  for (const std::string& piece : reading.pieces) out.Say(piece);
}

std::string PracticeOf(Device& device) {
  return "The practice at " + device.engine().identity().address;
}

// Of `reading`, what `other` does not say, or not so.
std::vector<std::string> PiecesNotIn(const Reading& other, const Reading& reading) {
  std::vector<std::string> said;
  for (const std::string& piece : other.pieces) said.push_back(Trimmed(piece));
  std::vector<std::string> pieces;
  for (std::size_t i = 0; i < reading.pieces.size(); ++i) {
    if (reading.of_practice == i) continue;
    const bool known = std::ranges::find(said, Trimmed(reading.pieces[i])) != said.end();
    if (!known) pieces.push_back(reading.pieces[i]);
  }
  return pieces;
}

// What comes behind `before`. Where that does not hold any more, all of it: nobody is left to find
// out which of the lines above is over.
void ShowChange(Context& context, Device& device, const Reading& before, const Reading& now,
                const absl::Status& sync) {
  const bool is_over = !PiecesNotIn(now, before).empty();
  const auto news = is_over ? now.pieces : PiecesNotIn(before, now);
  std::string aside = sync.ok() ? PracticeOf(device) + " has answered" : "";
  if (is_over) {
    aside += aside.empty() ? "Other than above:" : ". Other than above:";
  } else if (sync.ok()) {
    aside += news.empty() ? ", and there is nothing new." : ". New:";
  }
  if (!aside.empty()) context.out.Aside(aside);
  for (const std::string& piece : news) context.out.Say(piece);
}

absl::Status FinishReading(Context& context, Reading reading, bool offline,
                           const absl::Status& sync) {
  Json document = WithSync(std::move(reading.document), sync);
  if (offline) document["synced"] = false;
  context.out.Document(std::move(document));
  return IsAway(sync) ? absl::OkStatus() : sync;
}

// Without an answer yet: what is here first, and then what the practice adds.
absl::Status ShowMeanwhile(Context& context, Device& device, const Look& look) {
  const absl::StatusOr<Reading> before = look(Asking::kStill, absl::OkStatus());
  if (before.ok()) SayPieces(context.out, *before);
  if (before.ok()) context.out.Aside(WhatIsHere(device));
  context.out.Aside(kTrying);
  const absl::Status sync = device.SyncEnd(kBriefSyncMs - kSoonMs);
  HOLDFAST_ASSIGN_OR_RETURN(Reading now, look(Asking::kEnded, sync));
  if (before.ok()) {
    ShowChange(context, device, *before, now, sync);
  } else {
    SayPieces(context.out, now);
  }
  if (IsAway(sync)) {
    context.out.Aside(PracticeOf(device) + " did not answer; this is what this device knows.");
  }
  return FinishReading(context, std::move(now), false, sync);
}

}  // namespace

void Reading::Add(std::string piece) {
  if (piece.ends_with('\n')) piece.pop_back();
  pieces.push_back(std::move(piece));
}

absl::Status ShowReading(Context& context, Device& device, bool offline, const Look& look,
                         Meanwhile meanwhile) {
  if (device.reads_only()) offline = true;
  const bool shows_meanwhile =
      meanwhile == Meanwhile::kShows && !offline && !context.out.as_json() && OutputIsTerminal();
  absl::Status sync;
  if (offline) {
    device.AskNobody();
  } else if (shows_meanwhile) {
    device.BeginSync();
    if (!device.SyncEnds(kSoonMs)) return ShowMeanwhile(context, device, look);
    sync = device.SyncEnd(0);
  } else {
    sync = device.Sync(kBriefSyncMs).status();
  }
  HOLDFAST_ASSIGN_OR_RETURN(Reading reading, look(offline ? Asking::kNot : Asking::kEnded, sync));
  if (IsAway(sync) && !reading.of_practice) {
    context.out.Aside(PracticeOf(device) + " cannot be reached just now. " + WhatIsHere(device));
  }
  SayPieces(context.out, reading);
  return FinishReading(context, std::move(reading), offline, sync);
}

void AddOffline(CLI::App& command, bool& offline) {
  command.add_flag("--offline", offline, "Only what this device has; asks nobody");
}

absl::Status CheckOffline(bool offline, bool shows) {
  if (!offline || shows) return absl::OkStatus();
  return Refuse(Reason::kUsage, "--offline",
                "goes with what is shown; what is decided or written is kept on this device "
                "whether or not the practice is there");
}

absl::StatusOr<KeptHere> KeptHereOf(Engine& engine) {
  KeptHere kept;
  HOLDFAST_ASSIGN_OR_RETURN(kept.queued, engine.Queued());
  HOLDFAST_ASSIGN_OR_RETURN(const auto drafts, engine.Drafts());
  kept.drafts = drafts.size();
  return kept;
}

std::string WhatIsHere(Device& device) {
  std::uint64_t newest_ms = 0;
  const auto bonds = device.engine().Bonds();
  const auto words = device.words();
  for (const BondView& bond : bonds.value_or(std::vector<BondView>())) {
    newest_ms = std::max(newest_ms, bond.last_heard_ms);
  }
  const bool knows = newest_ms != 0 && words.ok();
  return "This is what has reached this device" +
         (knows ? "; the newest came " + words->Time(newest_ms) + "." : std::string("."));
}

}  // namespace holdfast::client::cli
