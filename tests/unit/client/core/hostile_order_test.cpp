// A practice that lies about what it stored, refused and when.
#include <algorithm>
#include <set>

#include "client/core/outside/limits.h"
#include "crypto/public/merkle.h"
#include "crypto/public/practice.h"
#include "crypto/public/purpose.h"
#include "rules/header.h"
#include "rules/receipt.h"
#include "unit/client/core/vault_edit.h"

namespace holdfast::client {
namespace {

constexpr std::uint64_t kMovedTo = 50;

using Texts = std::vector<std::string>;
using google::protobuf::Message;

// The practice signs for another place.
void Move(const TestCouple& couple, v1::Receipt& receipt, std::uint64_t position) {
  const crypto::SigningKey key(couple.practice.practice_seed.Clone());
  auto leaf = DecodeReceiptLeaf(receipt.leaf());
  REQUIRE(leaf.ok());
  leaf->position = position;
  const Bytes bytes = EncodeReceiptLeaf(*leaf);
  auto batch = DecodeBatchStatement(receipt.batch().statement());
  REQUIRE(batch.ok());
  batch->batch = 7000 + position;
  batch->leaves = 1;
  batch->root = crypto::MerkleLeaf(bytes);
  const Bytes statement = EncodeBatchStatement(*batch);
  receipt.set_leaf(bytes);
  receipt.set_index(0);
  receipt.clear_path();
  receipt.mutable_batch()->set_statement(statement);
  receipt.mutable_batch()->set_signature(key.Sign(crypto::Purpose::kBatch, statement).str());
}

// The practice stores what it is sent under this note, and says that it does not.
void RefuseAndKeep(TestCouple& couple, const EnvelopeId& note) {
  auto token = std::make_shared<Bytes>();
  couple.client.transport.on_response = [token](const std::string& method, Message& message) {
    if (method != "Authenticate") return;
    *token = static_cast<v1::AuthenticateResponse&>(message).token();
  };
  couple.client.transport.on_request = [&couple, token, note](const std::string& method,
                                                              Message& message) {
    if (method != "Send") return;
    auto& request = static_cast<v1::SendRequest&>(message);
    if (DecodeHeader(request.header())->envelope != note) return;
    v1::SendResponse response;
    const v1::SendRequest kept = request;
    REQUIRE(couple.practice
                .Run([&](server::Core& core, server::Transaction& transaction) {
                  return core.Send(transaction, {*token}, kept, response);
                })
                .ok());
    request.mutable_body()->append("x");  // not the size that its header names
  };
}

// The practice hides that it has not what it signed.
void Deny(v1::ListBondsResponse& response) {
  response.set_lost_batch(false);
  for (v1::Bond& bond : *response.mutable_bonds()) bond.set_head_position(kMovedTo);
}

TEST_CASE("A message handed over again under another place of one life stays where it was") {
  TestCouple couple;
  for (const char* text : {"Shall I stop?", "Shall I go on?"}) {
    REQUIRE(couple.client.Note(text).ok());
  }
  REQUIRE(couple.client.Sync().ok());
  std::vector<v1::Delivery> kept;
  couple.therapist.transport.on_response = [&](const std::string& method, Message& message) {
    if (method != "Subscribe") return;
    for (const v1::Entry& entry : static_cast<v1::SubscribeResponse&>(message).entries()) {
      if (entry.has_delivery()) kept.push_back(entry.delivery());
    }
  };
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.therapist.Note("Yes, do.").ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.therapist.TakeAlarms().empty());
  const Texts before = couple.therapist.Texts();
  REQUIRE(before.size() == 3);

  couple.therapist.transport.on_response = [&](const std::string& method, Message& message) {
    if (method != "Subscribe" || kept.empty()) return;
    auto& page = static_cast<v1::SubscribeResponse&>(message);
    v1::Delivery again = kept.back();
    kept.clear();
    Move(couple, *again.mutable_receipt(), kMovedTo);
    v1::Entry* entry = page.add_entries();
    *entry->mutable_delivery() = again;
    entry->set_position(page.cursor().position());
  };
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Texts() == before);
  CHECK(Has(couple.therapist.AlarmReasons(), Reason::kIntegrity));
}

TEST_CASE("An answer placed before the question that its author had read is an alarm") {
  TestCouple couple;
  REQUIRE(couple.client.Note("Shall I?").ok());
  bool moved = false;
  couple.client.transport.on_response = [&](const std::string& method, Message& message) {
    if (method == "ListBonds") Deny(static_cast<v1::ListBondsResponse&>(message));
    if (method != "SendResponse" || moved) return;
    moved = true;
    Move(couple, *static_cast<v1::SendResponse&>(message).mutable_receipt(), kMovedTo);
  };
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(moved);
  REQUIRE(couple.client.TakeAlarms().empty());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.therapist.Note("Yes, do.").ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.client.Sync().ok());
  const auto alarms = couple.client.TakeAlarms();
  const bool told = std::ranges::any_of(alarms, [](const Alarm& alarm) {
    return alarm.reason == Reason::kIntegrity && alarm.kind == AlarmKind::kBeforeWhatWasRead;
  });
  CHECK(told);
}

