// ahead: a note that is sealed now and comes later.
#include <algorithm>
#include <charconv>
#include <memory>

#include "client/cli/commands/arguments.h"
#include "client/cli/commands/deciding.h"
#include "client/cli/commands/outgoing.h"
#include "client/cli/commands/reading.h"
#include "client/cli/terminal/input.h"
#include "client/cli/words/ahead_words.h"
#include "client/cli/words/draft_words.h"
#include "client/cli/words/json.h"
#include "client/cli/words/rendering.h"
#include "client/cli/words/schedule_input.h"
#include "client/cli/words/text.h"
#include "client/cli/words/times.h"
#include "client/core/ahead/ahead_checking.h"
#include "client/host/system_world.h"
#include "holdfast/v1/content.pb.h"
#include "rules/errors.h"

namespace holdfast::client::cli {
namespace {

struct AheadOptions {
  CLI::App* list = nullptr;
  CLI::App* release = nullptr;
  CLI::App* rewrite = nullptr;
  CLI::App* withdraw = nullptr;
  CLI::Option* missed = nullptr;
  std::string at;
  bool when_opens = false;
  bool when_empty = false;
  std::string promise;
  std::string opening;
  std::string bond;
  std::string id;
  std::optional<std::string> text;
  bool yes = false;
  bool offline = false;
};

absl::Status CheckAheadOptions(const AheadOptions& options) {
  const int conditions = (options.at.empty() ? 0 : 1) + (options.when_opens ? 1 : 0) +
                         (options.when_empty ? 1 : 0) + (options.missed->count() > 0 ? 1 : 0);
  if (conditions != 1) {
    return Refuse(Reason::kUsage, "--at",
                  "or --when-opens, --when-empty or --if-missed says when it is to come; give one "
                  "of them");
  }
  const bool for_slot = options.when_opens || options.when_empty;
  if (!options.opening.empty() && !for_slot) {
    return Refuse(Reason::kUsage, "--opening", "goes with --when-opens or --when-empty");
  }
  if (!options.promise.empty()) HOLDFAST_RETURN_IF_ERROR(CheckMessagePrefix(options.promise));
  if (!options.at.empty()) {
    const std::uint64_t now_ms = SystemClock().WallMs();
    HOLDFAST_ASSIGN_OR_RETURN(const std::uint64_t at_ms, ParseInstant(options.at, "--at", now_ms));
    HOLDFAST_RETURN_IF_ERROR(AsTyped(CheckReleaseTime(at_ms, now_ms)));
  }
  if (options.opening.empty() || NumberIn(options.opening) > 0U) return absl::OkStatus();
  if (NumberIn(options.opening)) {
    return Refuse(Reason::kUsage, "--opening", "counts from 1, the next one");
  }
  return ParseDay(options.opening, "--opening", OwnNow()).status();
}

// The check-ins that it may be for, the next one first. One that is open now can still
// close empty.
absl::StatusOr<std::vector<Slot>> SlotsToChooseFrom(Engine& engine, const BondId& bond,
                                                    bool when_empty) {
  HOLDFAST_ASSIGN_OR_RETURN(std::vector<Slot> slots, engine.Openings(bond));
  HOLDFAST_ASSIGN_OR_RETURN(const StandingView standing, engine.Standing(bond));
  const bool open_too = when_empty && standing.open_slot;
  if (open_too) slots.insert(slots.begin(), standing.open_slot->slot);
  if (!slots.empty()) return slots;
  return Refuse(Reason::kUsage, when_empty ? "--when-empty" : "--when-opens",
                "needs a rhythm with check-ins to come; \"holdfast rhythm\" shows what is agreed. "
                "--at TIME needs none");
}

absl::StatusOr<SlotId> ChosenSlot(const std::vector<Slot>& slots, const std::string& wanted) {
  if (wanted.empty()) return slots.front().id;
  std::size_t number = 0;
  const char* end = wanted.data() + wanted.size();
  const auto [rest, error] = std::from_chars(wanted.data(), end, number);
  if (error == std::errc() && rest == end) {
    if (number >= 1 && number <= slots.size()) return slots[number - 1].id;
    return Refuse(Reason::kUsage, "--opening",
                  "counts from 1, the next one, to " + std::to_string(slots.size()));
  }
  HOLDFAST_ASSIGN_OR_RETURN(const LocalMs day, ParseDay(wanted, "--opening", OwnNow()));
  const std::string wanted_day = LocalDay(FromOwnClock(day), slots.front().opens_at_ms);
  for (const Slot& slot : slots) {
    if (LocalDay(slot.opens_at_ms, slots.front().opens_at_ms) == wanted_day) return slot.id;
  }
  return Refuse(Reason::kUsage, "--opening",
                "names a day on which no check-in opens; \"holdfast status\" shows the next one");
}

absl::StatusOr<Draft> AheadDraftOf(Device& device, const BondView& bond,
                                   const AheadOptions& options) {
  Draft draft;
  draft.bond = bond.id;
  draft.kind = Kind::kNote;
  if (!options.at.empty()) {
    draft.release.when = ReleaseWhen::kAtTime;
    HOLDFAST_ASSIGN_OR_RETURN(draft.release.at_ms,
                              ParseInstant(options.at, "--at", device.now_ms()));
    return draft;
  }
  if (options.missed->count() > 0) {
    draft.release.when = ReleaseWhen::kPromiseMissed;
    if (options.promise.empty()) return draft;
    HOLDFAST_ASSIGN_OR_RETURN(const MessageView message, device.engine().Message(options.promise));
    draft.reply_to = message.id;
    return draft;
  }
  draft.release.when = options.when_opens ? ReleaseWhen::kSlotOpens : ReleaseWhen::kSlotClosesEmpty;
  HOLDFAST_ASSIGN_OR_RETURN(const auto slots,
                            SlotsToChooseFrom(device.engine(), bond.id, options.when_empty));
  HOLDFAST_ASSIGN_OR_RETURN(draft.release.slot, ChosenSlot(slots, options.opening));
  return draft;
}

// Shown whole and asked about first; what is written at the terminal is so by the writing.
absl::Status SealGiven(Context& context, Device& device, Draft draft, const std::string& text,
                       const AheadOptions& options) {
  SetText(draft, text);
  HOLDFAST_RETURN_IF_ERROR(
      device.engine().Rehearse([&](Engine& engine) { return engine.Write(draft).status(); }));
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
  const std::string preview = Preview(words, draft, context.out.as_json() ? 0 : PromptColumns());
  HOLDFAST_ASSIGN_OR_RETURN(const bool asked,
                            AskToSign(context, device, preview, options.yes, "Seal it now? y/n: "));
  return SendNow(context, device, draft, asked ? "" : preview);
}

absl::Status WriteAhead(Context& context, const AheadOptions& options) {
  HOLDFAST_RETURN_IF_ERROR(CheckAheadOptions(options));
  HOLDFAST_ASSIGN_OR_RETURN(const auto text, WordsToSend(context, options.text));
  return WithDevice(context, [&](Device& device) -> absl::Status {
    std::string whom = options.bond;
    if (whom.empty() && !options.promise.empty()) {
      // Whose message it is decides.
      HOLDFAST_ASSIGN_OR_RETURN(const MessageView message,
                                device.engine().Message(options.promise));
      whom = message.bond.hex();
    }
    HOLDFAST_ASSIGN_OR_RETURN(const BondView bond, device.Bond(whom));
    device.Sync(kBriefSyncMs).IgnoreError();  // sending it says what is wrong
    HOLDFAST_ASSIGN_OR_RETURN(Draft draft, AheadDraftOf(device, bond, options));
    if (text) return AsTyped(SealGiven(context, device, std::move(draft), *text, options));
    return AsTyped(SendText(context, device, std::move(draft), text));
  });
}

// Written here, and neither withdrawn nor released, but what waits for a decision.
absl::StatusOr<std::vector<MessageView>> Notes(Device& device, const AheadOptions& options) {
  MessageQuery query;
  query.newest_max = 0;
  if (!options.bond.empty()) {
    HOLDFAST_ASSIGN_OR_RETURN(const BondView bond, device.Bond(options.bond));
    query.bond = bond.id;
  }
  HOLDFAST_ASSIGN_OR_RETURN(std::vector<MessageView> messages, device.engine().Messages(query));
  std::erase_if(messages, [](const MessageView& message) {
    if (!message.mine || !message.ahead || message.ahead->taken_back) return true;
    return (message.ahead->outlook == AheadOutlook::kReleased && !message.ahead->hold) ||
           message.ahead->outlook == AheadOutlook::kWithdrawn;
  });
  std::ranges::stable_sort(messages, std::less<>(), &MessageView::sent_at_ms);
  return messages;
}

absl::Status ListAhead(Context& context, const AheadOptions& options) {
  return WithDevice(context, [&](Device& device) {
    const auto look = [&](Asking, const absl::Status&) -> absl::StatusOr<Reading> {
      HOLDFAST_ASSIGN_OR_RETURN(const auto notes, Notes(device, options));
      HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
      Reading reading;
      Json documents = Json::array();
      for (const MessageView& note : notes) {
        const std::string coming =
            note.ahead->is_soon && !note.ahead->hold ? ComingInWords(words, {note}) : std::string();
        reading.pieces.push_back(Excerpt(words, note, OutputColumns()) + coming);
        documents.push_back(MessageJson(note));
      }
      if (notes.empty()) reading.Add("Nothing that you wrote ahead on this device waits.");
      HOLDFAST_ASSIGN_OR_RETURN(const auto devices, device.engine().Devices());
      if (devices.size() > 1) {
        reading.Add("What was written ahead on another device of yours is listed there alone.");
      }
      reading.document = {{"notes", std::move(documents)}};
      return reading;
    };
    return ShowReading(context, device, options.offline, look);
  });
}

// Why the practice did not take the withdrawal; empty where it did, or was not asked.
absl::StatusOr<std::string> RefusedWithdrawal(Engine& engine, const BondId& bond) {
  HOLDFAST_ASSIGN_OR_RETURN(const StandingView standing, engine.Standing(bond));
  std::string refusal;
  for (const ActView& act : standing.waiting) {
    if (act.kind == ActKind::kWithdraw && !act.refusal.empty()) refusal = RefusalOf(act);
  }
  HOLDFAST_RETURN_IF_ERROR(engine.ForgetRefused());
  return refusal;
}

absl::Status LetAheadGo(Context& context, const AheadOptions& options) {
  HOLDFAST_RETURN_IF_ERROR(CheckMessagePrefix(options.id));
  return WithDevice(context, [&](Device& device) -> absl::Status {
    Engine& engine = device.engine();
    HOLDFAST_ASSIGN_OR_RETURN(const MessageView before, engine.Message(options.id));
    HOLDFAST_RETURN_IF_ERROR(
        engine.Rehearse([&](Engine& rehearsing) { return rehearsing.LetGo(before.id); }));
    HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
    const std::string shown =
        "You let go, as it is:\n" +
        Trimmed(Excerpt(words, before, context.out.as_json() ? 0 : PromptColumns()));
    HOLDFAST_ASSIGN_OR_RETURN(const bool asked,
                              AskToSign(context, device, shown, options.yes, "Let it go? y/n: "));
    HOLDFAST_RETURN_IF_ERROR(engine.LetGo(before.id));
    if (!asked) context.out.Say(shown);
    const HeldSignals held;  // it is safe already: a signal only ends the wait
    const absl::Status sync = device.Sync(kBriefSyncMs).status();
    HOLDFAST_ASSIGN_OR_RETURN(const MessageView note, engine.Message(before.id.hex()));
    context.has_acted = sync.ok();
    context.out.Document(WithSync({{"message", MessageJson(note)}, {"signed", shown}}, sync));
    context.out.Say(AheadLetGo(words, note, sync.ok()));
    EndIfSignalled(context);
    return IsAway(sync) ? absl::OkStatus() : sync;
  });
}

// The old one is taken back when the new one is written, and not before.
absl::Status RewriteAhead(Context& context, const AheadOptions& options) {
  HOLDFAST_RETURN_IF_ERROR(CheckMessagePrefix(options.id));
  HOLDFAST_ASSIGN_OR_RETURN(const auto text, WordsToSend(context, options.text));
  return WithDevice(context, [&](Device& device) -> absl::Status {
    HOLDFAST_ASSIGN_OR_RETURN(const MessageView known, device.engine().Message(options.id));
    device.Sync(kBriefSyncMs).IgnoreError();  // sending it says what is wrong
    HOLDFAST_ASSIGN_OR_RETURN(const MessageView old, device.engine().Message(known.id.hex()));
    Draft draft;
    draft.bond = old.bond;
    draft.kind = Kind::kNote;
    draft.replaces = old.id;
    if (old.ahead && old.ahead->outlook != AheadOutlook::kReleased) {
      draft.release = old.ahead->release;
      draft.reply_to = old.ahead->promise;
    }
    if (text && draft.release.when != ReleaseWhen::kNow) {
      return SealGiven(context, device, std::move(draft), *text, options);
    }
    return SendText(context, device, std::move(draft), text, TextOf(old));
  });
}

absl::StatusOr<std::string> WhatIsTakenBack(Device& device, const MessageView& note,
                                            std::size_t columns) {
  HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
  return "You take back:\n" + Trimmed(Excerpt(words, note, columns));
}

absl::Status WithdrawAhead(Context& context, const AheadOptions& options) {
  HOLDFAST_RETURN_IF_ERROR(CheckMessagePrefix(options.id));
  return WithDevice(context, [&](Device& device) -> absl::Status {
    HOLDFAST_ASSIGN_OR_RETURN(const MessageView before, device.engine().Message(options.id));
    HOLDFAST_RETURN_IF_ERROR(
        device.engine().Rehearse([&](Engine& engine) { return engine.Withdraw(before.id); }));
    HOLDFAST_ASSIGN_OR_RETURN(
        const std::string shown,
        WhatIsTakenBack(device, before, context.out.as_json() ? 0 : PromptColumns()));
    HOLDFAST_ASSIGN_OR_RETURN(const bool asked, AskToSign(context, device, shown, options.yes));
    Engine& engine = device.engine();
    HOLDFAST_RETURN_IF_ERROR(engine.Withdraw(before.id));
    if (!asked) context.out.Say(shown);
    const HeldSignals held;  // it is safe already: a signal only ends the wait
    const absl::Status sync = device.Sync(kBriefSyncMs).status();
    HOLDFAST_ASSIGN_OR_RETURN(const MessageView note, engine.Message(before.id.hex()));
    HOLDFAST_ASSIGN_OR_RETURN(const Words words, device.words());
    HOLDFAST_ASSIGN_OR_RETURN(const std::string refusal, RefusedWithdrawal(engine, note.bond));
    context.has_acted = sync.ok();
    context.out.Document(WithSync({{"message", MessageJson(note)}, {"signed", shown}}, sync));
    if (!refusal.empty()) {
      return Refuse(Reason::kActSuperseded, "", "it was not withdrawn: " + refusal);
    }
    context.out.Say(AheadWithdrawn(words, note));
    EndIfSignalled(context);
    return IsAway(sync) ? absl::OkStatus() : sync;
  });
}

void AddWriting(CLI::App& command, AheadOptions& options) {
  command
      .add_option("--at", options.at,
                  "Comes at this time, e.g. \"2026-03-05 17:00\", \"fri 18:00\", "
                  "\"in 2 weeks 9:00\"")
      ->type_name("TIME");
  command.add_flag("--when-opens", options.when_opens, "Comes when the next check-in opens");
  command.add_flag("--when-empty", options.when_empty,
                   "Comes if the next check-in (one that is open now counts) closes with nothing "
                   "in it");
  options.missed = command
                       .add_option("--if-missed", options.promise,
                                   "Comes if a reply of yours is late: the one to the message ID, "
                                   "or else the next. For therapists")
                       ->expected(0, 1)
                       ->type_name("[ID]");
  command
      .add_option("--opening", options.opening,
                  "Another check-in than the next: the day on which it opens, or 2 for the one "
                  "after the next")
      ->type_name("DAY|N");
  command.add_option("--text", options.text, "The note. " + std::string(kWhoSeesText))
      ->type_name("TEXT");
}

}  // namespace

Command AheadCommand(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("ahead", "Write a note now that comes later; see and withdraw them");
  const auto options = std::make_shared<AheadOptions>();
  command->require_subcommand(0, 1);
  command->fallthrough();
  AddWriting(*command, *options);
  command->add_flag("--yes", options->yes, std::string(kYesHelp));
  AddOffline(*command, options->offline);
  command->add_option("--bond", options->bond, "To whom, where there are several: a label or an id")
      ->check(Who())
      ->type_name("WHO");
  options->list = command->add_subcommand("list", "What you wrote ahead and what it waits for");
  options->release =
      command->add_subcommand("release", "Let one go as it is, whatever holds it or would");
  options->rewrite = command->add_subcommand("rewrite", "Take one back and write it anew");
  options->withdraw = command->add_subcommand(
      "withdraw", "Take one back before it comes, or while it is held and unread");
  for (CLI::App* const one : {options->release, options->rewrite, options->withdraw}) {
    one->add_option("ID", options->id, "The note; the first 4 digits of its id or more")
        ->required();
  }
  command->footer(
      "The note is sealed at once; the practice keeps it and cannot read it. Whoever gets it sees\n"
      "when it was written. Without --text your editor opens ($VISUAL or $EDITOR); where none is\n"
      "set you write here, and without a terminal the note is read from standard input.\n\n"
      "The evening before it goes, \"status\", \"watch\" and \"ahead list\" say so; it goes unless "
      "you\n"
      "rewrite or withdraw it. A therapist's note is held, and your client told nothing, while\n"
      "something is marked as having landed badly, a promised reply is late, or they said that "
      "they\n"
      "are not safe and have no word from you since: then you decide (release, rewrite, "
      "withdraw).\n"
      "One that was written for a late reply is not held by that.\n\n" +
      std::string(kNoEmergencyService));
  return {command, [options](Context& context) {
            HOLDFAST_RETURN_IF_ERROR(CheckOffline(options->offline, options->list->parsed()));
            if (options->list->parsed()) return ListAhead(context, *options);
            if (options->release->parsed()) return LetAheadGo(context, *options);
            if (options->rewrite->parsed()) return RewriteAhead(context, *options);
            return options->withdraw->parsed() ? WithdrawAhead(context, *options)
                                               : WriteAhead(context, *options);
          }};
}

}  // namespace holdfast::client::cli
