// next: what waits for this person, one after the other, with one passphrase.
#include <algorithm>
#include <iostream>
#include <memory>
#include <tuple>

#include "client/cli/commands/moving.h"
#include "client/cli/commands/reading.h"
#include "client/cli/commands/replying.h"
#include "client/cli/commands/ruptures.h"
#include "client/cli/terminal/input.h"
#include "client/cli/words/date_input.h"
#include "client/cli/words/json.h"
#include "client/cli/words/own_clock.h"
#include "client/cli/words/pasted_text.h"
#include "client/cli/words/rendering.h"
#include "client/cli/words/summary_words.h"
#include "client/cli/words/text.h"
#include "client/cli/words/witness_words.h"
#include "client/core/reading/overview.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

// Answers that make no sense before it stops.
constexpr int kNextTriesMax = 3;

struct NextOptions {
  bool offline = false;
};

// In the order in which they are shown.
enum class Why : std::uint8_t { kNotSafe, kMarked, kLate, kOwed, kAsked, kUnread };

struct NextItem {
  Why why = Why::kUnread;
  std::uint64_t time_ms = 0;  // the earliest first
  EnvelopeId id;
};

bool IsBefore(const NextItem& one, const NextItem& other) {
  return std::tie(one.why, one.time_ms) < std::tie(other.why, other.time_ms);
}

// What a therapist owes in one bond.
void AddOwed(std::vector<NextItem>& waiting, const BondOverview& bond) {
  for (const ShownRupture& rupture : bond.ruptures) {
    waiting.push_back({Why::kMarked, rupture.mark.marked_at_ms, rupture.mark.message});
  }
  for (const PromiseView& promise : bond.standing.promises) {
    const bool late = promise.overdue || promise.line.state == PromiseState::kMissed;
    waiting.push_back({late ? Why::kLate : Why::kOwed, promise.line.due_at_ms, promise.envelope});
  }
  for (const MessageView& message : bond.asked) {
    waiting.push_back({Why::kAsked, message.sent_at_ms, message.id});
  }
}

// What of one's own has not gone out is said where nothing else waits.
absl::StatusOr<Summary> OwnSummary(Engine& engine) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto bonds, engine.BondsByNeed());
  HOLDFAST_ASSIGN_OR_RETURN(const KeptHere kept, KeptHereOf(engine));
  return SummaryOf(bonds, engine.identity().role, kept);
}

// Each message once.
absl::StatusOr<std::vector<NextItem>> WhatWaits(Engine& engine) {
  std::vector<NextItem> waiting;
  HOLDFAST_ASSIGN_OR_RETURN(const auto bonds, engine.BondsByNeed());
  for (const BondOverview& bond : bonds) {
    const bool owes = bond.bond.own_role == crypto::Role::kTherapist && !bond.standing.ended;
    for (const MessageView& message : bond.not_safe) {
      waiting.push_back({Why::kNotSafe, message.sent_at_ms, message.id});
    }
    if (owes) AddOwed(waiting, bond);
  }
  MessageQuery unread;
  unread.unread_only = true;
  unread.newest_max = 0;
  HOLDFAST_ASSIGN_OR_RETURN(const auto messages, engine.Messages(unread));
  for (const MessageView& message : messages) {
    waiting.push_back({Why::kUnread, message.sent_at_ms, message.id});
  }
  std::stable_sort(waiting.begin(), waiting.end(), IsBefore);
  std::vector<NextItem> once;
  for (const NextItem& one : waiting) {
    const bool known = std::any_of(once.begin(), once.end(),
                                   [&](const NextItem& other) { return other.id == one.id; });
    if (!known) once.push_back(one);
  }
  return once;
}

enum class Then : std::uint8_t { kGoesOn, kReplies, kMoves, kHasSeen, kWitnesses, kStops };

// What else than going on and stopping there is: with --offline nothing, for a reply and a move
// are told to the practice.
struct Steps {
  bool replies = false;
  bool moves = false;
  bool says_seen = false;  // that somebody may not be safe
  bool witnesses = false;
};

std::string WhatNext(Steps steps, bool has_more) {
  std::string text = steps.replies ? "r replies" : "";
  if (steps.moves) text += ", m moves the reply";
  if (steps.says_seen)
    text += (text.empty() ? "s" : ", s") + std::string(" says that you have seen it");
  if (steps.witnesses) {
    text += (text.empty() ? "w" : ", w") + std::string(" says that you read it and were here");
  }
  if (!text.empty()) text += "; ";
  return text + (has_more ? "Enter goes on to the next, q stops: " : "Enter ends here: ");
}

