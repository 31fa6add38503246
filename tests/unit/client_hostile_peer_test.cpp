// A malicious client, with an honest practice: it reaches nobody but itself.
#include <algorithm>

#include "client/core/limits.h"
#include "unit/client_vault_edit.h"

namespace holdfast::client {
namespace {

using Texts = std::vector<std::string>;
using google::protobuf::Message;

std::size_t SentIn(TestPerson& person, const BondId& bond) {
  std::size_t count = 0;
  EditVault(person, [&](VaultChange& change) { count = *change.Count(names::SentOf(bond)); });
  return count;
}

TEST_CASE("A client who claims messages never sent to it silences only its own bond") {
  TestCouple couple;
  SecondClient lea(couple);
  const BondId kim_bond = couple.client.bond();
  const DeviceId therapist = couple.therapist.engine->identity().device;
  EditVault(couple.client, [&](VaultChange& change) {
    vault::Chain chain;
    chain.set_newest_position(1'000'000);
    chain.set_whole_position(1'000'000);
    chain.set_newest_head(Bytes(32, 'x'));
    chain.set_whole_head(Bytes(32, 'x'));
    change.Put(names::Chain(kim_bond, therapist), chain);
  });
  REQUIRE(couple.client.Note("hi").ok());
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.Texts() == Texts{"hi"});
  const auto alarms = couple.therapist.TakeAlarms();
  REQUIRE(alarms.size() == 1);
  CHECK(alarms.front().bond == kim_bond);
  CHECK(alarms.front().text.find("\"Kim\"") != std::string::npos);
  CHECK(alarms.front().text.find("new invitation") != std::string::npos);
  CHECK(ReasonOf(NoteTo(couple.therapist, kim_bond, "to Kim").status()) ==
        Reason::kVaultRolledBack);

  REQUIRE(NoteTo(couple.therapist, lea.person.bond(), "to Lea").ok());
  const std::size_t sends = couple.therapist.transport.sends();
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.transport.sends() == sends + 1);
  REQUIRE(lea.person.Sync().ok());
  CHECK(lea.person.Texts() == Texts{"to Lea"});
  // It is said once, and nothing more is sealed in that bond.
  REQUIRE(couple.client.Note("hi again").ok());
  REQUIRE(couple.client.Sync().ok());
  couple.practice.clock.Advance(2 * limits::kDayMs);
  couple.RestartPractice();
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.TakeAlarms().empty());
  CHECK(SentIn(couple.therapist, kim_bond) == 0);
}

}  // namespace
}  // namespace holdfast::client
