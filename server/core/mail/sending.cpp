#include "server/core/mail/sending.h"

#include <algorithm>

#include "rules/planted.h"
#include "rules/receipt.h"
#include "server/core/ledger/ahead.h"
#include "server/core/ledger/ahead_terms.h"
#include "server/core/ledger/consequences.h"
#include "server/core/mail/envelopes.h"
#include "server/core/mail/send_checks.h"
#include "server/core/mailbox/mailboxes.h"
#include "server/core/members/parties.h"
#include "server/core/members/quotas.h"
#include "server/core/records/keys.h"
#include "server/core/records/limits.h"

namespace holdfast::server {
namespace {

// Digests of all capsules in the order sent, as stored and as hashed.
std::vector<Bytes> Digests(const v1::SendRequest& request) {
  std::vector<Bytes> digests;
  digests.reserve(static_cast<std::size_t>(request.capsules_size()));
  for (const v1::Capsule& capsule : request.capsules()) {
    digests.push_back(crypto::CapsuleDigest(capsule.device(), capsule.sealed()));
  }
  return digests;
}

struct Recipients {
  std::vector<DeviceId> devices;  // in the order of the capsules
  bool may_have_left = false;     // some may be listed no more
};

// Into the mailbox of each device that has a capsule. One that came off its list has none.
absl::Status Deliver(Context& context, Transaction& transaction, const BondId& bond,
                     std::uint64_t position, const v1::SendRequest& request,
                     const Recipients& recipients, EnvelopeRecord& envelope) {
  MailboxEntryRecord entry;
  CapsuleEntry& capsule = *entry.mutable_capsule();
  capsule.set_bond(bond.data(), BondId::size);
  capsule.set_position(position);
  envelope.clear_mailbox_positions();
  for (std::size_t i = 0; i < recipients.devices.size(); ++i) {
    const DeviceId& device = recipients.devices[i];
    bool is_listed = true;
    if (recipients.may_have_left) {
      HOLDFAST_ASSIGN_OR_RETURN(is_listed, IsListed(transaction, device));
    }
    std::uint64_t at = 0;
    if (is_listed) {
      capsule.set_sealed(request.capsules(static_cast<int>(i)).sealed());
      HOLDFAST_ASSIGN_OR_RETURN(at, AppendToMailbox(context, transaction, device, entry));
    }
    envelope.add_mailbox_positions(at);
  }
  return absl::OkStatus();
}

// Its body is damaged, and here it is again, the same by its hash: it takes the old one's
// place, and the devices that are still listed get it again.
absl::Status StoreBodyAgain(Context& context, Transaction& transaction, const BondId& bond,
                            std::uint64_t position, const v1::SendRequest& request,
                            const std::vector<DeviceId>& devices, EnvelopeRecord& stored) {
  transaction.Put(keys::Body(bond, position), request.body());
  if (devices.empty()) return absl::OkStatus();
  HOLDFAST_RETURN_IF_ERROR(
      Deliver(context, transaction, bond, position, request, {devices, true}, stored));
  Save(transaction, keys::Envelope(bond, position), stored);
  return absl::OkStatus();
}

// The envelope id is known in this bond: the same bytes get the same receipt.
absl::Status AnswerRepeatedSend(Context& context, Transaction& transaction, const BondId& bond,
                                std::uint64_t position, const Hash& envelope_hash,
                                const v1::SendRequest& request,
                                const std::vector<DeviceId>& devices, v1::SendResponse& response) {
  HOLDFAST_ASSIGN_OR_RETURN(auto stored, Load(transaction, keys::Envelope(bond, position)));
  if (BytesView(stored.envelope_hash()) != envelope_hash.view()) {
    return Refuse(Reason::kEnvelopeConflict, "header.envelope",
                  "another envelope is stored under this id. Make a new id");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const PracticeRecord* const practice,
                            context.batch.Practice(transaction));
  if (!context.batch.Holds(stored.incarnation(), stored.batch())) {
    HOLDFAST_ASSIGN_OR_RETURN(const std::optional<Bytes> body,
                              ReadBody(context, transaction, bond, position, stored));
    if (!body) {
      HOLDFAST_RETURN_IF_ERROR(
          StoreBodyAgain(context, transaction, bond, position, request, devices, stored));
    }
    return context.receipts.Write(transaction, context.practice, *practice, stored, position,
                                  *response.mutable_receipt());
  }
  v1::Receipt& receipt = *response.mutable_receipt();
  HOLDFAST_ASSIGN_OR_RETURN(*receipt.mutable_leaf(),
                            LeafOf(context.practice, *practice, stored, position));
  context.batch.AddRepeat({stored.incarnation(), stored.batch(), stored.leaf()}, receipt);
  return absl::OkStatus();
}

// Every write of a send. Nothing is refused after the first one but by a store
// that fails.
absl::Status StoreEnvelope(Context& context, Transaction& transaction, const Header& header,
                           const v1::SendRequest& request, const Recipients& recipients,
                           const std::vector<Bytes>& digests, const Hash& envelope_hash,
                           BondLedger& ledger, v1::SendResponse& response) {
  HOLDFAST_ASSIGN_OR_RETURN(const LeafPlace place, context.batch.NextPlace(transaction));
  HOLDFAST_ASSIGN_OR_RETURN(const PromiseTerms terms, TermsFor(transaction, ledger, header));
  BondRecord& bond = ledger.bond;
  bond.set_head_position(bond.head_position() + 1);
  bond.set_head_stored_at_ms(ledger.at_ms);
  if (HOLDFAST_PLANTED(kStoredTimeGoesBack)) bond.set_head_stored_at_ms(context.clock.WallMs());
  const std::uint64_t position = bond.head_position();

  EnvelopeRecord envelope;
  HOLDFAST_RETURN_IF_ERROR(
      Deliver(context, transaction, header.bond, position, request, recipients, envelope));
  for (const Bytes& digest : digests) envelope.mutable_capsule_digests()->append(digest);
  envelope.set_header(request.header());
  envelope.set_envelope_hash(envelope_hash.data(), Hash::size);
  envelope.set_stored_at_ms(ledger.at_ms);
  envelope.set_due_at_ms(terms.due_at_ms);
  envelope.set_availability(terms.availability);
  envelope.set_incarnation(place.incarnation);
  envelope.set_batch(place.batch);
  envelope.set_leaf(place.leaf);
  if (IsAhead(header)) envelope.set_ahead(EnvelopeRecord::WAITING);
  HOLDFAST_ASSIGN_OR_RETURN(const PracticeRecord* const practice,
                            context.batch.Practice(transaction));
  HOLDFAST_ASSIGN_OR_RETURN(Bytes leaf, LeafOf(context.practice, *practice, envelope, position));

  Save(transaction, keys::Envelope(header.bond, position), envelope);
  transaction.Put(keys::Body(header.bond, position), request.body());
  EnvelopeIndexRecord index;
  index.set_position(position);
  if (!HOLDFAST_PLANTED(kForgetDedupRecord)) {
    Save(transaction, keys::EnvelopeIndex(header.bond, header.envelope), index);
  }
  Save(transaction, keys::Bond(header.bond), bond);
  response.mutable_receipt()->set_leaf(leaf);
  context.batch.AddLeaf(leaf, response.mutable_receipt());
  return DrawConsequences(context, transaction, ledger, header, terms);
}

// The bond's ledger where the envelope may touch it, else only what the bond's
// record says.
absl::StatusOr<BondLedger> LedgerFor(Context& context, Transaction& transaction,
                                     const Header& header, BondRecord bond) {
  if (TouchesLedger(bond, header)) {
    return OpenLedger(context, transaction, header.bond, std::move(bond));
  }
  const std::uint64_t at_ms = std::max(bond.head_stored_at_ms(), context.engine_clock.now_ms());
  return BondLedger{header.bond, std::move(bond), {}, at_ms, false};
}

}  // namespace

absl::Status Send(Context& context, Transaction& transaction, const Caller& caller,
                  const v1::SendRequest& request, v1::SendResponse& response) {
  response.Clear();
  HOLDFAST_ASSIGN_OR_RETURN(const Identity identity, Authorise(context, transaction, caller));
  HOLDFAST_ASSIGN_OR_RETURN(const Header header, DecodeHeader(request.header()));
  Recipients recipients;
  HOLDFAST_RETURN_IF_ERROR(CheckShape(identity, header, request));
  if (!IsAhead(header)) {
    HOLDFAST_RETURN_IF_ERROR(CheckCapsules(request, recipients.devices));
  }
  HOLDFAST_ASSIGN_OR_RETURN(BondRecord bond,
                            BondOfParty(transaction, header.bond, identity.account, "header.bond"));

  const std::vector<Bytes> digests = Digests(request);
  const Hash envelope_hash =
      crypto::EnvelopeHash(crypto::MessageHash(request.header(), request.body()), digests);
  HOLDFAST_ASSIGN_OR_RETURN(const auto known,
                            Find(transaction, keys::EnvelopeIndex(header.bond, header.envelope)));
  if (known && known->position() == 0) {
    HOLDFAST_RETURN_IF_ERROR(CheckNotWithdrawn(*known, identity.account));
  } else if (known) {
    return AnswerRepeatedSend(context, transaction, header.bond, known->position(), envelope_hash,
                              request, recipients.devices, response);
  }
  // While the wall clock is not believed, it may yet be the one that is right.
  const std::uint64_t latest_ms = std::max(context.clock.WallMs(), context.engine_clock.now_ms());
  HOLDFAST_RETURN_IF_ERROR(CheckAllowed(identity, bond, header, latest_ms));
  if (!IsAhead(header)) {
    HOLDFAST_ASSIGN_OR_RETURN(
        recipients.may_have_left,
        CheckCoverage(context, transaction, identity, bond, header, recipients.devices));
  }
  HOLDFAST_RETURN_IF_ERROR(context.batch.CheckRoom());
  HOLDFAST_ASSIGN_OR_RETURN(BondLedger ledger,
                            LedgerFor(context, transaction, header, std::move(bond)));
  HOLDFAST_ASSIGN_OR_RETURN(const std::uint64_t true_at_ms,
                            AheadTrueAt(context, transaction, ledger, header));
  HOLDFAST_RETURN_IF_ERROR(SpendEnvelope(context, transaction, identity.account, request));
  HOLDFAST_RETURN_IF_ERROR(StoreEnvelope(context, transaction, header, request, recipients, digests,
                                         envelope_hash, ledger, response));
  if (IsAhead(header)) {
    HOLDFAST_RETURN_IF_ERROR(KeepAhead(context, transaction, ledger, header, true_at_ms));
  }
  SaveLedger(transaction, ledger);
  return absl::OkStatus();
}

}  // namespace holdfast::server
