// A practice that lets out early, holds back, mixes up or makes up what was written
// ahead: found out, and said in plain words.
#include "crypto/body.h"
#include "crypto/public/merkle.h"
#include "crypto/public/receipt.h"
#include "holdfast/v1/mailbox.pb.h"
#include "support/ahead_couple.h"

namespace holdfast::client {
namespace {

constexpr std::uint64_t kHourMs = limits::kHourMs;
constexpr std::uint64_t kDayMs = limits::kDayMs;
using Texts = std::vector<std::string>;

bool IsAheadDelivery(const v1::Entry& entry) {
  const auto header = DecodeHeader(entry.delivery().header());
  return header.ok() && header->release.when != ReleaseWhen::kNow;
}

bool IsControl(const v1::Entry& entry) {
  const auto header = DecodeHeader(entry.delivery().header());
  return header.ok() && header->kind == Kind::kControl;
}

bool IsRelease(const v1::LedgerItem& item) {
  const auto entry = DecodeLedgerEntry(item.entry());
  return entry.ok() && entry->kind == LedgerKind::kReleased;
}

// Calls `change` for every page of this person's mailbox.
void OnPages(TestPerson& person, std::function<void(v1::SubscribeResponse&)> change) {
  person.transport.on_response = [change](const std::string& method,
                                          google::protobuf::Message& response) {
    if (method == "Subscribe") change(static_cast<v1::SubscribeResponse&>(response));
  };
}

// The entries that `take` names are kept back.
void Drop(v1::SubscribeResponse& page, const std::function<bool(const v1::Entry&)>& take,
          std::vector<v1::Entry>* kept = nullptr) {
  google::protobuf::RepeatedPtrField<v1::Entry> left;
  for (v1::Entry& entry : *page.mutable_entries()) {
    if (!take(entry)) {
      *left.Add() = entry;
    } else if (kept != nullptr) {
      kept->push_back(entry);
    }
  }
  *page.mutable_entries() = left;
}

bool Says(const std::vector<Alarm>& alarms, const std::string& text) {
  return std::ranges::any_of(
      alarms, [&](const Alarm& alarm) { return alarm.text.find(text) != std::string::npos; });
}

TEST_CASE("A note that comes before its time by the reader's clock is shown, and alarms") {
  AheadCouple couple;
  const auto id = couple.therapist.Ahead("for tomorrow", couple.At(kDayMs));
  couple.SyncBoth();
  couple.practice.Pass(kDayMs + kHourMs);
  couple.practice.Restart();
  // The practice's clock is a day ahead of everybody's.
  couple.client.clock.ahead_ms = -static_cast<std::int64_t>(kDayMs);
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.Texts() == Texts{"for tomorrow"});
  CHECK(AheadCouple::Look(couple.client, *id).early);
  const auto alarms = couple.client.TakeAlarms();
  CHECK(Says(alarms, "came too early"));
}

TEST_CASE("A few minutes between two clocks are no reason for an alarm") {
  AheadCouple couple;
  const auto id = couple.therapist.Ahead("for tomorrow", couple.At(kDayMs));
  couple.SyncBoth();
  couple.practice.Pass(kDayMs + 1000);
  couple.practice.Restart();
  couple.client.clock.ahead_ms = -static_cast<std::int64_t>(4 * limits::kMinuteMs);
  REQUIRE(couple.client.Sync().ok());
  CHECK_FALSE(AheadCouple::Look(couple.client, *id).early);
  CHECK(couple.client.AlarmReasons().empty());
}

TEST_CASE("A note whose release is not in the record alarms") {
  AheadCouple couple;
  const auto id = couple.therapist.Ahead("for tomorrow", couple.At(kDayMs));
  couple.SyncBoth();
  couple.client.transport.on_response = [](const std::string& method,
                                           google::protobuf::Message& response) {
    if (method == "Subscribe") {
      Drop(static_cast<v1::SubscribeResponse&>(response),
           [](const v1::Entry& entry) { return IsRelease(entry.ledger()); });
    }
    if (method == "ReadLedger") {
      auto& page = static_cast<v1::ReadLedgerResponse&>(response);
      page.clear_items();
      page.set_newest(0);
    }
  };
  couple.practice.Pass(2 * kDayMs);
  couple.practice.Restart();
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.Texts() == Texts{"for tomorrow"});
  CHECK(AheadCouple::Look(couple.client, *id).early);
  CHECK(Says(couple.client.TakeAlarms(), "does not say that it was released"));
}

TEST_CASE("A released note that is held back is found out by the writer's next message") {
  AheadCouple couple;
  const auto id = couple.therapist.Ahead("do not lose me", couple.At(kDayMs));
  couple.SyncBoth();
  OnPages(couple.client, [](v1::SubscribeResponse& page) { Drop(page, IsAheadDelivery); });
  couple.Pass(2 * kDayMs);
  CHECK(couple.client.Texts().empty());
  CHECK(couple.client.AlarmReasons().empty());
  CHECK(AheadCouple::Look(couple.therapist, *id).outlook == AheadOutlook::kReleased);
  REQUIRE(couple.therapist.Note("did you get it?").ok());
  couple.SyncBoth();
  CHECK(couple.client.Texts() == Texts{"did you get it?"});
  CHECK(Says(couple.client.TakeAlarms(), "should have reached you"));
  // It is said once.
  REQUIRE(couple.therapist.Note("and now?").ok());
  couple.SyncBoth();
  CHECK(couple.client.AlarmReasons().empty());
  // Its writer is never told that it arrived.
  CHECK(couple.therapist.StateOf(*id) == MessageState::kStored);
}