// "one of the letters r, m and q".
std::string LettersOf(Steps steps) {
  std::string letters = steps.replies ? "r" : "";
  if (steps.moves) letters += letters.empty() ? "m" : ", m";
  if (steps.says_seen) letters += letters.empty() ? "s" : ", s";
  if (steps.witnesses) letters += letters.empty() ? "w" : ", w";
  return letters.empty() ? "the letter q" : "one of the letters " + letters + " and q";
}

// Without the vault, so that other commands can use it meanwhile.
absl::StatusOr<Then> AskWhatNext(Device& device, Steps steps, bool has_more) {
  for (int i = 0; i < kNextTriesMax; ++i) {
    absl::StatusOr<std::string> answer = std::string();
    HOLDFAST_RETURN_IF_ERROR(
        device.WithoutVault([&] { answer = AskLine(WhatNext(steps, has_more)); }));
    if (!answer.ok()) return Then::kStops;  // the terminal is gone, or Ctrl-D
    const std::string word = PlainWords(*answer);
    if (word.empty()) return Then::kGoesOn;
    if (word == "r" && steps.replies) return Then::kReplies;
    if (word == "m" && steps.moves) return Then::kMoves;
    if (word == "s" && steps.says_seen) return Then::kHasSeen;
    if (word == "w" && steps.witnesses) return Then::kWitnesses;
    if (word == "q") return Then::kStops;
    std::cerr << Fitted("Enter alone, or " + LettersOf(steps) + "; Ctrl-D stops.", PromptColumns())
              << "\n";
  }
  return Then::kStops;
}

// To a time that is asked for; the client is told.
absl::Status MoveReply(Context& context, Device& device, const MessageView& message) {
  absl::StatusOr<std::string> answer = std::string();
  HOLDFAST_RETURN_IF_ERROR(
      device.WithoutVault([&] { answer = AskLine("When will the reply come, e.g. fri 17:00? "); }));
  HOLDFAST_RETURN_IF_ERROR(answer.status());
  HOLDFAST_ASSIGN_OR_RETURN(const std::uint64_t due_ms,
                            ParseInstant(Trimmed(*answer), "TIME", device.now_ms()));
  return DecideAndSay(context, device, MoveOfReply(device, message, due_ms, false));
}

absl::StatusOr<MessageView> ShowWaiting(const Context& context, Device& device,
                                        const NextItem& waiting, const std::string& place) {
  HOLDFAST_ASSIGN_OR_RETURN(const MessageView message, device.engine().Message(waiting.id.hex()));
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
  context.out.Say(place + "\n" + Whole(words, message, OutputColumns()));
  if (message.mine && message.rupture && !message.rupture->text.empty()) {
    context.out.Say(words.Subject(message.bond) + " says about it:\n" +
                    Quoted(message.rupture->text, "      ", OutputColumns()));
  }
  if (!message.mine && message.unread) {
    HOLDFAST_RETURN_IF_ERROR(device.engine().MarkOpened(message.id));
  }
  return message;
}

// Told with the sync at the end; an ended bond takes no word more, which stops nobody here.
absl::Status SayWitnessedHere(const Context& context, Device& device, const MessageView& message) {
  const absl::Status said = device.engine().MarkWitnessed(message.id);
  if (ReasonOf(said) == Reason::kBondEnded) {
    context.out.Fail(said);
    return absl::OkStatus();
  }
  HOLDFAST_RETURN_IF_ERROR(said);
  HOLDFAST_ASSIGN_OR_RETURN(const MessageView now, device.engine().Message(message.id.hex()));
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
  context.out.Say(SaidWitnessed(words, now, false, true));
  return absl::OkStatus();
}

