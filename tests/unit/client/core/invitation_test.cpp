// Invitations and enrolment codes that are wrong, used, expired or tampered with.
#include "crypto/invitation.h"

#include "support/catch.h"
#include "support/client_world.h"

namespace holdfast::client {
namespace {

using google::protobuf::Message;

TEST_CASE("An invitation forms one bond: a second person is refused") {
  TestCouple couple(false);
  REQUIRE(couple.therapist.Enroll(couple.AddTherapist()).ok());
  const std::string invitation = couple.therapist.Invite("Kim").value();
  REQUIRE(couple.client.Join(invitation).ok());
  TestPerson thief(couple.practice, couple.executor);
  CHECK(ReasonOf(thief.Join(invitation).status()) == Reason::kInvitationUsed);
  CHECK_FALSE(thief.engine->has_account());
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.engine->Invitations()->empty());
  CHECK(couple.therapist.engine->Bonds()->front().label == "Kim");
}

TEST_CASE("An expired invitation is refused") {
  TestCouple couple(false);
  REQUIRE(couple.therapist.Enroll(couple.AddTherapist()).ok());
  const std::string invitation = couple.therapist.Invite("Kim", limits::kHourMs).value();
  couple.practice.clock.Advance(2 * limits::kHourMs);
  CHECK(ReasonOf(couple.client.Join(invitation).status()) == Reason::kInvitationExpired);
}

TEST_CASE("An invitation past its own date is refused before anything is asked") {
  TestCouple couple(false);
  REQUIRE(couple.therapist.Enroll(couple.AddTherapist()).ok());
  crypto::Invitation parsed =
      crypto::DecodeInvitation(couple.therapist.Invite("Kim").value()).value();
  parsed.expires_at_ms -= 30 * limits::kDayMs;
  bool asked = false;
  couple.client.transport.on_request = [&](const std::string&, Message&) { asked = true; };
  CHECK(ReasonOf(couple.client.Join(crypto::EncodeInvitation(parsed)).status()) ==
        Reason::kInvitationExpired);
  CHECK_FALSE(asked);
}

TEST_CASE("An invitation with another date than the therapist signed forms no bond") {
  TestCouple couple(false);
  REQUIRE(couple.therapist.Enroll(couple.AddTherapist()).ok());
  crypto::Invitation parsed =
      crypto::DecodeInvitation(couple.therapist.Invite("Kim").value()).value();
  parsed.expires_at_ms += limits::kDayMs;
  CHECK(ReasonOf(couple.client.Join(crypto::EncodeInvitation(parsed)).status()) ==
        Reason::kIntegrity);
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.engine->Bonds()->empty());
}

TEST_CASE("A mistyped invitation is refused before anything is asked") {
  TestCouple couple(false);
  REQUIRE(couple.therapist.Enroll(couple.AddTherapist()).ok());
  std::string invitation = couple.therapist.Invite("Kim").value();
  invitation[10] = invitation[10] == 'A' ? 'B' : 'A';
  bool asked = false;
  couple.client.transport.on_request = [&](const std::string&, Message&) { asked = true; };
  CHECK(ReasonOf(couple.client.Join(invitation).status()) == Reason::kMalformedField);
  CHECK_FALSE(asked);
}

TEST_CASE("An invitation whose secret was altered is unknown") {
  TestCouple couple(false);
  REQUIRE(couple.therapist.Enroll(couple.AddTherapist()).ok());
  crypto::Invitation parsed =
      crypto::DecodeInvitation(couple.therapist.Invite("Kim").value()).value();
  parsed.secret = crypto::CodeSecret::Random();
  CHECK(ReasonOf(couple.client.Join(crypto::EncodeInvitation(parsed)).status()) ==
        Reason::kInvitationUnknown);
}

TEST_CASE("A practice that swaps the therapist's devices or invitation forms no bond") {
  for (const int part : {0, 1, 2, 3}) {
    TestCouple couple(false);
    REQUIRE(couple.therapist.Enroll(couple.AddTherapist()).ok());
    const std::string invitation = couple.therapist.Invite("Kim").value();
    couple.client.transport.on_response = [part](const std::string& method, Message& message) {
      if (method != "GetInvitation") return;
      auto& response = static_cast<v1::GetInvitationResponse&>(message);
      v1::DeviceSet& devices = *response.mutable_therapist();
      v1::SignedStatement* statements[] = {response.mutable_invitation(), devices.mutable_lists(0),
                                           devices.mutable_certificates(0),
                                           devices.mutable_prekeys(0)};
      std::string& bytes = *statements[part]->mutable_statement();
      bytes[40] = static_cast<char>(bytes[40] ^ 1);
    };
    CHECK_FALSE(couple.client.Join(invitation).ok());
    CHECK_FALSE(couple.client.engine->has_account());
  }
}

