// "I have read this, I was here": a therapist's own act, which the client is told with its time and
// the practice cannot tell from a message that was opened.
#include <utility>

#include "client/core/outside/limits.h"
#include "client/core/reading/overview.h"
#include "rules/header.h"
#include "several_devices.h"
#include "unit/client/core/vault_edit.h"

namespace holdfast::client {
namespace {

// A check-in that asks to be read, as the therapist holds it.
EnvelopeId AsksToBeRead(TestCouple& couple, const std::string& note = "a heavy week") {
  const auto id = couple.client.CheckIn(note, v1::NEED_WITNESS);
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  return *id;
}

std::uint64_t WitnessedAt(TestPerson& person, const EnvelopeId& id) {
  return person.engine->Message(id.hex())->witnessed_at_ms;
}

void ExchangeAll(TestCouple& couple) {
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.client.Sync().ok());
}

TEST_CASE("A client is told that their therapist read it and was with them, and when") {
  TestCouple couple;
  const EnvelopeId id = AsksToBeRead(couple);
  REQUIRE(couple.therapist.engine->MarkOpened(id).ok());
  ExchangeAll(couple);
  CHECK(couple.client.StateOf(id) == MessageState::kOpened);
  CHECK(WitnessedAt(couple.client, id) == 0);  // a device that opened it is nobody who was there
  couple.practice.clock.Advance(limits::kMinuteMs);
  const std::uint64_t at_ms = couple.therapist.clock.WallMs();
  REQUIRE(couple.therapist.engine->MarkWitnessed(id).ok());
  ExchangeAll(couple);
  CHECK(WitnessedAt(couple.client, id) == at_ms);
  CHECK(couple.client.engine->BondsByNeed().value().front().witnessed->id == id);
  CHECK_FALSE(couple.therapist.engine->BondsByNeed().value().front().witnessed.has_value());
  // Said once.
  couple.practice.clock.Advance(limits::kMinuteMs);
  const std::size_t sends = couple.therapist.transport.sends();
  REQUIRE(couple.therapist.engine->MarkWitnessed(id).ok());
  ExchangeAll(couple);
  CHECK(couple.therapist.transport.sends() == sends);
  CHECK(WitnessedAt(couple.therapist, id) == at_ms);
  CHECK(WitnessedAt(couple.client, id) == at_ms);
  couple.practice.clock.Advance(limits::kWitnessedShownMs);
  CHECK_FALSE(couple.client.engine->BondsByNeed().value().front().witnessed.has_value());
  CHECK(WitnessedAt(couple.client, id) == at_ms);
}

TEST_CASE("Only a therapist witnesses, and only what their client wrote") {
  TestCouple couple;
  const EnvelopeId id = AsksToBeRead(couple);
  const auto note = couple.therapist.Note("see you on Tuesday");
  ExchangeAll(couple);
  CHECK(ReasonOf(couple.client.engine->MarkWitnessed(id)) == Reason::kUsage);
  CHECK(ReasonOf(couple.client.engine->MarkWitnessed(*note)) == Reason::kUsage);
  CHECK(ReasonOf(couple.therapist.engine->MarkWitnessed(*note)) == Reason::kUsage);
  CHECK(ReasonOf(couple.therapist.engine->MarkWitnessed(EnvelopeId())) == Reason::kUnknownEnvelope);
  REQUIRE(couple.therapist.engine->EndBond(couple.therapist.bond()).ok());
  ExchangeAll(couple);
  CHECK(ReasonOf(couple.therapist.engine->MarkWitnessed(id)) == Reason::kBondEnded);
  CHECK(WitnessedAt(couple.therapist, id) == 0);
}

TEST_CASE(
    "What a client's device claims to have witnessed, or of an unknown message, changes nothing") {
  TestCouple couple;
  const EnvelopeId id = AsksToBeRead(couple);
  const auto note = couple.therapist.Note("see you on Tuesday");
  ExchangeAll(couple);
  const auto claim = [](TestPerson& person, const EnvelopeId& message) {
    const BondId bond = person.bond();
    EditVault(person, [&](VaultChange& change) {
      vault::Opened opened;
      opened.set_bond(bond.str());
      opened.set_opened_ms(person.clock.WallMs());
      opened.set_witnessed_ms(person.clock.WallMs());
      change.Put(names::Opened(message), opened);
    });
  };
  claim(couple.client, *note);
  claim(couple.client, id);
  claim(couple.therapist, *EnvelopeId::From(Bytes(16, 'u'), "id"));
  ExchangeAll(couple);
  ExchangeAll(couple);
  CHECK(couple.therapist.StateOf(*note) == MessageState::kOpened);
  CHECK(WitnessedAt(couple.therapist, *note) == 0);
  CHECK(WitnessedAt(couple.therapist, id) == 0);
  CHECK(WitnessedAt(couple.client, id) == 0);
  CHECK(couple.client.Messages().size() == 2);
  CHECK(couple.client.TakeAlarms().empty());
  CHECK(couple.therapist.TakeAlarms().empty());
}

TEST_CASE("A clock that is ahead witnesses nothing in the future") {
  TestCouple couple;
  const EnvelopeId id = AsksToBeRead(couple);
  couple.therapist.clock.ahead_ms = 20 * static_cast<std::int64_t>(limits::kHourMs);
  REQUIRE(couple.therapist.engine->MarkWitnessed(id).ok());
  couple.therapist.Sync().IgnoreError();
  REQUIRE(couple.client.Sync().ok());
  const std::uint64_t now_ms = couple.client.clock.WallMs();
  REQUIRE(WitnessedAt(couple.client, id) != 0);
  couple.practice.clock.Advance(2 * limits::kDayMs);
  CHECK(WitnessedAt(couple.client, id) <= now_ms);
}

TEST_CASE("What was witnessed is so on every device of both") {
  SeveralDevices devices;
  devices.Link();  // of the client
  TestCouple& couple = devices.couple;
  TestPerson third(couple.practice, couple.executor);
  REQUIRE(third.Link(*couple.therapist.MakeLink(couple.therapist_code)).ok());
  const EnvelopeId id = AsksToBeRead(couple);
  devices.Settle({&couple.client, &couple.therapist, &third, &devices.second});
  REQUIRE(couple.therapist.engine->MarkWitnessed(id).ok());
  const std::uint64_t at_ms = WitnessedAt(couple.therapist, id);
  couple.practice.clock.Advance(limits::kMinuteMs);
  devices.Settle({&couple.therapist, &third, &couple.client, &devices.second});
  for (TestPerson* person : {&third, &couple.client, &devices.second}) {
    CHECK(WitnessedAt(*person, id) == at_ms);
  }
  REQUIRE(third.engine->MarkWitnessed(id).ok());
  devices.Settle({&third, &couple.client});
  CHECK(WitnessedAt(couple.client, id) == at_ms);
  // One that is linked later as well.
  TestPerson fourth(couple.practice, couple.executor);
  devices.Link(fourth);
  devices.Settle({&couple.client, &fourth});
  CHECK(WitnessedAt(fourth, id) == at_ms);
}

TEST_CASE("Of two devices that witness at once the earlier time holds on all") {
  SeveralDevices devices;
  TestCouple& couple = devices.couple;
  TestPerson other(couple.practice, couple.executor);
  REQUIRE(other.Link(*couple.therapist.MakeLink(couple.therapist_code)).ok());
  const EnvelopeId id = AsksToBeRead(couple);
  devices.Settle({&couple.therapist, &other, &couple.client});
  REQUIRE(couple.therapist.engine->MarkWitnessed(id).ok());
  const std::uint64_t first_ms = WitnessedAt(couple.therapist, id);
  couple.practice.clock.Advance(limits::kMinuteMs);
  REQUIRE(other.engine->MarkWitnessed(id).ok());
  devices.Settle({&couple.therapist, &other, &couple.client});
  for (TestPerson* person : {&couple.client, &couple.therapist, &other}) {
    CHECK(WitnessedAt(*person, id) == first_ms);
  }
}

// What a receipt of the therapist's is to the practice, after these messages were opened or
// witnessed.
std::vector<std::string> WatchedReceipts(bool witnesses, int messages) {
  TestCouple couple;
  std::vector<EnvelopeId> ids;
  for (int i = 0; i < messages; ++i) ids.push_back(*couple.client.CheckIn("x", v1::NEED_WITNESS));
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  std::vector<std::string> seen;
  couple.therapist.transport.on_request = [&](const std::string& method,
                                              google::protobuf::Message& request) {
    if (method != "Send") return;
    const Header header = DecodeHeader(static_cast<v1::SendRequest&>(request).header()).value();
    seen.push_back(std::to_string(request.ByteSizeLong()) + " of kind " +
                   std::to_string(static_cast<int>(header.kind)));
  };
  for (const EnvelopeId& id : ids) {
    REQUIRE(couple.therapist.engine->MarkOpened(id).ok());
    if (witnesses) REQUIRE(couple.therapist.engine->MarkWitnessed(id).ok());
  }
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.client.Sync().ok());
  for (const EnvelopeId& id : ids) {
    CHECK(couple.client.StateOf(id) == MessageState::kOpened);
    CHECK((WitnessedAt(couple.client, id) != 0) == witnesses);
  }
  return seen;
}

