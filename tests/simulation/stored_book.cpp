#include "simulation/stored_book.h"

#include "client/core/ledger/receipts.h"
#include "server/core/records/keys.h"
#include "server/core/records/records.pb.h"

namespace holdfast::simulation {
namespace {

// What was taken back, or ended with its bond, has no text any more: whether that is
// so by right is the schedule book's to say.
bool Holds(const Rows& rows, const ReceiptLeaf& leaf) {
  const auto row = rows.find(server::keys::Envelope(leaf.bond, leaf.position));
  server::EnvelopeRecord envelope;
  return row != rows.end() && envelope.ParseFromString(row->second) &&
         BytesView(envelope.envelope_hash()) == leaf.envelope_hash.view() &&
         (envelope.ahead() == server::EnvelopeRecord::ERASED ||
          rows.contains(server::keys::Body(leaf.bond, leaf.position)));
}

ReceiptLeaf Decoded(const Bytes& bytes) { return DecodeReceiptLeaf(bytes).value(); }

}  // namespace

void StoredBook::Answered(const v1::SendRequest& request, const v1::SendResponse& response) {
  const Bytes& bytes = response.receipt().leaf();
  const auto leaf = DecodeReceiptLeaf(bytes);
  if (!leaf.ok() || leaf->envelope_hash != client::EnvelopeHashOf(request)) {
    return verdict_.Broken(kOnce, "a send was answered with a receipt for something else");
  }
  const auto [known, fresh] = leaves_.emplace(leaf->envelope, bytes);
  if (!fresh && known->second != bytes) {
    return verdict_.Broken(kOnce, "envelope " + leaf->envelope.hex() + " got two answers");
  }
  ever_.insert(leaf->envelope);
  if (fresh) CheckPlace(*leaf);
}

void StoredBook::CheckPlace(const ReceiptLeaf& leaf) {
  const Place place(leaf.incarnation, leaf.bond, leaf.position);
  const auto [at, fresh] = places_.emplace(place, Given{leaf.envelope, leaf.stored_at_ms});
  if (!fresh && at->second.envelope != leaf.envelope) {
    return verdict_.Broken(kOnce, "place " + std::to_string(leaf.position) + " of bond " +
                                      leaf.bond.hex() + " was given to two envelopes");
  }
  const auto same_bond = [&](const auto& other) {
    return std::get<0>(other->first) == leaf.incarnation && std::get<1>(other->first) == leaf.bond;
  };
  if (at != places_.begin()) {
    const auto before = std::prev(at);
    if (same_bond(before) && before->second.stored_at_ms > leaf.stored_at_ms) {
      return verdict_.Broken(kInOrder, "a bond's stored times went back");
    }
  }
  const auto after = std::next(at);
  if (after != places_.end() && same_bond(after) &&
      after->second.stored_at_ms < leaf.stored_at_ms) {
    verdict_.Broken(kInOrder, "a bond's stored times went back");
  }
}

void StoredBook::Restarted(const Rows& rows) {
  for (const auto& [envelope, bytes] : leaves_) {
    if (Holds(rows, Decoded(bytes))) continue;
    return verdict_.Broken(kStoredMeansStored,
                           "envelope " + envelope.hex() + " was answered and is gone");
  }
}

void StoredBook::Restored(const Rows& rows) {
  std::erase_if(leaves_, [&](const auto& leaf) { return !Holds(rows, Decoded(leaf.second)); });
  lost_some_ = lost_some_ || leaves_.size() < ever_.size();
  // The same places may be given again until somebody notices.
  places_.clear();
  for (const auto& [envelope, bytes] : leaves_) CheckPlace(Decoded(bytes));
}

}  // namespace holdfast::simulation
