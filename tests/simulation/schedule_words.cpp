#include "simulation/schedule_words.h"

#include "simulation/trace.h"

namespace holdfast::simulation {
namespace {

std::string Words(const Availability& what) {
  return "working hours " + std::to_string(what.number) + " in " + what.zone.name +
         ", a reply within " + std::to_string(what.reply_within_minutes / 60) + " hours of work, " +
         std::to_string(what.away.size()) + " times away";
}
std::string Words(const Rhythm& what) {
  return "a rhythm is proposed: " + what.rule + " in " + what.zone.name;
}
std::string Words(const AcceptRhythm&) { return "the rhythm is accepted"; }
std::string Words(const EndRhythm&) { return "the rhythm is ended"; }
std::string Words(const Reschedule& what) {
  return "a promise is moved to " + TimeInWords(what.due_at_ms);
}
std::string Words(const Pause& what) { return "a pause until " + TimeInWords(what.until_ms); }
std::string Words(const Resume&) { return "the pause ends early"; }
std::string Words(const Withdraw&) { return "a note is withdrawn"; }
std::string Words(const EndBond&) { return "the bond ends"; }

std::string Words(const LedgerEntry& entry, const Act* act) {
  switch (entry.kind) {
    case LedgerKind::kAct:
      return act == nullptr ? "an act"
                            : std::visit([](const auto& what) { return Words(what); }, act->what);
    case LedgerKind::kSlotOpened:
      return "a slot opens, until " + TimeInWords(entry.until_ms);
    case LedgerKind::kSlotFilled:
      return "a check-in fills the slot";
    case LedgerKind::kSlotClosedEmpty:
      return "the slot closes with nothing in it";
    case LedgerKind::kSlotSkipped:
      return "a slot is skipped within the pause";
    case LedgerKind::kPromiseMade:
      return "a reply is promised until " + TimeInWords(entry.until_ms);
    case LedgerKind::kPromiseKept:
      return "a promise is kept";
    case LedgerKind::kPromiseMissed:
      return "a promise is missed, due " + TimeInWords(entry.until_ms);
    case LedgerKind::kPromiseRepaired:
      return "a missed promise is repaired";
    case LedgerKind::kReleased:
      return "a note is released";
    case LedgerKind::kRestored:
      return "the practice restored a backup";
  }
  return "something";
}

}  // namespace

std::string InWords(const LedgerEntry& entry, const Act* act, const std::string& client) {
  return client + ": " + Words(entry, act);
}

}  // namespace holdfast::simulation