TEST_CASE("To the practice what was witnessed is what was opened") {
  CHECK(WatchedReceipts(true, 3) == WatchedReceipts(false, 3));
  // What would make a receipt larger goes with the next one.
  auto many = WatchedReceipts(true, 66);
  REQUIRE(many.size() == 2);
  CHECK(many.front() == many.back());
  many.pop_back();
  CHECK(many == WatchedReceipts(false, 66));
}

TEST_CASE("What was witnessed is told by the next receipt where the practice refused the first") {
  TestCouple couple;
  const EnvelopeId id = AsksToBeRead(couple);
  REQUIRE(couple.therapist.engine->MarkWitnessed(id).ok());
  couple.therapist.transport.refusal = [refused = false](const std::string& method) mutable {
    if (method != "Send" || std::exchange(refused, true)) return absl::OkStatus();
    return Refuse(Reason::kMalformedField, "header", "is not taken");
  };
  couple.therapist.Sync().IgnoreError();
  couple.therapist.Reopen();
  ExchangeAll(couple);
  CHECK(WitnessedAt(couple.client, id) != 0);
}

TEST_CASE("What was witnessed lives through a restored backup of the practice") {
  TestCouple couple;
  const EnvelopeId id = AsksToBeRead(couple);
  const auto backup = couple.practice.rows();
  REQUIRE(couple.therapist.engine->MarkWitnessed(id).ok());
  REQUIRE(couple.therapist.Sync().ok());
  couple.practice.store.Restore(backup);
  couple.RestartPractice();
  for (int i = 0; i < 3; ++i) {
    couple.client.Sync().IgnoreError();
    couple.therapist.Sync().IgnoreError();
  }
  CHECK(WitnessedAt(couple.client, id) == WitnessedAt(couple.therapist, id));
}

}  // namespace
}  // namespace holdfast::client
