// An invitation works once, for the person and the practice that it was made for.
#include "crypto/invitation.h"
#include "support/catch.h"
#include "support/couple.h"
#include "support/wire_device.h"

namespace holdfast::test {
namespace {

struct InvitationsSetting {
  TempDir files;
  PracticeProcess practice{files / "practice"};
  Person therapist{files / "therapist"};
  Person client{files / "client"};

  InvitationsSetting() {
    practice.Start();
    therapist.Enroll(practice.EnrolmentCode());
  }
  Outcome Join(const std::string& invitation) {
    return client.Try({"join", "--invitation-file", "-"}, invitation);
  }
  // A refused invitation has changed nothing: the right one still works.
  void CheckThatTheRightOneWorks() {
    const Outcome joined = Join(therapist.Invite());
    INFO(Describe(joined));
    CHECK(joined.exit_code == kExitOk);
  }
};

TEST_CASE("an invitation that nobody made is refused", "[invitations]") {
  InvitationsSetting fixture;
  auto invitation = crypto::DecodeInvitation(fixture.therapist.Invite());
  REQUIRE(invitation.ok());
  invitation->secret = crypto::CodeSecret::Random();
  const Outcome wrong = fixture.Join(crypto::EncodeInvitation(*invitation));
  INFO(Describe(wrong));
  CHECK(wrong.exit_code == kExitRefused);
  CHECK(ReasonIn(wrong) == "invitation_unknown");
  fixture.CheckThatTheRightOneWorks();
}

TEST_CASE("an invitation works once", "[invitations]") {
  InvitationsSetting fixture;
  const std::string invitation = fixture.therapist.Invite();
  fixture.client.Join(invitation);
  Person second(fixture.files / "second");
  const Outcome used = second.Try({"join", "--invitation-file", "-"}, invitation);
  INFO(Describe(used));
  CHECK(used.exit_code == kExitRefused);
  CHECK(ReasonIn(used) == "invitation_used");
  fixture.therapist.Sync();
  CHECK(fixture.therapist.Do({"status"}).at("bonds").size() == 1);
}

TEST_CASE("an invitation that was taken back is refused kindly", "[invitations]") {
  InvitationsSetting fixture;
  const std::string invitation = fixture.therapist.Invite();
  const Json listed = fixture.therapist.Do({"invitations"}).at("invitations");
  REQUIRE(listed.size() == 1);
  const std::string id = listed.at(0).at("id");
  const Json taken = fixture.therapist.Do({"invitations", "withdraw", id.substr(0, 6)});
  CHECK(taken.at("invitation").at("state") == "withdrawn");
  CHECK(fixture.therapist.Do({"status"}).at("invitations").empty());
  const Outcome refused = fixture.Join(invitation);
  INFO(Describe(refused));
  CHECK(refused.exit_code == kExitRefused);
  CHECK(ReasonIn(refused) == "invitation_withdrawn");
  const Outcome plain = fixture.client.TryPlain({"join", "--invitation-file", "-"}, invitation);
  CHECK(plain.err.find("taken back. Ask your therapist for a new one") != std::string::npos);
  CHECK(fixture.therapist.Do({"invitations", "withdraw", id}).at("invitation").at("state") ==
        "withdrawn");
  fixture.CheckThatTheRightOneWorks();
}

TEST_CASE("an invitation that was answered first is not taken back", "[invitations]") {
  InvitationsSetting fixture;
  const std::string invitation = fixture.therapist.Invite();
  const std::string id = fixture.therapist.Do({"invitations"}).at("invitations").at(0).at("id");
  fixture.client.Join(invitation);
  const Outcome late = fixture.therapist.Try({"invitations", "withdraw", id});
  INFO(Describe(late));
  CHECK(late.exit_code == kExitUsage);
  CHECK(fixture.therapist.Do({"status"}).at("bonds").size() == 1);
}

TEST_CASE("an expired invitation is refused", "[invitations]") {
  InvitationsSetting fixture;
  auto invitation = crypto::DecodeInvitation(fixture.therapist.Invite());
  REQUIRE(invitation.ok());
  invitation->expires_at_ms = (NowMs() / 1000 - 60) * 1000;
  const Outcome expired = fixture.Join(crypto::EncodeInvitation(*invitation));
  INFO(Describe(expired));
  CHECK(expired.exit_code == kExitRefused);
  CHECK(ReasonIn(expired) == "invitation_expired");
  fixture.CheckThatTheRightOneWorks();
}

TEST_CASE("a mistyped, cut or different code is told apart and refused", "[invitations]") {
  InvitationsSetting fixture;
  const std::string good = fixture.therapist.Invite();
  std::string mistyped = good;
  char& letter = mistyped[mistyped.size() / 2];
  letter = letter == '7' ? '8' : '7';
  for (const std::string& text :
       {mistyped, good.substr(0, good.size() / 2), std::string("hello"), std::string(),
        fixture.practice.EnrolmentCode(), std::string(100'000, 'A')}) {
    const Outcome bad = fixture.Join(text);
    INFO(text.substr(0, 80) << "\n" << Describe(bad));
    CHECK((bad.exit_code == kExitRefused || bad.exit_code == kExitUsage));
    CHECK_FALSE(ReasonIn(bad).empty());
  }
  fixture.CheckThatTheRightOneWorks();
}

TEST_CASE("an invitation with another therapist's key in it is worth nothing", "[invitations]") {
  InvitationsSetting fixture;
  auto invitation = crypto::DecodeInvitation(fixture.therapist.Invite());
  REQUIRE(invitation.ok());
  invitation->therapist = crypto::SigningKey::Generate().public_key<AccountKey>();
  const Outcome tampered = fixture.Join(crypto::EncodeInvitation(*invitation));
  INFO(Describe(tampered));
  CHECK(tampered.exit_code == kExitRefused);
  CHECK(ReasonIn(tampered) == "invitation_unknown");
  fixture.CheckThatTheRightOneWorks();
}

TEST_CASE("an invitation with another practice's key in it is an alarm", "[invitations]") {
  InvitationsSetting fixture;
  auto invitation = crypto::DecodeInvitation(fixture.therapist.Invite());
  REQUIRE(invitation.ok());
  invitation->practice = crypto::SigningKey::Generate().public_key<PracticeKey>();
  const Outcome tampered = fixture.Join(crypto::EncodeInvitation(*invitation));
  INFO(Describe(tampered));
  CHECK(tampered.exit_code == kExitIntegrity);
  CHECK(ReasonIn(tampered) == "wrong_practice");
  fixture.CheckThatTheRightOneWorks();
}

TEST_CASE("an interrupted join goes on with the same invitation and recovery code",
          "[invitations]") {
  InvitationsSetting fixture;
  const std::string invitation = fixture.therapist.Invite();
  REQUIRE(fixture.practice.Stop().exit_code == 0);
  const Outcome away = fixture.Join(invitation);
  INFO(Describe(away));
  CHECK(away.exit_code == kExitUnreachable);
  fixture.practice.Start();
  const Outcome joined = fixture.Join(invitation);
  INFO(Describe(joined));
  CHECK(joined.exit_code == kExitOk);
}

TEST_CASE("an enrolment code works once", "[invitations]") {
  InvitationsSetting fixture;
  const std::string code = fixture.practice.EnrolmentCode();
  Person second(fixture.files / "second"), third(fixture.files / "third");
  second.Enroll(code);
  const Outcome used = third.Try({"enroll", "--code-file", "-"}, code);
  INFO(Describe(used));
  CHECK(used.exit_code == kExitRefused);
  CHECK(ReasonIn(used) == "enrolment_used");
  auto wrong = crypto::DecodeEnrolmentCode(code);
  REQUIRE(wrong.ok());
  wrong->secret = crypto::CodeSecret::Random();
  const Outcome unknown =
      third.Try({"enroll", "--code-file", "-"}, crypto::EncodeEnrolmentCode(*wrong));
  CHECK(ReasonIn(unknown) == "enrolment_unknown");
}

TEST_CASE("a profile holds one account", "[invitations]") {
  InvitationsSetting fixture;
  fixture.client.Join(fixture.therapist.Invite());
  const Outcome again = fixture.Join(fixture.therapist.Invite());
  INFO(Describe(again));
  CHECK(again.exit_code != kExitOk);
  CHECK_FALSE(ReasonIn(again).empty());
}

}  // namespace
}  // namespace holdfast::test
