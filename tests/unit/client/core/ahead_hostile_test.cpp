// A practice that lets out early, holds back or mixes up what was written
// ahead: found out, and said in plain words.
#include "unit/client/core/ahead_support.h"

namespace holdfast::client {
namespace {

bool IsControl(const v1::Entry& entry) {
  const auto header = DecodeHeader(entry.delivery().header());
  return header.ok() && header->kind == Kind::kControl;
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
  CHECK(Says(alarms, AlarmKind::kAheadEarlyByClock));
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
  CHECK(Says(couple.client.TakeAlarms(), AlarmKind::kAheadUnreleased));
}

TEST_CASE("A released note that is held back is found out by the writer's next message") {
  AheadCouple couple;
  const auto id = couple.therapist.Ahead("do not lose me", couple.At(kDayMs));
  couple.SyncBoth();
  OnPages(couple.client, [](v1::SubscribeResponse& page) { Drop(page, IsAheadDelivery); });
  couple.Pass(2 * kDayMs);
  CHECK(AheadCouple::Look(couple.therapist, *id).outlook == AheadOutlook::kReleased);
  couple.SyncBoth();  // the day's sign says so already
  CHECK(couple.client.Texts().empty());
  CHECK(Says(couple.client.TakeAlarms(), AlarmKind::kAheadHeldBack));
  REQUIRE(couple.therapist.Note("did you get it?").ok());
  couple.SyncBoth();
  CHECK(couple.client.Texts() == Texts{"did you get it?"});
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
  CHECK_FALSE(Says(couple.client.TakeAlarms(), AlarmKind::kAheadKeyMissing));
  couple.Pass(3 * kDayMs);
  CHECK(Says(couple.client.TakeAlarms(), AlarmKind::kAheadKeyMissing));
  couple.Pass(3 * kDayMs);
  CHECK_FALSE(Says(couple.client.TakeAlarms(), AlarmKind::kAheadKeyMissing));
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
