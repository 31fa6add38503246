// A stored envelope as readers get it.
#pragma once

#include <optional>
#include <utility>

#include "crypto/public/receipt.h"
#include "server/core/engine/context.h"
#include "server/core/records/keys.h"
#include "server/core/records/limits.h"
#include "server/core/records/records.h"

namespace holdfast::server {

// device || hash of the sealed capsule.
inline constexpr std::size_t kCapsuleDigestBytes = 48;

// Empty where it was erased. nullopt where it is damaged or lost: that is noted for the
// operator, and one such body stops nothing else. storage_failed where it cannot be read
// just now: another try may.
inline absl::StatusOr<std::optional<Bytes>> ReadBody(Context& context, Transaction& transaction,
                                                     const BondId& bond, std::uint64_t position,
                                                     const EnvelopeRecord& envelope) {
  absl::StatusOr<std::optional<Bytes>> body = transaction.Get(keys::Body(bond, position));
  if (body.ok() && *body) return body;
  if (body.ok() && envelope.ahead() == EnvelopeRecord::ERASED) return std::optional<Bytes>(Bytes());
  if (!body.ok() && FieldOf(body.status()) != kDamagedRow) return body;
  if (context.damaged.size() < kDamagedBodiesMax) {
    context.damaged.push_back(
        {bond, position, body.ok() ? DamagedRecord("an envelope's body") : body.status()});
  }
  return std::optional<Bytes>();
}

// Everything but the capsule: `answer` is a v1::Delivery or a v1::StoredEnvelope.
// The envelope's batch must be committed.
template <class Answer>
absl::Status WriteEnvelope(Context& context, Transaction& transaction, std::uint64_t position,
                           EnvelopeRecord& envelope, Bytes body, Answer& answer) {
  HOLDFAST_ASSIGN_OR_RETURN(const PracticeRecord* const practice,
                            context.batch.Practice(transaction));
  HOLDFAST_RETURN_IF_ERROR(context.receipts.Write(transaction, context.practice, *practice,
                                                  envelope, position, *answer.mutable_receipt()));
  const BytesView digests = envelope.capsule_digests();
  for (std::size_t at = 0; at + kCapsuleDigestBytes <= digests.size(); at += kCapsuleDigestBytes) {
    answer.add_capsule_digests(Bytes(digests.substr(at, kCapsuleDigestBytes)));
  }
  answer.set_header(std::move(*envelope.mutable_header()));
  answer.set_body(std::move(body));
  return absl::OkStatus();
}

}  // namespace holdfast::server
