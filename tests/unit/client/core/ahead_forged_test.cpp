// A practice that makes up what was written ahead, and may sign for whatever it likes:
// it owns its key.
#include "crypto/body.h"
#include "crypto/public/merkle.h"
#include "crypto/public/receipt.h"
#include "unit/client/core/ahead_support.h"

namespace holdfast::client {
namespace {

// A batch that holds nothing but this leaf.
void SignAlone(v1::SignedStatement& signed_batch, const Bytes& leaf,
               const crypto::SigningSeed& seed) {
  const crypto::SigningKey key(crypto::SigningSeed::From(seed.Expose(), "seed").value());
  auto batch = DecodeBatchStatement(signed_batch.statement());
  batch->leaves = 1;
  batch->root = crypto::MerkleLeaf(leaf);
  signed_batch.set_statement(EncodeBatchStatement(*batch));
  signed_batch.set_signature(key.Sign(crypto::Purpose::kBatch, signed_batch.statement()).str());
}

void SignAnew(v1::Delivery& delivery, const crypto::SigningSeed& seed) {
  v1::Receipt& receipt = *delivery.mutable_receipt();
  auto leaf = DecodeReceiptLeaf(receipt.leaf());
  leaf->envelope_hash =
      crypto::EnvelopeHash(crypto::MessageHash(delivery.header(), delivery.body()), {});
  receipt.set_leaf(EncodeReceiptLeaf(*leaf));
  receipt.set_index(0);
  receipt.clear_path();
  SignAlone(*receipt.mutable_batch(), receipt.leaf(), seed);
}

void SignAnew(v1::LedgerItem& item, const crypto::SigningSeed& seed) {
  item.set_index(0);
  item.clear_path();
  SignAlone(*item.mutable_batch(), item.entry(), seed);
}

// Calls `change` for every ledger item on its way to this person.
void OnItems(TestPerson& person, const std::function<void(v1::LedgerItem&)>& change) {
  person.transport.on_response = [change](const std::string& method,
                                          google::protobuf::Message& response) {
    if (method == "Subscribe") {
      for (v1::Entry& entry : *static_cast<v1::SubscribeResponse&>(response).mutable_entries()) {
        if (entry.has_ledger()) change(*entry.mutable_ledger());
      }
    }
    if (method != "ReadLedger") return;
    for (v1::LedgerItem& item : *static_cast<v1::ReadLedgerResponse&>(response).mutable_items()) {
      change(item);
    }
  };
}

TEST_CASE("A release that gives another time than the note waited for alarms on both sides") {
  AheadCouple couple;
  const auto id = couple.therapist.Ahead("for tomorrow", couple.At(kDayMs));
  couple.SyncBoth();
  const auto put_back = [&](v1::LedgerItem& item) {
    if (!IsRelease(item)) return;
    auto entry = DecodeLedgerEntry(item.entry());
    entry->from_ms -= kHourMs;
    item.set_entry(EncodeLedgerEntry(*entry));
    SignAnew(item, couple.practice.practice_seed);
  };
  OnItems(couple.client, put_back);
  OnItems(couple.therapist, put_back);
  couple.Pass(2 * kDayMs);
  CHECK(couple.client.Texts() == Texts{"for tomorrow"});
  CHECK_FALSE(AheadCouple::Look(couple.client, *id).early);
  CHECK(Says(couple.client.TakeAlarms(), AlarmKind::kAheadOtherTime));
  CHECK(Says(couple.therapist.TakeAlarms(), AlarmKind::kOwnAheadOtherTime));
}

TEST_CASE("Changed bytes of a note are never shown") {
  AheadCouple couple;
  REQUIRE(couple.therapist.Ahead("as I wrote it", couple.At(kHourMs)).ok());
  couple.SyncBoth();
  OnPages(couple.client, [](v1::SubscribeResponse& page) {
    for (v1::Entry& entry : *page.mutable_entries()) {
      if (!IsAheadDelivery(entry)) continue;
      std::string& body = *entry.mutable_delivery()->mutable_body();
      body.back() = static_cast<char>(body.back() ^ 1);
    }
  });
  couple.Pass(2 * kHourMs);
  CHECK(couple.client.Texts().empty());
  CHECK(Says(couple.client.TakeAlarms(), AlarmKind::kNotOpened));
  couple.Pass(3 * kDayMs);
  CHECK(couple.client.AlarmReasons().empty());
}

TEST_CASE("A changed note for which the practice signed alarms, and the true one still opens") {
  AheadCouple couple;
  REQUIRE(couple.therapist.Ahead("as I wrote it", couple.At(kHourMs)).ok());
  couple.SyncBoth();
  std::vector<v1::Entry> held;
  OnPages(couple.client, [&](v1::SubscribeResponse& page) {
    for (v1::Entry& entry : *page.mutable_entries()) {
      if (!IsAheadDelivery(entry)) continue;
      held.push_back(entry);
      std::string& body = *entry.mutable_delivery()->mutable_body();
      body.back() = static_cast<char>(body.back() ^ 1);
      SignAnew(*entry.mutable_delivery(), couple.practice.practice_seed);
    }
  });
  couple.Pass(2 * kHourMs);
  REQUIRE(held.size() == 1);
  CHECK(couple.client.Texts().empty());
  CHECK(Says(couple.client.TakeAlarms(), AlarmKind::kAheadKeyDoesNotFit));
  OnPages(couple.client, [&](v1::SubscribeResponse& page) {
    for (v1::Entry& entry : held) {
      entry.set_position(page.cursor().position());
      *page.add_entries() = entry;
    }
    held.clear();
  });
  couple.Pass(3 * kDayMs);
  CHECK(couple.client.Texts() == Texts{"as I wrote it"});
  CHECK(couple.client.AlarmReasons().empty());
}

TEST_CASE("A note under another release condition than it was sealed with does not open") {
  AheadCouple couple;
  REQUIRE(couple.therapist.Ahead("for later", couple.At(kHourMs)).ok());
  couple.SyncBoth();
  OnPages(couple.client, [](v1::SubscribeResponse& page) {
    for (v1::Entry& entry : *page.mutable_entries()) {
      if (!IsAheadDelivery(entry)) continue;
      auto header = DecodeHeader(entry.delivery().header());
      header->release.at_ms -= 1000;
      entry.mutable_delivery()->set_header(EncodeHeader(*header));
    }
  });
  couple.Pass(2 * kHourMs);
  CHECK(couple.client.Texts().empty());
  CHECK(Says(couple.client.TakeAlarms(), AlarmKind::kNotOpened));
}

}  // namespace
}  // namespace holdfast::client