TEST_CASE("What arrived is named as due without an alarm") {
  AheadCouple couple;
  REQUIRE(couple.therapist.Ahead("here", couple.At(kDayMs)).ok());
  couple.SyncBoth();
  couple.Pass(2 * kDayMs);
  REQUIRE(couple.therapist.Note("did you get it?").ok());
  couple.SyncBoth();
  CHECK(couple.client.Texts() == Texts{"here", "did you get it?"});
  couple.NoAlarms();
}

TEST_CASE("A note whose key comes later waits for it, whatever happens, and then opens") {
  AheadCouple couple;
  const auto id = couple.therapist.Ahead("patience", couple.At(kHourMs));
  std::vector<v1::Entry> held;
  OnPages(couple.client, [&](v1::SubscribeResponse& page) { Drop(page, IsControl, &held); });
  couple.SyncBoth();
  REQUIRE_FALSE(held.empty());
  couple.Pass(2 * kHourMs);
  CHECK(couple.client.Texts().empty());
  couple.client.Reopen();
  couple.Pass(kHourMs);
  CHECK(couple.client.Texts().empty());
  couple.client.AlarmReasons();  // of a gap, perhaps

  OnPages(couple.client, [&](v1::SubscribeResponse& page) {
    for (v1::Entry& entry : held) {
      entry.set_position(page.cursor().position());
      *page.add_entries() = entry;
    }
    held.clear();
  });
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.Texts() == Texts{"patience"});
  CHECK_FALSE(AheadCouple::Look(couple.client, *id).early);
  couple.SyncBoth(2);
  CHECK(couple.therapist.StateOf(*id) == MessageState::kDelivered);
}

TEST_CASE("A key that does not come for days is worth a word, once") {
  AheadCouple couple;
  REQUIRE(couple.therapist.Ahead("patience", couple.At(kHourMs)).ok());
  OnPages(couple.client, [&](v1::SubscribeResponse& page) { Drop(page, IsControl); });
  couple.SyncBoth();
  couple.Pass(2 * kHourMs);
  CHECK_FALSE(Says(couple.client.TakeAlarms(), "the key to it has not come"));
  couple.Pass(3 * kDayMs);
  CHECK(Says(couple.client.TakeAlarms(), "the key to it has not come"));
  couple.Pass(3 * kDayMs);
  CHECK_FALSE(Says(couple.client.TakeAlarms(), "the key to it has not come"));
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
  CHECK(Says(couple.client.TakeAlarms(), "could not be opened"));
  couple.Pass(3 * kDayMs);
  CHECK(couple.client.AlarmReasons().empty());
}

// The practice owns its key, and may sign for whatever it likes.
void SignAnew(v1::Delivery& delivery, const crypto::SigningSeed& seed) {
  const crypto::SigningKey key(crypto::SigningSeed::From(seed.Expose(), "seed").value());
  auto leaf = DecodeReceiptLeaf(delivery.receipt().leaf());
  leaf->envelope_hash =
      crypto::EnvelopeHash(crypto::MessageHash(delivery.header(), delivery.body()), {});
  auto batch = DecodeBatchStatement(delivery.receipt().batch().statement());
  v1::Receipt& receipt = *delivery.mutable_receipt();
  receipt.set_leaf(EncodeReceiptLeaf(*leaf));
  receipt.set_index(0);
  receipt.clear_path();
  batch->leaves = 1;
  batch->root = crypto::MerkleLeaf(receipt.leaf());
  receipt.mutable_batch()->set_statement(EncodeBatchStatement(*batch));
  receipt.mutable_batch()->set_signature(
      key.Sign(crypto::Purpose::kBatch, receipt.batch().statement()).str());
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
  CHECK(Says(couple.client.TakeAlarms(), "does not open with the key"));
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
  CHECK(Says(couple.client.TakeAlarms(), "could not be opened"));
}

TEST_CASE("A note that is handed over twice is shown once") {
  AheadCouple couple;
  REQUIRE(couple.therapist.Ahead("once", couple.At(kHourMs)).ok());
  couple.SyncBoth();
  OnPages(couple.client, [](v1::SubscribeResponse& page) {
    const auto entries = page.entries();
    for (const v1::Entry& entry : entries) {
      if (IsAheadDelivery(entry)) *page.add_entries() = entry;
    }
  });
  couple.Pass(2 * kHourMs);
  CHECK(couple.client.Texts() == Texts{"once"});
  couple.NoAlarms();
}

}  // namespace
}  // namespace holdfast::client
