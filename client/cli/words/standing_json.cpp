#include "client/cli/words/standing_json.h"

#include <array>

#include "client/cli/words/times.h"
#include "client/cli/words/words.h"

namespace holdfast::client::cli {
namespace {

std::string_view PromiseStateName(PromiseState state) {
  static constexpr std::array<std::string_view, 4> kNames = {"open", "kept", "missed", "repaired"};
  return kNames.at(static_cast<std::size_t>(state));
}

std::string_view SlotStateName(SlotState state) {
  static constexpr std::array<std::string_view, 4> kNames = {"open", "filled", "closed-empty",
                                                             "skipped"};
  return kNames.at(static_cast<std::size_t>(state));
}

Json SlotJson(const Slot& slot) {
  return {{"id", slot.id.hex()},
          {"opens_at", TimeJson(slot.opens_at_ms)},
          {"closes_at", TimeJson(slot.closes_at_ms)}};
}

Json SlotLineJson(const std::optional<SlotLine>& line) {
  if (!line) return nullptr;
  Json json = SlotJson(line->slot);
  json["state"] = SlotStateName(line->state);
  return json;
}

Json ActViewJson(const ActView& act) {
  return {{"id", act.id.hex()},
          {"kind", ActKindName(act.kind)},
          {"made_at", TimeJson(act.made_at_ms)},
          {"refusal", TextJson(RefusalOf(act))},
          {"refusal_reason", ReasonJson(act.refusal_reason)}};
}

bool IsOfSlot(LedgerKind kind) {
  return kind >= LedgerKind::kSlotOpened && kind <= LedgerKind::kSlotSkipped;
}

bool IsOfMessage(LedgerKind kind) {
  return kind >= LedgerKind::kPromiseMade && kind <= LedgerKind::kReleased;
}

}  // namespace

std::string_view LedgerKindName(LedgerKind kind) {
  static constexpr std::array<std::string_view, 11> kNames = {
      "act",          "slot-opened",  "slot-filled",    "slot-closed-empty", "slot-skipped",
      "promise-made", "promise-kept", "promise-missed", "promise-repaired",  "released",
      "restored"};
  return kNames.at(static_cast<std::size_t>(kind) - 1);
}

std::string_view ActKindName(ActKind kind) {
  static constexpr std::array<std::string_view, 9> kNames = {
      "availability", "propose-rhythm", "accept-rhythm", "end-rhythm", "reschedule",
      "pause",        "resume",         "withdraw",      "end-bond"};
  return kNames.at(static_cast<std::size_t>(kind) - 1);
}

Json AvailabilityJson(const Availability& availability) {
  Json hours = Json::array(), away = Json::array();
  for (const WorkingHours& one : availability.hours) {
    hours.push_back({{"weekday", one.weekday},
                     {"from_minute", one.from_minute},
                     {"until_minute", one.until_minute}});
  }
  for (const Away& one : availability.away) {
    away.push_back({{"from", TimeJson(one.from_ms)}, {"until", TimeJson(one.until_ms)}});
  }
  return {{"number", availability.number},
          {"zone", availability.zone.name},
          {"reply_within_minutes", availability.reply_within_minutes},
          {"remind_before_minutes", availability.remind_before_minutes},
          {"hours", hours},
          {"away", away}};
}

Json RhythmJson(const Rhythm& rhythm) {
  return {{"number", rhythm.number},
          {"zone", rhythm.zone.name},
          {"first_local", TextJson(rhythm.first == 0 ? "" : Rfc3339(rhythm.first).substr(0, 16))},
          {"rule", rhythm.rule},
          {"window_minutes", rhythm.window_minutes},
          {"reminders", rhythm.reminders}};
}

Json PromiseJson(const PromiseView& promise) {
  // Under both names: scripts move a reply by the first.
  return {{"envelope", promise.envelope.hex()},
          {"message", promise.envelope.hex()},
          {"bond", promise.bond.hex()},
          {"state", PromiseStateName(promise.line.state)},
          {"due_at", TimeJson(promise.line.due_at_ms)},
          {"first_due_at", TimeJson(promise.line.first_due_at_ms)},
          {"made_at", TimeJson(promise.line.made_at_ms)},
          {"missed_at", TimeJson(promise.line.missed_at_ms)},
          {"overdue", promise.overdue || promise.line.state == PromiseState::kMissed},
          {"lost", promise.lost}};
}

Json StandingJson(const StandingView& standing) {
  Json promises = Json::array(), waiting = Json::array();
  for (const PromiseView& promise : standing.promises) promises.push_back(PromiseJson(promise));
  for (const ActView& act : standing.waiting) waiting.push_back(ActViewJson(act));
  return {{"bond", standing.bond.hex()},
          {"ended", standing.ended},
          {"paused_until", TimeJson(standing.paused_until_ms.value_or(0))},
          {"pause_holds_ahead", standing.pause_holds_ahead},
          {"availability",
           standing.availability ? AvailabilityJson(*standing.availability) : Json(nullptr)},
          {"rhythm", standing.rhythm ? RhythmJson(*standing.rhythm) : Json(nullptr)},
          {"proposal", standing.proposal ? RhythmJson(*standing.proposal) : Json(nullptr)},
          {"open_slot", SlotLineJson(standing.open_slot)},
          {"next_slot", standing.next_slot ? SlotJson(*standing.next_slot) : Json(nullptr)},
          {"empty_slot", SlotLineJson(standing.empty_slot)},
          {"promises", promises},
          {"waiting", waiting},
          {"ledger", {{"entries", standing.entries}, {"head", IdJson(standing.head)}}},
          {"doubted", standing.doubted}};
}

Json LedgerLineJson(const LedgerLine& line) {
  const LedgerEntry& entry = line.entry;
  const Json subject = IdJson(entry.subject);
  Json act;
  if (line.act) act = {{"id", line.act->id.hex()}, {"kind", ActKindName(line.act->kind())}};
  return {{"number", entry.number},
          {"bond", entry.bond.hex()},
          {"kind", LedgerKindName(entry.kind)},
          {"at", TimeJson(entry.at_ms)},
          {"act", act},
          {"slot", IsOfSlot(entry.kind) ? subject : Json(nullptr)},
          {"message", IsOfMessage(entry.kind) ? subject : Json(nullptr)},
          {"fulfilled_by", IdJson(entry.by)},
          {"from", TimeJson(entry.from_ms)},
          {"until", TimeJson(entry.until_ms)},
          {"reference", entry.reference == 0 ? Json(nullptr) : Json(entry.reference)},
          {"hash", line.hash.hex()}};
}

Json ReminderJson(const ReminderView& reminder) {
  return {{"bond", reminder.bond.hex()},
          {"slot", IdJson(reminder.slot)},
          {"message", IdJson(reminder.envelope)},
          {"at", TimeJson(reminder.at_ms)},
          {"due_at", TimeJson(reminder.due_at_ms)}};
}

}  // namespace holdfast::client::cli
