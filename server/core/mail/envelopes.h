// A stored envelope as readers get it.
#pragma once

#include "crypto/public/receipt.h"
#include "server/core/engine/context.h"
#include "server/core/records/keys.h"

namespace holdfast::server {

// device || hash of the sealed capsule.
inline constexpr std::size_t kCapsuleDigestBytes = 48;

// Everything but the capsule: `answer` is a v1::Delivery or a v1::StoredEnvelope.
// The envelope's batch must be committed.
template <class Answer>
absl::Status WriteEnvelope(Context& context, Transaction& transaction, const BondId& bond,
                           std::uint64_t position, EnvelopeRecord& envelope, Answer& answer) {
  HOLDFAST_ASSIGN_OR_RETURN(auto body, transaction.Get(keys::Body(bond, position)));
  if (!body && envelope.ahead() != EnvelopeRecord::ERASED) {
    return DamagedRecord("an envelope's body");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const PracticeRecord* const practice,
                            context.batch.Practice(transaction));
  HOLDFAST_RETURN_IF_ERROR(context.receipts.Write(transaction, context.practice, *practice,
                                                  envelope, position, *answer.mutable_receipt()));
  const BytesView digests = envelope.capsule_digests();
  for (std::size_t at = 0; at + kCapsuleDigestBytes <= digests.size(); at += kCapsuleDigestBytes) {
    answer.add_capsule_digests(Bytes(digests.substr(at, kCapsuleDigestBytes)));
  }
  answer.set_header(std::move(*envelope.mutable_header()));
  if (body) answer.set_body(*std::move(body));
  return absl::OkStatus();
}

}  // namespace holdfast::server