TEST_CASE("An answer that was not made with the invitation forms no bond at the therapist's") {
  TestCouple couple(false);
  REQUIRE(couple.therapist.Enroll(couple.AddTherapist()).ok());
  REQUIRE(couple.client.Join(couple.therapist.Invite("Kim").value()).ok());
  couple.therapist.transport.on_response = [](const std::string& method, Message& message) {
    if (method != "Subscribe") return;
    for (v1::Entry& entry : *static_cast<v1::SubscribeResponse&>(message).mutable_entries()) {
      if (!entry.has_bond_formed()) continue;
      std::string& mac = *entry.mutable_bond_formed()->mutable_answer_mac();
      mac[0] = static_cast<char>(mac[0] ^ 1);
    }
  };
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(couple.therapist.engine->Bonds()->empty());
  const auto alarms = couple.therapist.TakeAlarms();
  REQUIRE(alarms.size() == 1);
  CHECK(alarms.front().reason == Reason::kIntegrity);
}

TEST_CASE("A second answer to one invitation is an alarm, not a second bond") {
  TestCouple couple(false);
  REQUIRE(couple.therapist.Enroll(couple.AddTherapist()).ok());
  const std::string invitation = couple.therapist.Invite("Kim").value();
  const auto before = couple.practice.rows();
  REQUIRE(couple.client.Join(invitation).ok());
  REQUIRE(couple.therapist.Sync().ok());
  // The practice forgets that the invitation was used, and lets a thief answer it.
  couple.practice.store.Restore(before);
  couple.RestartPractice();
  TestPerson thief(couple.practice, couple.executor);
  REQUIRE(thief.Join(invitation).ok());
  couple.therapist.TakeAlarms();
  couple.therapist.Sync().IgnoreError();
  couple.therapist.Sync().IgnoreError();
  CHECK(couple.therapist.engine->Bonds()->size() == 1);
  bool told = false;
  for (const Alarm& alarm : couple.therapist.TakeAlarms()) {
    told =
        told || alarm.kind == AlarmKind::kSecondAnswer || alarm.kind == AlarmKind::kClientSwapped;
  }
  CHECK(told);
}

LookupId OnlyInvitation(TestPerson& therapist) {
  const auto invitations = therapist.engine->Invitations(true).value();
  REQUIRE(invitations.size() == 1);
  return invitations.front().id;
}
InvitationState OnlyState(TestPerson& therapist) {
  const auto invitations = therapist.engine->Invitations(true).value();
  REQUIRE(invitations.size() == 1);
  return invitations.front().state;
}
std::vector<AlarmKind> KindsOf(const std::vector<Alarm>& alarms) {
  std::vector<AlarmKind> kinds;
  for (const Alarm& alarm : alarms) kinds.push_back(alarm.kind);
  return kinds;
}

TEST_CASE("An invitation that was taken back lets nobody join") {
  TestCouple couple(false);
  REQUIRE(couple.therapist.Enroll(couple.AddTherapist()).ok());
  const std::string invitation = couple.therapist.Invite("Kim").value();
  const LookupId id = OnlyInvitation(couple.therapist);
  REQUIRE(couple.therapist.engine->WithdrawInvitation(id).ok());
  CHECK(OnlyState(couple.therapist) == InvitationState::kWithdrawing);
  CHECK(couple.therapist.engine->Invitations()->size() == 1);
  couple.therapist.Reopen();
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(OnlyState(couple.therapist) == InvitationState::kWithdrawn);
  CHECK(couple.therapist.engine->Invitations()->empty());
  CHECK(ReasonOf(couple.client.Join(invitation).status()) == Reason::kInvitationWithdrawn);
  CHECK_FALSE(couple.client.engine->has_account());
  // Once more is nothing new.
  REQUIRE(couple.therapist.engine->WithdrawInvitation(id).ok());
  std::size_t asked = 0;
  couple.therapist.transport.on_request = [&](const std::string& method, Message&) {
    if (method == "WithdrawInvitation") ++asked;
  };
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(asked == 0);
  CHECK(couple.therapist.TakeAlarms().empty());
}

TEST_CASE("Taking an invitation back outlives a lost answer, and a practice set back") {
  TestCouple couple;
  const std::string invitation = couple.therapist.Invite("Lou").value();
  const auto before = couple.practice.rows();
  REQUIRE(couple.therapist.engine->WithdrawInvitation(OnlyInvitation(couple.therapist)).ok());
  REQUIRE(couple.therapist.Note("something that is signed for").ok());
  std::vector<std::string> told;
  couple.therapist.transport.on_request = [&](const std::string& method, Message& request) {
    if (method == "WithdrawInvitation") told.push_back(request.SerializeAsString());
  };
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(told.size() == 1);
  couple.practice.store.Restore(before);
  couple.RestartPractice();
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(told.size() == 2);
  CHECK(told[1] == told[0]);
  CHECK(OnlyState(couple.therapist) == InvitationState::kWithdrawn);
  TestPerson finder(couple.practice, couple.executor);
  CHECK(ReasonOf(finder.Join(invitation).status()) == Reason::kInvitationWithdrawn);
}

