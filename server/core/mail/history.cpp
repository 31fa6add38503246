#include "server/core/mail/history.h"

#include <algorithm>

#include "server/core/mail/envelopes.h"
#include "server/core/mailbox/mailboxes.h"
#include "server/core/members/parties.h"
#include "server/core/records/limits.h"

namespace holdfast::server {
namespace {

// This device's capsule, while it has not acknowledged it.
absl::StatusOr<Bytes> OwnCapsule(Transaction& transaction, const DeviceId& device,
                                 const EnvelopeRecord& envelope) {
  const BytesView digests = envelope.capsule_digests();
  for (int i = 0; i < envelope.mailbox_positions_size(); ++i) {
    const std::size_t at = static_cast<std::size_t>(i) * kCapsuleDigestBytes;
    if (at + kCapsuleDigestBytes > digests.size()) return DamagedRecord("an envelope's capsules");
    if (digests.substr(at, DeviceId::size) == device.view()) {
      return UnacknowledgedCapsule(transaction, device, envelope.mailbox_positions(i));
    }
  }
  return Bytes();
}

// nullopt where the body cannot be read.
absl::StatusOr<std::optional<v1::StoredEnvelope>> ReadEnvelope(
    Context& context, Transaction& transaction, const DeviceId& device, const BondId& bond,
    std::uint64_t position, EnvelopeRecord& envelope) {
  HOLDFAST_ASSIGN_OR_RETURN(std::optional<Bytes> body,
                            ReadBody(context, transaction, bond, position, envelope));
  if (!body) return std::optional<v1::StoredEnvelope>();
  v1::StoredEnvelope stored;
  HOLDFAST_ASSIGN_OR_RETURN(*stored.mutable_capsule(), OwnCapsule(transaction, device, envelope));
  HOLDFAST_RETURN_IF_ERROR(
      WriteEnvelope(context, transaction, position, envelope, *std::move(body), stored));
  return std::optional<v1::StoredEnvelope>(std::move(stored));
}

// Sealed ahead and not released: nobody's but its author's.
absl::StatusOr<bool> IsHidden(const EnvelopeRecord& envelope, const AccountKey& reader) {
  if (envelope.ahead() != EnvelopeRecord::WAITING && envelope.ahead() != EnvelopeRecord::ERASED) {
    return false;
  }
  HOLDFAST_ASSIGN_OR_RETURN(const Header header, StoredHeader(envelope));
  return header.sender_account != reader;
}

}  // namespace

absl::Status History(Context& context, Transaction& transaction, const Caller& caller,
                     const v1::HistoryRequest& request, v1::HistoryResponse& response) {
  response.Clear();
  HOLDFAST_ASSIGN_OR_RETURN(const Identity identity, Authorise(context, transaction, caller));
  HOLDFAST_ASSIGN_OR_RETURN(const auto bond, BondId::From(request.bond(), "bond"));
  if (request.limit() > kPageEntriesMax) {
    return Refuse(Reason::kMalformedField, "limit",
                  "must be at most " + std::to_string(kPageEntriesMax));
  }
  HOLDFAST_ASSIGN_OR_RETURN(const BondRecord record,
                            BondOfParty(transaction, bond, identity.account, "bond"));
  const std::uint64_t limit = request.limit() == 0 ? kPageEntriesMax : request.limit();
  const std::uint64_t head = record.head_position();
  std::uint64_t at = std::min(request.after_position(), head);
  const std::uint64_t last = head - at > limit ? at + limit : head;
  std::size_t bytes = 0;
  for (; at < last; ++at) {
    HOLDFAST_ASSIGN_OR_RETURN(auto envelope, Load(transaction, keys::Envelope(bond, at + 1)));
    // Not committed yet, so not there; and nothing after it is.
    if (context.batch.Holds(envelope.incarnation(), envelope.batch())) break;
    HOLDFAST_ASSIGN_OR_RETURN(const bool is_hidden, IsHidden(envelope, identity.account));
    if (is_hidden) continue;
    HOLDFAST_ASSIGN_OR_RETURN(
        std::optional<v1::StoredEnvelope> stored,
        ReadEnvelope(context, transaction, identity.device, bond, at + 1, envelope));
    if (!stored) continue;
    const std::size_t stored_bytes = stored->ByteSizeLong();
    if (response.envelopes_size() != 0 && bytes + stored_bytes > kPageBytesMax) break;
    bytes += stored_bytes;
    *response.add_envelopes() = *std::move(stored);
  }
  response.set_read_to(at);
  response.set_more(at < head);
  return absl::OkStatus();
}

}  // namespace holdfast::server