TEST_CASE("What the practice refused and delivered all the same is delivered, with an alarm") {
  TestCouple couple;
  const EnvelopeId note = couple.client.Note("I cannot go on").value();
  RefuseAndKeep(couple, note);
  REQUIRE(couple.client.Sync().ok());
  REQUIRE_FALSE(couple.client.engine->Message(note.hex())->refusal.empty());
  couple.client.transport.on_request = nullptr;
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.therapist.Texts() == Texts{"I cannot go on"});

  REQUIRE(couple.client.Sync().ok());
  const auto alarms = couple.client.TakeAlarms();
  REQUIRE(alarms.size() == 1);
  CHECK(alarms.front().reason == Reason::kIntegrity);
  CHECK(alarms.front().kind == AlarmKind::kArrivedThoughRefused);
  CHECK(couple.client.StateOf(note) == MessageState::kDelivered);
  CHECK(couple.client.engine->Message(note.hex())->refusal.empty());
  // And all goes on from there.
  REQUIRE(couple.client.Note("again").ok());
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.therapist.Texts() == Texts{"I cannot go on", "again"});
  CHECK(couple.client.Texts() == Texts{"I cannot go on", "again"});
  CHECK(couple.therapist.TakeAlarms().empty());
  CHECK(couple.client.TakeAlarms().empty());
}

TEST_CASE(
    "A refused message delivered after its place was used again is no reason to fall silent") {
  TestCouple couple;
  const EnvelopeId refused = couple.client.Note("refused").value();
  const EnvelopeId fine = couple.client.Note("fine").value();
  RefuseAndKeep(couple, refused);
  REQUIRE(couple.client.Sync().ok());
  couple.client.transport.on_request = nullptr;
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(Has(couple.therapist.AlarmReasons(), Reason::kIntegrity));
  REQUIRE(couple.client.Sync().ok());
  const auto alarms = couple.client.TakeAlarms();
  REQUIRE(alarms.size() == 1);
  CHECK(alarms.front().kind == AlarmKind::kArrivedThoughRefused);
  CHECK(couple.client.StateOf(refused) == MessageState::kDelivered);
  for (int i = 0; i < 2; ++i) {
    REQUIRE(couple.client.Note("later").ok());
    REQUIRE(couple.client.Sync().ok());
    REQUIRE(couple.therapist.Sync().ok());
  }
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.StateOf(fine) == MessageState::kDelivered);
  CHECK(couple.client.TakeAlarms().empty());
}

TEST_CASE("A practice whose clock is wrong for a while refuses nothing for ever") {
  TestCouple couple;
  const EnvelopeId note = couple.client.Note("on time").value();
  couple.client.transport.on_request = [](const std::string& method, Message& message) {
    if (method != "Send") return;
    auto& request = static_cast<v1::SendRequest&>(message);
    Header header = DecodeHeader(request.header()).value();
    header.sent_at_ms += 2 * limits::kSentAheadMsMax;
    request.set_header(EncodeHeader(header));
  };
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.StateOf(note) == MessageState::kQueued);
  CHECK(couple.client.engine->Message(note.hex())->refusal.empty());
  CHECK(couple.client.TakeAlarms().size() == 1);
  couple.client.transport.on_request = nullptr;
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Texts() == Texts{"on time"});
  CHECK(couple.therapist.TakeAlarms().empty());
}

TEST_CASE("What was written by a wrong clock of one's own goes out once it is right") {
  TestCouple couple;
  const std::uint64_t right_ms = couple.practice.clock.wall_ms;
  const auto written_at = [&](std::uint64_t clock_ms, const std::string& text) {
    couple.client.clock.ahead_ms =
        static_cast<std::int64_t>(clock_ms) - static_cast<std::int64_t>(right_ms);
    const EnvelopeId id = couple.client.Note(text).value();
    couple.client.clock.ahead_ms = 0;
    return id;
  };
  const EnvelopeId next_week = written_at(right_ms + 7 * limits::kDayMs, "by next week's clock");
  written_at(1000, "by a clock that began in 1970");
  written_at(limits::kTimeMaxMs + limits::kDayMs, "by a clock of 2200");
  REQUIRE(couple.client.Note("fine").ok());
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Texts() == Texts{"by next week's clock", "by a clock that began in 1970",
                                          "by a clock of 2200", "fine"});
  const auto shown = couple.client.engine->Message(next_week.hex());
  CHECK(shown->refusal.empty());
  CHECK(shown->sent_at_ms <= right_ms + limits::kMinuteMs);
  CHECK(couple.client.AlarmReasons().empty());
  CHECK(couple.therapist.AlarmReasons().empty());
}

TEST_CASE("What was sealed by a wrong clock of one's own is sealed again once it is right") {
  TestCouple couple;
  couple.client.clock.ahead_ms = static_cast<std::int64_t>(2 * limits::kDayMs);
  REQUIRE(couple.client.Note("sealed").ok());
  REQUIRE(couple.client.Note("behind it").ok());
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.TakeAlarms().size() == 1);
  CHECK(couple.client.engine->Queued().value() == 2);
  couple.client.clock.ahead_ms = 0;
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Texts() == Texts{"sealed", "behind it"});
  CHECK(couple.client.engine->Queued().value() == 0);
  CHECK(couple.client.AlarmReasons().empty());
  CHECK(couple.therapist.AlarmReasons().empty());
}