TEST_CASE("An answer that came before the invitation was taken back counts, and is said") {
  for (const bool is_known_here : {true, false}) {
    TestCouple couple(false);
    REQUIRE(couple.therapist.Enroll(couple.AddTherapist()).ok());
    const std::string invitation = couple.therapist.Invite("Kim").value();
    const LookupId id = OnlyInvitation(couple.therapist);
    REQUIRE(couple.client.Join(invitation).ok());
    if (is_known_here) {
      REQUIRE(couple.therapist.Sync().ok());
      CHECK(ReasonOf(couple.therapist.engine->WithdrawInvitation(id)) == Reason::kInvitationUsed);
      CHECK(couple.therapist.TakeAlarms().empty());
    } else {
      REQUIRE(couple.therapist.engine->WithdrawInvitation(id).ok());
      REQUIRE(couple.therapist.Sync().ok());
      CHECK(KindsOf(couple.therapist.TakeAlarms()) ==
            std::vector<AlarmKind>{AlarmKind::kAnsweredBeforeWithdrawal});
    }
    REQUIRE(couple.therapist.Sync().ok());
    CHECK(couple.therapist.engine->Bonds()->size() == 1);
    CHECK(couple.therapist.engine->Invitations(true)->empty());
    CHECK(couple.therapist.TakeAlarms().empty());
  }
}

TEST_CASE("A practice that lets somebody in by an invitation that was taken back forms no bond") {
  TestCouple couple(false);
  REQUIRE(couple.therapist.Enroll(couple.AddTherapist()).ok());
  REQUIRE(couple.therapist.Sync().ok());
  const std::string invitation = couple.therapist.Invite("Kim").value();
  // It says yes, and forgets it at once.
  couple.therapist.transport.on_request = [](const std::string& method, Message& request) {
    if (method != "WithdrawInvitation") return;
    auto& withdraw = static_cast<v1::WithdrawInvitationRequest&>(request);
    std::string& statement = *withdraw.mutable_invitation()->mutable_statement();
    statement[40] = static_cast<char>(statement[40] ^ 1);
  };
  REQUIRE(couple.therapist.engine->WithdrawInvitation(OnlyInvitation(couple.therapist)).ok());
  REQUIRE(couple.therapist.Sync().ok());
  CHECK(OnlyState(couple.therapist) == InvitationState::kWithdrawing);  // refused: it waits
  couple.therapist.transport.on_request = nullptr;
  const auto before = couple.practice.rows();
  REQUIRE(couple.therapist.Sync().ok());
  REQUIRE(OnlyState(couple.therapist) == InvitationState::kWithdrawn);
  couple.practice.store.Restore(before);
  couple.RestartPractice();
  REQUIRE(couple.client.Join(invitation).ok());
  couple.therapist.TakeAlarms();
  couple.therapist.Sync().IgnoreError();
  couple.therapist.Sync().IgnoreError();
  CHECK(couple.therapist.engine->Bonds()->empty());
  const auto kinds = KindsOf(couple.therapist.TakeAlarms());
  CHECK(std::ranges::count(kinds, AlarmKind::kAnsweredWithdrawn) == 1);
  CHECK(std::ranges::count(kinds, AlarmKind::kAnsweredBeforeWithdrawal) == 0);
}

TEST_CASE("An invitation that expired is shown as that once") {
  TestCouple couple(false);
  REQUIRE(couple.therapist.Enroll(couple.AddTherapist()).ok());
  REQUIRE(couple.therapist.Invite("Kim", limits::kHourMs).ok());
  couple.practice.clock.Advance(2 * limits::kHourMs);
  couple.RestartPractice();
  const auto shown = couple.therapist.engine->Invitations().value();
  REQUIRE(shown.size() == 1);
  CHECK(shown.front().state == InvitationState::kExpired);
  CHECK(ReasonOf(couple.therapist.engine->WithdrawInvitation(shown.front().id)) ==
        Reason::kInvitationExpired);
  REQUIRE(couple.therapist.engine->MarkExpiriesShown().ok());
  CHECK(couple.therapist.engine->Invitations()->empty());
  CHECK(couple.therapist.engine->Invitations(true)->size() == 1);
}

TEST_CASE("An enrolment code works once, and only before it expires") {
  TestCouple couple(false);
  const std::string code = couple.AddTherapist();
  REQUIRE(couple.therapist.Enroll(code).ok());
  CHECK(ReasonOf(couple.client.Enroll(code).status()) == Reason::kEnrolmentUsed);
  const std::string late = couple.AddTherapist();
  couple.practice.clock.Advance(limits::kEnrolmentMs + limits::kMinuteMs);
  couple.RestartPractice();
  CHECK(ReasonOf(couple.client.Enroll(late).status()) == Reason::kEnrolmentExpired);
  // The same profile can still become something with a good code.
  CHECK(couple.client.Enroll(couple.AddTherapist()).ok());
}

TEST_CASE("A client cannot invite, and a therapist cannot join with the same profile") {
  TestCouple couple;
  CHECK(ReasonOf(couple.client.Invite("x").status()) == Reason::kUsage);
  CHECK(ReasonOf(couple.therapist.Invite("x", 1).status()) == Reason::kTimeOutOfRange);
  const std::string invitation = couple.therapist.Invite("x").value();
  CHECK(ReasonOf(couple.therapist.Join(invitation).status()) == Reason::kUsage);
}

}  // namespace
}  // namespace holdfast::client
