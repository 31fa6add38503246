// A session that was lost on one side: messages come all the same, and nobody hears of it.
#include "client/core/outside/limits.h"
#include "client/core/vault/names.h"
#include "crypto/public/device.h"
#include "support/catch.h"
#include "support/client_world.h"
#include "unit/client/core/several_devices.h"
#include "vault_edit.h"

namespace holdfast::client {
namespace {

using Texts = std::vector<std::string>;

// Every session that this device holds is gone, as after a vault that was damaged or put back.
void LoseSessions(TestPerson& person) {
  const BondId bond = person.bond();
  EditVault(person, [&](VaultChange& change) {
    REQUIRE(change
                .Scan(names::kPeers,
                      [&](BytesView, const vault::Peer& peer) {
                        for (const vault::PeerDevice& device : peer.devices()) {
                          const auto certificate = crypto::DecodeCertificate(device.certificate());
                          REQUIRE(certificate.ok());
                          change.Erase(names::Session(bond, crypto::DeviceIdOf(*certificate)));
                        }
                        return true;
                      })
                .ok());
  });
}

// Each side has written and heard, so that no session begins by itself.
void Settle(TestCouple& couple) {
  for (int i = 0; i < 2; ++i) {
    REQUIRE(couple.client.Note("from the client").ok());
    REQUIRE(couple.client.Sync().ok());
    REQUIRE(couple.therapist.Sync().ok());
    REQUIRE(couple.therapist.Note("from the therapist").ok());
    REQUIRE(couple.therapist.Sync().ok());
    REQUIRE(couple.client.Sync().ok());
  }
}

void SyncCouple(TestCouple& couple) {
  for (int i = 0; i < 3; ++i) {
    REQUIRE(couple.client.Sync().ok());
    REQUIRE(couple.therapist.Sync().ok());
  }
}

}  // namespace

TEST_CASE("What a lost session cannot open comes again, quietly") {
  TestCouple couple;
  Settle(couple);
  LoseSessions(couple.client);
  REQUIRE(couple.therapist.Note("after the loss").ok());
  REQUIRE(couple.therapist.Note("and another").ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.Texts().size() == 4);
  SyncCouple(couple);
  REQUIRE(couple.client.Texts().size() == 6);
  CHECK(couple.client.Texts()[4] == "after the loss");
  CHECK(couple.client.Texts()[5] == "and another");
  CHECK(couple.client.TakeAlarms().empty());
  CHECK(couple.therapist.TakeAlarms().empty());
  // And the sessions go on.
  REQUIRE(couple.therapist.Note("later").ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.Texts().back() == "later");
  SyncCouple(couple);
  CHECK(couple.therapist.Messages().back().state == MessageState::kDelivered);
  CHECK(couple.client.TakeAlarms().empty());
}

TEST_CASE("What came again is there for a device that recovers later") {
  TestCouple couple;
  Settle(couple);
  LoseSessions(couple.client);
  REQUIRE(couple.therapist.Note("after the loss").ok());
  REQUIRE(couple.therapist.Sync().ok());
  SyncCouple(couple);
  REQUIRE(couple.client.Texts().back() == "after the loss");
  SyncCouple(couple);
  TestPerson later(couple.practice, couple.executor);
  const auto recovered = later.Recover(couple.client_code);
  INFO(recovered.status());
  REQUIRE(recovered.ok());
  CHECK(later.Texts().back() == "after the loss");
  CHECK(later.Texts().size() == couple.therapist.Texts().size());
}

TEST_CASE("What the account's other device opened is not said to be unread") {
  SeveralDevices all;
  TestCouple& couple = all.couple;
  Settle(couple);
  all.Link();
  for (int i = 0; i < 2; ++i) {
    REQUIRE(all.second.Note("from the other device").ok());
    all.Settle({&couple.client, &all.second, &couple.therapist});
    REQUIRE(couple.therapist.Note("to both").ok());
    all.Settle({&couple.therapist, &couple.client, &all.second});
  }
  all.second.TakeAlarms();
  LoseSessions(all.second);
  REQUIRE(couple.therapist.Note("after the loss").ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(all.second.Sync().ok());
  CHECK(all.second.Texts().back() != "after the loss");
  // The therapist is away meanwhile, and the other device tells the key.
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(all.second.Sync().ok());
  couple.practice.Pass(limits::kHistoryKeyWaitMs + limits::kMinuteMs);
  REQUIRE(all.second.Sync().ok());
  REQUIRE(all.second.Texts().back() == "after the loss");
  couple.practice.Pass(limits::kKeyRequestMsMax + limits::kDayMs);
  REQUIRE(all.second.Sync().ok());
  CHECK_FALSE(Has(all.second.AlarmReasons(), Reason::kNotDecryptable));
}

TEST_CASE("Where both sides lost their sessions, both get what the other wrote") {
  TestCouple couple;
  Settle(couple);
  REQUIRE(couple.therapist.Note("one").ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.client.Note("two").ok());
  LoseSessions(couple.client);
  LoseSessions(couple.therapist);
  SyncCouple(couple);
  SyncCouple(couple);
  CHECK(couple.client.Texts() == couple.therapist.Texts());
  CHECK(couple.client.Texts().size() == 6);
  CHECK(couple.client.TakeAlarms().empty());
  CHECK(couple.therapist.TakeAlarms().empty());
}

TEST_CASE("A key that does not come is told after three days, and no more is asked in a day") {
  TestCouple couple;
  Settle(couple);
  LoseSessions(couple.client);
  for (int i = 0; i < 4; ++i) REQUIRE(couple.therapist.Note("unread").ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.client.Sync().ok());
  // The fourth is told at once.
  CHECK(couple.client.TakeAlarms().size() == 1);
  couple.practice.Pass(limits::kKeyRequestMsMax + limits::kDayMs);
  REQUIRE(couple.client.Sync().ok());
  CHECK(Has(couple.client.AlarmReasons(), Reason::kNotDecryptable));
}

TEST_CASE("A key is given only for the bytes that were sent") {
  TestCouple couple;
  Settle(couple);
  LoseSessions(couple.client);
  REQUIRE(couple.therapist.Note("as it was").ok());
  REQUIRE(couple.therapist.Sync().ok());
  couple.client.transport.on_request = [](const std::string&, google::protobuf::Message&) {};
  REQUIRE(couple.client.Sync().ok());
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(couple.client.Sync().ok());
  CHECK(couple.client.Texts().back() == "as it was");
}

}  // namespace holdfast::client
