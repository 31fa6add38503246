#include "client/core/message/ruptures.h"

#include <algorithm>

#include "client/core/message/queue.h"
#include "client/core/outside/limits.h"
#include "client/core/people/bonds.h"
#include "client/core/shown/content.h"
#include "client/core/vault/alarms.h"
#include "client/core/vault/names.h"

namespace holdfast::client {
namespace {

v1::RuptureMark MarkOf(const EnvelopeId& message, const vault::Rupture& record) {
  v1::RuptureMark mark;
  mark.set_envelope_id(message.str());
  mark.set_turn(record.turn());
  mark.set_closed(record.closed());
  mark.set_text(record.text());
  return mark;
}

// The next turn of a mark; nullopt where it is already so.
absl::StatusOr<std::optional<vault::Rupture>> NextTurn(const std::optional<vault::Rupture>& before,
                                                       bool closed, const std::string& text,
                                                       std::uint64_t now_ms) {
  const bool open = before && !before->closed();
  if (closed && !open) {
    return Refuse(Reason::kUsage, "id",
                  "is not marked as having landed badly, so there is nothing to close");
  }
  if (open && !closed && (text.empty() || text == before->text())) {
    return std::optional<vault::Rupture>();
  }
  vault::Rupture next = before.value_or(vault::Rupture());
  next.set_turn(next.turn() + 1);
  next.set_closed(closed);
  if (!closed) next.set_text(text);
  if (!open) next.set_marked_ms(now_ms);
  next.set_closed_ms(closed ? now_ms : 0);
  return std::optional<vault::Rupture>(std::move(next));
}

// Whether a mark that came holds over the one that is here. Two devices of the client may have
// marked at once: the open one holds, then that with the words that come later byte by byte, so
// that everybody shows the same in whatever order they come.
bool Holds(const v1::RuptureMark& mark, const vault::Rupture& here) {
  if (mark.turn() != here.turn()) return mark.turn() > here.turn();
  if (mark.closed() != here.closed()) return here.closed();
  return mark.text() > here.text();
}

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

}  // namespace

absl::StatusOr<bool> WriteRupture(Context context, Ledgers& ledgers, VaultChange& change,
                                  const EnvelopeId& message, bool closed, const std::string& text) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto own, RegisteredDevice(change));
  if (own->role != crypto::Role::kClient) {
    return Refuse(Reason::kUsage, "", "only the client marks a message, and only they close it");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto marked, change.Find(names::Message(message)));
  if (!marked || !IsForPeople(static_cast<Kind>(marked->kind()))) {
    return Refuse(Reason::kUnknownEnvelope, "id", "there is no such message");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto before, change.Find(names::Rupture(message)));
  HOLDFAST_ASSIGN_OR_RETURN(auto record, NextTurn(before, closed, text, context.Now()));
  if (!record) return false;
  HOLDFAST_ASSIGN_OR_RETURN(const BondId bond, BondId::From(marked->bond(), "vault.message"));
  HOLDFAST_ASSIGN_OR_RETURN(const auto bond_record, ReadBond(change, bond));
  HOLDFAST_RETURN_IF_ERROR(ledgers.CheckNotEnded(change, bond));
  HOLDFAST_RETURN_IF_ERROR(CheckMayWrite(change, bond_record));
  record->set_bond(marked->bond());
  v1::Control control;
  *control.mutable_rupture() = MarkOf(message, *record);
  HOLDFAST_ASSIGN_OR_RETURN(const Bytes content, SerializeControl(std::move(control)));
  HOLDFAST_RETURN_IF_ERROR(QueueControl(context, change, bond, content));
  change.Put(names::Rupture(message), *record);
  return true;
}

absl::Status TakeRupture(VaultChange& change, vault::Bond& bond, const BondParties& parties,
                         const Header& header, const v1::RuptureMark& mark, std::uint64_t now_ms) {
  if (header.sender_account != parties.client) {
    return RaiseAlarm(change, now_ms, Reason::kIntegrity, parties.bond,
                      AlarmKind::kMarkNotOfClient);
  }
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
  if (!record || record->closed()) next.set_marked_ms(header.sent_at_ms);
  next.set_bond(parties.bond.str());
  next.set_turn(mark.turn());
  next.set_closed(mark.closed());
  next.set_text(mark.text());
  next.set_closed_ms(mark.closed() ? header.sent_at_ms : 0);
  change.Put(names::Rupture(message), next);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<RuptureView>> OpenRuptures(const VaultReader& reader) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto all, AllRuptures(reader));
  std::vector<RuptureView> open;
  for (const auto& [message, view] : all) {
    if (view.closed) continue;
    HOLDFAST_ASSIGN_OR_RETURN(const bool is_here, reader.Has(names::Message(message)));
    if (is_here) open.push_back(view);
  }
  std::ranges::stable_sort(open, std::less<>(), &RuptureView::marked_at_ms);
  return open;
}

absl::StatusOr<std::map<BondId, std::uint64_t>> MarksOnMissing(const VaultReader& reader) {
  std::map<BondId, std::uint64_t> counts;
  HOLDFAST_ASSIGN_OR_RETURN(const auto bonds, AllBonds(reader));
  for (const vault::Bond& bond : bonds) {
    if (bond.marks_not_kept().empty()) continue;
    HOLDFAST_ASSIGN_OR_RETURN(const BondId id, BondId::From(bond.id(), "vault.bond"));
    counts[id] = static_cast<std::uint64_t>(bond.marks_not_kept_size());
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto all, AllRuptures(reader));
  for (const auto& [message, view] : all) {
    if (view.closed) continue;
    HOLDFAST_ASSIGN_OR_RETURN(const bool is_here, reader.Has(names::Message(message)));
    if (!is_here) ++counts[view.bond];
  }
  return counts;
}

absl::StatusOr<std::map<EnvelopeId, RuptureView>> AllRuptures(const VaultReader& reader) {
  std::map<EnvelopeId, RuptureView> all;
  HOLDFAST_RETURN_IF_ERROR(
      reader.Scan(names::kRuptures, [&](BytesView key, const vault::Rupture& record) {
        RuptureView view;
        view.message = EnvelopeId::From(key, "vault.rupture").value_or(EnvelopeId());
        view.bond = BondId::From(record.bond(), "vault.rupture").value_or(BondId());
        view.closed = record.closed();
        view.text = record.text();
        view.marked_at_ms = record.marked_ms();
        view.closed_at_ms = record.closed_ms();
        all.emplace(view.message, std::move(view));
        return true;
      }));
  return all;
}

}  // namespace holdfast::client
