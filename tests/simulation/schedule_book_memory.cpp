// What the book remembers of every life of the store, and what it says of the
// present one.
#include "server/core/records/keys.h"
#include "simulation/schedule_book.h"

namespace holdfast::simulation {

void ScheduleBook::Remember(const LedgerEntry& entry, const Act* act) {
  const auto subject = SubjectAs<EnvelopeId>(entry.subject);
  switch (entry.kind) {
    case LedgerKind::kAct:
      if (act != nullptr && act->kind() == ActKind::kEndBond) ended_.insert(entry.bond);
      if (act != nullptr && act->kind() == ActKind::kWithdraw) {
        withdrawn_.insert(std::get<Withdraw>(act->what).envelope);
      }
      break;
    case LedgerKind::kPromiseMade:
      promised_.insert(subject);
      break;
    case LedgerKind::kPromiseKept:
      stood_.insert({subject, Standing::kKept});
      break;
    case LedgerKind::kPromiseMissed:
      stood_.insert({subject, Standing::kMissed});
      break;
    case LedgerKind::kPromiseRepaired:
      stood_.insert({subject, Standing::kRepaired});
      break;
    case LedgerKind::kReleased:
      released_.insert(subject);
      break;
    default:
      break;
  }
}

// A note that was withdrawn, or ended with its bond, leaves no text behind; every other
// one is whole.
void ScheduleBook::CheckBodies(const Rows& rows, const BondId& id, const Bond& bond) {
  for (const auto& [envelope, note] : bond.model.ahead()) {
    const bool is_there = rows.contains(server::keys::Body(id, note.position));
    if (is_there == (note.fate != AheadFate::kErased)) continue;
    return verdict_.Broken(is_there ? kOnTime : kStoredMeansStored,
                           is_there ? "the text of a note that was taken back is still there"
                                    : "the text of a note that was sealed ahead is gone");
  }
}

const ModelPromise* ScheduleBook::promise(const BondId& bond, const EnvelopeId& id) const {
  const auto found = bonds_.find(bond);
  if (found == bonds_.end()) return nullptr;
  const auto line = found->second.model.promises().find(id);
  return line == found->second.model.promises().end() ? nullptr : &line->second;
}

const ModelAhead* ScheduleBook::ahead(const BondId& bond, const EnvelopeId& id) const {
  const auto found = bonds_.find(bond);
  if (found == bonds_.end()) return nullptr;
  const auto note = found->second.model.ahead().find(id);
  return note == found->second.model.ahead().end() ? nullptr : &note->second;
}

}  // namespace holdfast::simulation
