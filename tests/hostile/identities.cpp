// Putting somebody else in the other person's place is noticed before a word is
// sealed for them.
#include "crypto/public/device.h"
#include "hostile/hostile_practice.h"
#include "support/wire_device.h"

namespace holdfast::test {
namespace {

v1::DeviceSet DevicesOf(const WireDevice& device) {
  v1::DeviceSet set;
  *set.add_lists() = device.registration().list();
  *set.add_certificates() = device.registration().certificate();
  *set.add_prekeys() = device.registration().prekey();
  return set;
}

// A practice with an enrolled therapist, and a client yet to join through a
// malicious practice.
struct Fixture {
  TempDir files;
  PracticeProcess practice{files / "practice"};
  Person therapist{files / "therapist"};
  Person client{files / "client"};
  std::unique_ptr<Middleman> middleman;
  WireDevice attacker;

  Fixture() {
    practice.Start();
    middleman = std::make_unique<Middleman>(practice);
    therapist.Enroll(Readdressed(practice.EnrolmentCode(), middleman->address()));
  }
  Outcome Join(const std::string& invitation) {
    return client.Try({"join", "--invitation-file", "-"},
                      Readdressed(invitation, middleman->address()));
  }
};

TEST_CASE("another therapist's devices in an invitation are an alarm", "[identities]") {
  Fixture fixture;
  const std::string invitation = fixture.therapist.Invite();
  Tamper tamper;
  tamper.invitation = [&](v1::GetInvitationResponse& response) {
    *response.mutable_therapist() = DevicesOf(fixture.attacker);
  };
  fixture.middleman->Set(tamper);
  CheckAlarm(fixture.Join(invitation));
  // The attempt has used nothing up.
  fixture.middleman->Set({});
  CHECK(fixture.Join(invitation).exit_code == kExitOk);
}

TEST_CASE("a prekey that the therapist's device did not sign is an alarm", "[identities]") {
  Fixture fixture;
  const std::string invitation = fixture.therapist.Invite();
  Tamper tamper;
  tamper.invitation = [&](v1::GetInvitationResponse& response) {
    *response.mutable_therapist()->mutable_prekeys(0) = fixture.attacker.registration().prekey();
  };
  fixture.middleman->Set(tamper);
  CheckAlarm(fixture.Join(invitation));
}

TEST_CASE("an invitation statement that the therapist did not sign is an alarm", "[identities]") {
  Fixture fixture;
  const std::string invitation = fixture.therapist.Invite();
  Tamper tamper;
  tamper.invitation = [&](v1::GetInvitationResponse& response) {
    std::string& signature = *response.mutable_invitation()->mutable_signature();
    signature[7] = static_cast<char>(signature[7] ^ 1);
  };
  fixture.middleman->Set(tamper);
  CheckAlarm(fixture.Join(invitation));
}

TEST_CASE("an impostor in the client's place is noticed by client and therapist", "[identities]") {
  Fixture fixture;
  const std::string invitation = fixture.therapist.Invite();
  const auto decoded = crypto::DecodeInvitation(invitation);
  REQUIRE(decoded.ok());
  Tamper tamper;
  tamper.redeem = [&](v1::RedeemInvitationRequest& request) {
    // The practice knows all but the secret, so it cannot make the MAC.
    crypto::Invitation guess = {crypto::CodeSecret::Random(), decoded->practice, decoded->therapist,
                                decoded->expires_at_ms, decoded->address};
    const v1::RedeemInvitationRequest honest = request;
    request = fixture.attacker.Redemption(guess, honest.invitation());
    // The bond's id is public: it can be right.
    auto answer = crypto::DecodeInvitationAnswer(request.answer()).value();
    answer.bond = crypto::DecodeInvitationAnswer(honest.answer()).value().bond;
    request.set_answer(crypto::EncodeInvitationAnswer(answer));
  };
  fixture.middleman->Set(tamper);
  CheckAlarm(fixture.Join(invitation));
  fixture.middleman->Set({});
  CheckAlarm(fixture.therapist.Try({"sync"}));
  // No bond that anybody could be written to by mistake.
  CHECK(fixture.therapist.Try({"send", "--text", "hello"}).exit_code != kExitOk);
}

TEST_CASE("a device that the account did not list gets no message", "[identities]") {
  HostilePractice world;
  WireDevice attacker;
  world.couple.client.CheckIn("before");
  Tamper tamper;
  std::size_t asked = 0;
  tamper.devices = [&](v1::GetDevicesResponse& response) {
    ++asked;
    *response.mutable_devices() = DevicesOf(attacker);
  };
  std::vector<std::string> capsules_for;
  tamper.send = [&](v1::SendRequest& request) {
    for (const v1::Capsule& capsule : request.capsules()) capsules_for.push_back(capsule.device());
    // Makes the device ask for the lists, if it does not anyway.
    v1::ErrorDetail detail;
    detail.set_reason("stale_device_list");
    return asked > 0 ? grpc::Status::OK
                     : grpc::Status(grpc::StatusCode::FAILED_PRECONDITION, "stale",
                                    detail.SerializeAsString());
  };
  world.Do(tamper);
  CheckAlarm(world.couple.client.Try(Person::CheckInCommand("not for the attacker"), "{}"),
             kExitOk);
  CHECK(asked >= 1);
  for (const std::string& device : capsules_for) CHECK(device != attacker.id().str());
  world.Honest();
  world.couple.client.Try({"sync"});
  world.couple.client.Try({"sync"});
  world.couple.therapist.Sync();
  CHECK_NOTHROW(MessageWith(world.couple.therapist.Inbox(), "not for the attacker"));
}

TEST_CASE("the other side's true devices with another account's prekeys are an alarm",
          "[identities]") {
  const bool zero = GENERATE(false, true);
  HostilePractice world;
  WireDevice attacker;
  world.couple.client.CheckIn("before");
  Tamper tamper;
  tamper.bonds = [](v1::ListBondsResponse& response) {
    for (v1::Bond& bond : *response.mutable_bonds()) bond.clear_devices();
  };
  tamper.devices = [&](v1::GetDevicesResponse& response) {
    v1::DeviceSet& set = *response.mutable_devices();
    if (set.prekeys().empty()) return;
    v1::SignedStatement& prekey = *set.mutable_prekeys(0);
    if (zero) {  // or an all-zero key under the device's own name
      auto decoded = crypto::DecodePrekey(prekey.statement());
      prekey.mutable_statement()->replace(prekey.statement().find(decoded->key.view()), 32,
                                          std::string(32, '\0'));
    } else {
      prekey = attacker.registration().prekey();
    }
  };
  world.Do(tamper);
  CheckAlarm(world.couple.client.Try({"sync"}));
  world.Honest();
  CHECK(world.couple.client.Try({"sync"}).exit_code == kExitOk);
}

TEST_CASE("a practice that asks for new lists again and again is not obeyed for ever",
          "[identities]") {
  HostilePractice world;
  Tamper tamper;
  std::size_t refused = 0;
  tamper.send = [&](v1::SendRequest&) {
    ++refused;
    v1::ErrorDetail detail;
    detail.set_reason("stale_device_list");
    return grpc::Status(grpc::StatusCode::FAILED_PRECONDITION, "stale", detail.SerializeAsString());
  };
  world.Do(tamper);
  const Outcome written = world.couple.client.Try(Person::CheckInCommand("patience"), "{}");
  INFO(Describe(written) << refused);
  CHECK(refused < 20);
  CHECK(MessageWith(world.couple.client.Inbox(), "patience").at("state") == "queued");
}

}  // namespace
}  // namespace holdfast::test
