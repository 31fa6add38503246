#include "client/core/sending/delivery_receipts.h"

#include <optional>
#include <set>

#include "client/core/message/queue.h"
#include "client/core/outside/limits.h"
#include "client/core/people/bonds.h"
#include "client/core/shown/content.h"
#include "client/core/vault/names.h"
#include "rules/own_clock.h"

namespace holdfast::client {
namespace {

// The other side has confirmed none of the newest receipts: more of them tell it
// nothing, and those that go anyway tell that this device is there.
bool IsHushed(const vault::Bond& bond) {
  return bond.automatic_size() >= limits::kAutomaticUncoveredMax &&
         bond.automatic(0) > bond.covered();
}

// What is on its way out, and what there is to tell, by bond.
struct Waiting {
  std::set<Bytes> messages;  // heads go along with them
  std::set<Bytes> signs;
  std::set<Bytes> news;  // opened or arrived, and not told
};

absl::StatusOr<Waiting> WhatWaits(const VaultReader& reader) {
  Waiting waiting;
  HOLDFAST_RETURN_IF_ERROR(reader.Scan(names::kOutbox, [&](BytesView, const vault::Queued& entry) {
    const bool is_sign = WhereIsContentOf(entry) == ContentAt::kSealing;
    (is_sign ? waiting.signs : waiting.messages).insert(entry.bond());
    return true;
  }));
  HOLDFAST_RETURN_IF_ERROR(reader.Scan(names::kOpened, [&](BytesView, const vault::Opened& entry) {
    waiting.news.insert(entry.bond());
    return true;
  }));
  HOLDFAST_RETURN_IF_ERROR(
      reader.Scan(names::kArrived, [&](BytesView, const vault::Arrived& entry) {
        waiting.news.insert(entry.bond());
        return true;
      }));
  return waiting;
}

// Nothing of this looks at marks: that is why they cannot be told from outside.
std::optional<Kind> SignFor(const vault::Bond& bond, const Waiting& waiting, std::uint64_t now_ms) {
  if (bond.chain_stopped() || waiting.signs.contains(bond.id())) return std::nullopt;
  const bool busy = waiting.messages.contains(bond.id());
  const bool confirms = !busy && (bond.owes_receipt() || waiting.news.contains(bond.id()));
  if (HasPassed(bond.last_sign_ms(), limits::kSignMs, now_ms)) {
    return confirms ? Kind::kReceipt : Kind::kControl;
  }
  if (!confirms || IsHushed(bond)) return std::nullopt;
  return Kind::kReceipt;
}

absl::Status ListArrived(VaultChange& change, const BondId& bond, v1::DeliveryReceipt& receipt) {
  return change.Scan(names::kArrived, [&](BytesView key, const vault::Arrived& record) {
    if (record.bond() != bond.view()) return true;
    receipt.add_arrived(Bytes(key));
    change.Erase(names::kArrived.At(key));
    return static_cast<std::size_t>(receipt.arrived_size()) < limits::kOpenedPerReceiptMax;
  });
}

// What was opened, the oldest ids first, and what of it was witnessed, as far as that leaves the
// sealed size as it is; the rest goes with the next receipt.
absl::Status ListOpened(VaultChange& change, const BondId& bond, v1::Content& content,
                        std::uint64_t now_ms) {
  v1::DeliveryReceipt& receipt = *content.mutable_receipt();
  std::vector<std::uint64_t> witnessed;
  HOLDFAST_RETURN_IF_ERROR(
      change.Scan(names::kOpened, [&](BytesView key, const vault::Opened& record) {
        if (record.bond() != bond.view()) return true;
        v1::Opened* opened = receipt.add_opened();
        opened->set_envelope_id(Bytes(key));
        opened->set_opened_at_ms(Corrected(record.opened_ms(), now_ms));
        witnessed.push_back(record.witnessed_ms());
        return static_cast<std::size_t>(receipt.opened_size()) < limits::kOpenedPerReceiptMax;
      }));
  HOLDFAST_RETURN_IF_ERROR(ListArrived(change, bond, receipt));
  HOLDFAST_ASSIGN_OR_RETURN(const std::size_t without, SealedSignBytes(content));
  for (std::size_t i = 0; i < witnessed.size(); ++i) {
    v1::Opened& opened = *receipt.mutable_opened(static_cast<int>(i));
    if (witnessed[i] != 0) opened.set_witnessed_at_ms(Corrected(witnessed[i], now_ms));
    HOLDFAST_ASSIGN_OR_RETURN(const std::size_t with, SealedSignBytes(content));
    const bool fits = with == without;
    if (!fits) opened.clear_witnessed_at_ms();
    if (fits) change.Erase(names::kOpened.At(opened.envelope_id()));
  }
  return absl::OkStatus();
}

void PutOpened(VaultChange& change, const vault::Bond& bond, const v1::Opened& opened) {
  vault::Opened record;
  record.set_bond(bond.id());
  record.set_opened_ms(opened.opened_at_ms());
  record.set_witnessed_ms(opened.witnessed_at_ms());
  change.Put(names::kOpened.At(opened.envelope_id()), record);
}

}  // namespace

absl::Status QueueReceipts(Context context, Ledgers& ledgers) {
  VaultChange change(context.vault);
  HOLDFAST_ASSIGN_OR_RETURN(const Waiting waiting, WhatWaits(change));
  HOLDFAST_ASSIGN_OR_RETURN(const auto bonds, AllBonds(change));
  for (const vault::Bond& bond : bonds) {
    const auto kind = SignFor(bond, waiting, context.Now());
    if (!kind) continue;
    HOLDFAST_ASSIGN_OR_RETURN(const BondId id, BondId::From(bond.id(), "vault.bond"));
    // The practice takes nothing more where it has ended.
    HOLDFAST_ASSIGN_OR_RETURN(const HeldLedger* held, ledgers.Of(change, id));
    if (held->book.ended()) continue;
    HOLDFAST_RETURN_IF_ERROR(QueueForDevices(context, change, id, *kind));
  }
  return change.Commit();
}

absl::StatusOr<Outgoing> OutgoingForDevices(VaultChange& change, const BondId& bond,
                                            const EnvelopeId& id, Kind kind, std::uint64_t now_ms) {
  Outgoing outgoing;
  outgoing.id = id;
  outgoing.kind = kind;
  outgoing.sent_ms = now_ms;
  outgoing.is_sign = true;
  if (kind == Kind::kReceipt) {
    v1::Content content;
    HOLDFAST_RETURN_IF_ERROR(ListOpened(change, bond, content, now_ms));
    HOLDFAST_ASSIGN_OR_RETURN(outgoing.content, SerializeSign(content));
  } else {
    v1::Control control;
    control.mutable_beacon();
    HOLDFAST_ASSIGN_OR_RETURN(outgoing.content, SerializeControl(std::move(control)));
  }
  return outgoing;
}

void TellWitnessedAgain(VaultChange& change, const vault::Bond& bond, const v1::Content& told) {
  for (const v1::Opened& opened : told.receipt().opened()) {
    if (opened.witnessed_at_ms() != 0) PutOpened(change, bond, opened);
  }
}

absl::Status TellAgain(VaultChange& change, vault::Bond& bond, const Bytes& content) {
  v1::Content told;
  if (!told.ParseFromString(content)) {
    return Refuse(Reason::kVaultDamaged, "vault.sent", "holds a damaged content");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const BondId id, BondId::From(bond.id(), "vault.bond"));
  for (const v1::Opened& opened : told.receipt().opened()) PutOpened(change, bond, opened);
  for (const std::string& arrived : told.receipt().arrived()) {
    vault::Arrived record;
    record.set_bond(bond.id());
    change.Put(names::kArrived.At(arrived), record);
  }
  for (const std::string& due : told.ahead_due()) {
    const auto name = names::AheadOf(id).At(due);
    HOLDFAST_ASSIGN_OR_RETURN(auto ahead, change.Find(name));
    if (!ahead) continue;
    ahead->set_told(false);
    change.Put(name, *ahead);
  }
  if (told.has_receipt()) bond.set_owes_receipt(true);
  PutBond(change, bond);
  return absl::OkStatus();
}

}  // namespace holdfast::client
