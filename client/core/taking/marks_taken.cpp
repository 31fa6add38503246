#include "client/core/taking/marks_taken.h"

#include <algorithm>

#include "client/core/message/ruptures.h"
#include "client/core/outside/limits.h"
#include "client/core/vault/alarms.h"
#include "client/core/vault/names.h"

namespace holdfast::client {
namespace {

// Counted or not counted, whatever came before.
void CountMarkNotKept(vault::Bond& bond, const std::string& message, bool counted) {
  auto& ids = *bond.mutable_marks_not_kept();
  const auto known = std::ranges::find(ids, message);
  if (!counted && known != ids.end()) ids.erase(known);
  const bool has_room = static_cast<std::size_t>(ids.size()) < limits::kMarksNotKeptMax;
  if (counted && known == ids.end() && has_room) *ids.Add() = message;
}

// Whether a mark on a message that is not here is kept until that comes. One that is not is
// counted while it is open.
absl::StatusOr<bool> HasRoomForMark(const VaultReader& reader, vault::Bond& bond,
                                    const v1::RuptureMark& mark) {
  if (mark.closed()) {
    CountMarkNotKept(bond, mark.envelope_id(), false);
    return false;
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto all, AllRuptures(reader));
  std::size_t waiting = 0;
  for (const auto& [message, view] : all) {
    if (view.bond.view() != bond.id() || view.closed) continue;
    HOLDFAST_ASSIGN_OR_RETURN(const bool is_here, reader.Has(names::Message(message)));
    if (!is_here) ++waiting;
  }
  if (waiting < limits::kMarksOnMissingMax) return true;
  CountMarkNotKept(bond, mark.envelope_id(), true);
  return false;
}

// Whether a mark that came holds over the one that is here. Two devices of the client may have
// marked at once: the open one holds, then that with the words that come later byte by byte, so
// that everybody shows the same in whatever order they come.
bool Holds(const v1::RuptureMark& mark, const vault::Rupture& here) {
  if (mark.turn() != here.turn()) return mark.turn() > here.turn();
  if (mark.closed() != here.closed()) return here.closed();
  return mark.text() > here.text();
}

absl::Status TakeRupture(VaultChange& change, vault::Bond& bond, const BondParties& parties,
                         const Header& header, const v1::RuptureMark& mark) {
  HOLDFAST_ASSIGN_OR_RETURN(const EnvelopeId message,
                            EnvelopeId::From(mark.envelope_id(), "rupture.envelope_id"));
  HOLDFAST_ASSIGN_OR_RETURN(const auto marked, change.Find(names::Message(message)));
  if (marked && marked->bond() != parties.bond.view()) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(auto record, change.Find(names::Rupture(message)));
  if (record && record->bond() != parties.bond.view()) return absl::OkStatus();
  if (record && !Holds(mark, *record)) return absl::OkStatus();
  if (!marked && !record) {
    HOLDFAST_ASSIGN_OR_RETURN(const bool is_kept, HasRoomForMark(change, bond, mark));
    if (!is_kept) return absl::OkStatus();
  }
  // From here on it is kept, also where its message has come since it was counted.
  CountMarkNotKept(bond, mark.envelope_id(), false);
  vault::Rupture next = record.value_or(vault::Rupture());
  const std::uint64_t sealed_ms = header.sent_at_ms;
  const std::uint64_t at_ms = mark.at_ms() > 0 ? std::min(mark.at_ms(), sealed_ms) : sealed_ms;
  if (!record || record->closed()) next.set_marked_ms(at_ms);
  next.set_untold(false);
  next.set_bond(parties.bond.str());
  next.set_turn(mark.turn());
  next.set_closed(mark.closed());
  next.set_text(mark.text());
  // The words of a mark go with what it is on.
  HOLDFAST_ASSIGN_OR_RETURN(const auto state, change.Find(names::KnownState(message)));
  if ((marked && marked->erased_ms() != 0) || (state && state->erased_ms() != 0)) next.clear_text();
  next.set_closed_ms(mark.closed() ? at_ms : 0);
  change.Put(names::Rupture(message), next);
  return absl::OkStatus();
}

}  // namespace

absl::Status TakeRuptures(VaultChange& change, vault::Bond& bond, const BondParties& parties,
                          const Header& header, const v1::Content& content, std::uint64_t now_ms) {
  const bool has_own = content.control().has_rupture();  // of version 0.1.0
  if (!has_own && content.marks().empty()) return absl::OkStatus();
  if (header.sender_account != parties.client) {
    return RaiseAlarm(change, now_ms, Reason::kIntegrity, parties.bond,
                      AlarmKind::kMarkNotOfClient);
  }
  if (has_own) return TakeRupture(change, bond, parties, header, content.control().rupture());
  for (const v1::RuptureMark& mark : content.marks()) {
    HOLDFAST_RETURN_IF_ERROR(TakeRupture(change, bond, parties, header, mark));
  }
  return absl::OkStatus();
}

}  // namespace holdfast::client