TEST_CASE("A practice that asks for new lists and shows none gets the same bytes every time") {
  TestCouple couple;
  REQUIRE(couple.client.Note("first").ok());
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  std::set<std::string> sealed;
  couple.client.transport.on_request = [&](const std::string& method, Message& message) {
    if (method != "Send") return;
    auto& request = static_cast<v1::SendRequest&>(message);
    sealed.insert(request.capsules(0).sealed());
    request.mutable_header()->back() = 9;  // names a list that is not the newest
  };
  const EnvelopeId second = couple.client.Note("second").value();
  for (int i = 0; i < 10; ++i) {
    CHECK(ReasonOf(couple.client.Sync().status()) == Reason::kStaleDeviceList);
  }
  CHECK(sealed.size() == 1);
  CHECK(couple.client.StateOf(second) == MessageState::kQueued);
  couple.client.transport.on_request = nullptr;
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Texts() == Texts{"first", "second"});
  CHECK(couple.therapist.TakeAlarms().empty());
}

TEST_CASE("A message refused for its lists holds up no other bond, nor its end") {
  TestCouple couple;
  SecondClient lea(couple);
  const BondId kim_bond = couple.client.bond();
  REQUIRE(NoteTo(couple.therapist, kim_bond, "to Kim").ok());
  REQUIRE(NoteTo(couple.therapist, lea.person.bond(), "to Lea").ok());
  REQUIRE(couple.therapist.engine->EndBond(lea.person.bond()).ok());
  couple.therapist.transport.on_request = [&](const std::string& method, Message& message) {
    if (method != "Send") return;
    auto& request = static_cast<v1::SendRequest&>(message);
    if (DecodeHeader(request.header())->bond == kim_bond) request.mutable_header()->back() = 9;
  };
  CHECK(ReasonOf(couple.therapist.Sync().status()) == Reason::kStaleDeviceList);
  CHECK(couple.therapist.engine->Queued().value() == 1);
  REQUIRE(lea.person.Sync().ok());
  CHECK(lea.person.Texts() == Texts{"to Lea"});
  CHECK(lea.person.Standing().ended);
}

TEST_CASE("Messages that wait for another day hold up no end of a bond") {
  TestCouple couple;
  SecondClient lea(couple);
  REQUIRE(NoteTo(couple.therapist, couple.client.bond(), "to Kim").ok());
  REQUIRE(couple.therapist.engine->EndBond(lea.person.bond()).ok());
  couple.therapist.transport.refusal = [](const std::string& method) {
    if (method != "Send") return absl::OkStatus();
    return RefuseFor(Reason::kQuotaExceeded, "header", "these are more messages today",
                     3 * limits::kHourMs);
  };
  CHECK(ReasonOf(couple.therapist.Sync().status()) == Reason::kQuotaExceeded);
  REQUIRE(lea.person.Sync().ok());
  CHECK(lea.person.Standing().ended);
}

TEST_CASE("More lives of the store than are kept push out the oldest, and order holds") {
  TestCouple couple;
  const auto backup = couple.practice.rows();
  const EnvelopeId first = couple.client.Note("first").value();
  REQUIRE(couple.client.Sync().ok());
  EditVault(couple.client, [&](VaultChange& change) {
    auto progress = change.Read(names::kProgress);
    REQUIRE(progress->incarnations_size() == 1);
    const Bytes newest = progress->incarnations(0);
    progress->clear_incarnations();
    for (std::size_t i = 0; i + 1 < limits::kIncarnationsMax; ++i) {
      progress->add_incarnations(Encoder().U64(i).U64(i).Take());
    }
    progress->add_incarnations(newest);
    change.Put(names::kProgress, *progress);
    auto message = change.Read(names::Message(first));
    message->set_life(limits::kIncarnationsMax - 1);
    change.Put(names::Message(first), *message);
  });
  for (const char* text : {"second", "third", "fourth"}) {
    couple.practice.store.Restore(backup);
    couple.RestartPractice();
    REQUIRE(couple.client.Note(text).ok());
    REQUIRE(couple.client.Sync().ok());
    REQUIRE(couple.therapist.Sync().ok());
    REQUIRE(couple.client.Sync().ok());
    REQUIRE(couple.therapist.Sync().ok());
    REQUIRE(couple.client.Sync().ok());
  }
  CHECK(couple.client.Texts() == Texts{"first", "second", "third", "fourth"});
  EditVault(couple.client, [&](VaultChange& change) {
    const auto progress = change.Read(names::kProgress);
    CHECK(static_cast<std::size_t>(progress->incarnations_size()) < limits::kIncarnationsMax);
    CHECK(progress->incarnations(0) != Encoder().U64(0).U64(0).Take());
  });
}

}  // namespace
}  // namespace holdfast::client
