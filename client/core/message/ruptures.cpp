#include "client/core/message/ruptures.h"

#include <algorithm>

#include "client/core/message/queue.h"
#include "client/core/outside/limits.h"
#include "client/core/people/bonds.h"
#include "client/core/shown/content.h"
#include "client/core/vault/names.h"
#include "rules/own_clock.h"
#include "rules/planted.h"

namespace holdfast::client {
namespace {

v1::RuptureMark MarkOf(const EnvelopeId& message, const vault::Rupture& record,
                       std::uint64_t now_ms) {
  v1::RuptureMark mark;
  mark.set_envelope_id(message.str());
  mark.set_turn(record.turn());
  mark.set_closed(record.closed());
  mark.set_text(record.text());
  const std::uint64_t at_ms = record.closed() ? record.closed_ms() : record.marked_ms();
  mark.set_at_ms(Corrected(at_ms, now_ms));
  return mark;
}

struct UntoldMark {
  EnvelopeId message;
  vault::Rupture record;
};

absl::StatusOr<std::vector<UntoldMark>> UntoldMarks(const VaultReader& reader, const BondId& bond) {
  std::vector<UntoldMark> untold;
  HOLDFAST_RETURN_IF_ERROR(reader.Scan(
      names::kRuptures, [&](BytesView key, const vault::Rupture& record) -> absl::Status {
        const bool goes = record.untold() || record.tell_again();
        if (!goes || record.bond() != bond.view()) return absl::OkStatus();
        HOLDFAST_ASSIGN_OR_RETURN(const auto id, EnvelopeId::From(key, "vault.rupture"));
        untold.push_back({id, record});
        return absl::OkStatus();
      }));
  std::ranges::stable_sort(untold, std::less<>(), [](const UntoldMark& mark) {
    return std::max(mark.record.marked_ms(), mark.record.closed_ms());
  });
  return untold;
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

}  // namespace

absl::Status WriteRupture(Context context, Ledgers& ledgers, VaultChange& change,
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
  if (!record) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const BondId bond, BondId::From(marked->bond(), "vault.message"));
  HOLDFAST_ASSIGN_OR_RETURN(const auto bond_record, ReadBond(change, bond));
  HOLDFAST_RETURN_IF_ERROR(ledgers.CheckNotEnded(change, bond));
  HOLDFAST_RETURN_IF_ERROR(CheckMayWrite(change, bond_record));
  record->set_bond(marked->bond());
  v1::Content content;
  content.mutable_control()->mutable_beacon();
  *content.add_marks() = MarkOf(message, *record, context.Now());
  HOLDFAST_RETURN_IF_ERROR(ValidateContent(content, Kind::kControl));
  record->set_untold(!HOLDFAST_PLANTED(kMarkInOwnEnvelope));
  if (HOLDFAST_PLANTED(kMarkInOwnEnvelope)) {
    v1::Control control;
    *control.mutable_rupture() = content.marks(0);
    HOLDFAST_ASSIGN_OR_RETURN(const Bytes own_content, SerializeControl(std::move(control)));
    HOLDFAST_RETURN_IF_ERROR(QueueControl(context, change, bond, own_content, true));
  }
  change.Put(names::Rupture(message), *record);
  return absl::OkStatus();
}

absl::Status NameMarks(VaultChange& change, const BondId& bond, Outgoing& outgoing,
                       std::uint64_t now_ms) {
  HOLDFAST_ASSIGN_OR_RETURN(auto untold, UntoldMarks(change, bond));
  if (untold.empty()) return absl::OkStatus();
  v1::Content content;
  if (!content.ParseFromString(outgoing.content)) {
    return Refuse(Reason::kVaultDamaged, "vault.outbox", "holds a damaged content");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const std::size_t without, SealedSignBytes(content));
  for (UntoldMark& mark : untold) {
    if (content.marks_size() == limits::kMarksPerSignMax) break;
    *content.add_marks() = MarkOf(mark.message, mark.record, now_ms);
    HOLDFAST_ASSIGN_OR_RETURN(const std::size_t with, SealedSignBytes(content));
    if (with != without) {
      content.mutable_marks()->RemoveLast();
      continue;
    }
    mark.record.set_untold(false);
    mark.record.set_tell_again(false);
    HOLDFAST_ASSIGN_OR_RETURN(const auto marked, change.Find(names::Message(mark.message)));
    if (marked && marked->erased_ms() != 0) mark.record.clear_text();
    change.Put(names::Rupture(mark.message), mark.record);
  }
  HOLDFAST_ASSIGN_OR_RETURN(outgoing.content, SerializeSign(content));
  return absl::OkStatus();
}

absl::Status TellMarksAgain(VaultChange& change, const v1::Content& told) {
  for (const v1::RuptureMark& mark : told.marks()) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto message,
                              EnvelopeId::From(mark.envelope_id(), "vault.sent"));
    HOLDFAST_ASSIGN_OR_RETURN(auto record, change.Find(names::Rupture(message)));
    if (!record || record->turn() != mark.turn()) continue;
    record->set_untold(true);
    change.Put(names::Rupture(message), *record);
  }
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
  std::vector<EnvelopeId> untold;
  HOLDFAST_RETURN_IF_ERROR(
      reader.Scan(names::kRuptures, [&](BytesView key, const vault::Rupture& record) {
        RuptureView view;
        view.message = EnvelopeId::From(key, "vault.rupture").value_or(EnvelopeId());
        view.bond = BondId::From(record.bond(), "vault.rupture").value_or(BondId());
        view.closed = record.closed();
        view.text = record.text();
        view.marked_at_ms = record.marked_ms();
        view.closed_at_ms = record.closed_ms();
        if (record.untold()) untold.push_back(view.message);
        all.emplace(view.message, std::move(view));
        return true;
      }));
  for (const EnvelopeId& message : untold) {
    RuptureView& view = all.at(message);
    HOLDFAST_ASSIGN_OR_RETURN(const vault::Bond bond, ReadBond(reader, view.bond));
    view.goes_from_ms = bond.last_sign_ms() + limits::kSignMs;
  }
  return all;
}

}  // namespace holdfast::client