absl::Status Walk(Context& context, Device& device, bool offline,
                  const std::vector<NextItem>& waiting) {
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    const std::string place = std::to_string(i + 1) + " of " + std::to_string(waiting.size());
    const auto message = ShowWaiting(context, device, waiting[i], place);
    if (!message.ok() && ReasonOf(message.status()) == Reason::kUnknownEnvelope) continue;
    HOLDFAST_RETURN_IF_ERROR(message.status());
    HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
    const Steps steps{!offline, !offline && waiting[i].why == Why::kOwed, message->must_be_seen(),
                      !offline && CanWitness(words, *message)};
    HOLDFAST_ASSIGN_OR_RETURN(const Then then, AskWhatNext(device, steps, i + 1 < waiting.size()));
    if (then == Then::kStops) return absl::OkStatus();
    if (then == Then::kGoesOn) continue;
    if (then == Then::kHasSeen || then == Then::kWitnesses) {
      HOLDFAST_RETURN_IF_ERROR(then == Then::kHasSeen
                                   ? device.engine().MarkSeen(message->id)
                                   : SayWitnessedHere(context, device, *message));
      continue;
    }
    const absl::Status sent = then == Then::kMoves
                                  ? MoveReply(context, device, *message)
                                  : ReplyTo(context, device, *message, std::nullopt);
    if (!device.is_open()) return sent;
    if (sent.ok()) continue;
    context.out.Fail(sent);
    --i;  // it is asked about again
  }
  return absl::OkStatus();
}

// For whom nothing can be asked: the first one, which it does not open.
absl::StatusOr<Reading> LookAtFirst(Device& device) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto waiting, WhatWaits(device.engine()));
  Reading reading;
  HOLDFAST_ASSIGN_OR_RETURN(const Summary summary, OwnSummary(device.engine()));
  const Json own = {{"unsent", summary.unsent}, {"drafts", summary.drafts}};
  reading.document = {{"next", nullptr}, {"left", 0}};
  reading.document.update(own);
  if (waiting.empty()) reading.Add(NothingInWords(summary));
  if (waiting.empty()) return reading;
  HOLDFAST_ASSIGN_OR_RETURN(const MessageView message,
                            device.engine().Message(waiting.front().id.hex()));
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
  reading.pieces.push_back(Whole(words, message, OutputColumns()));
  reading.document = {{"next", MessageJson(message)}, {"left", waiting.size() - 1}};
  reading.document.update(own);
  return reading;
}

// Without waiting long where something is here already.
absl::StatusOr<std::vector<NextItem>> WhatWaitsNow(const Context& context, Device& device,
                                                   bool offline, absl::Status& sync) {
  if (offline) {
    device.AskNobody();
    return WhatWaits(device.engine());
  }
  device.BeginSync();
  const bool soon = device.SyncEnds(kSoonMs);
  if (!soon) {
    HOLDFAST_ASSIGN_OR_RETURN(auto here, WhatWaits(device.engine()));
    context.out.Aside("The practice has not answered yet. " + WhatIsHere(device));
    if (!here.empty()) return here;
    context.out.Aside(kTrying);
  }
  sync = device.SyncEnd(soon ? 0 : kBriefSyncMs - kSoonMs);
  if (IsAway(sync)) {
    context.out.Aside("The practice cannot be reached just now." +
                      (soon ? " " + WhatIsHere(device) : std::string()));
  }
  return WhatWaits(device.engine());
}

absl::Status RunNext(Context& context, const NextOptions& options) {
  return WithDevice(context, [&](Device& device) -> absl::Status {
    if (!AsksPeople(context)) {
      return ShowReading(context, device, options.offline,
                         [&](Asking, const absl::Status&) { return LookAtFirst(device); });
    }
    absl::Status told;
    HOLDFAST_ASSIGN_OR_RETURN(const auto waiting,
                              WhatWaitsNow(context, device, options.offline, told));
    if (waiting.empty()) {
      HOLDFAST_ASSIGN_OR_RETURN(const Summary summary, OwnSummary(device.engine()));
      context.out.Say(NothingInWords(summary));
    }
    HOLDFAST_RETURN_IF_ERROR(Walk(context, device, options.offline, waiting));
    // What was opened is told at once.
    if (!waiting.empty() && !options.offline) told = device.Sync(kBriefSyncMs).status();
    return IsAway(told) ? absl::OkStatus() : told;
  });
}

}  // namespace

Command NextCommand(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("next", "What waits for you, one after the other: read, reply, go on");
  command->footer(
      "First whoever says that they may not be safe, then what landed badly, then replies that are "
      "late, those that are due, whoever asks for "
      "one, and what you have not opened. With --json, or without a terminal, it shows the first "
      "and opens nothing.");
  const auto options = std::make_shared<NextOptions>();
  AddOffline(*command, options->offline);
  return {command, [options](Context& context) { return RunNext(context, *options); }};
}

}  // namespace holdfast::client::cli
