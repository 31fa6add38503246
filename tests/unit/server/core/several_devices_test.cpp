// An account of several devices within its bonds: each has its capsules, is told of the ledger and
// reads what came before it; and after a restored backup all of them come back.
#include "crypto/public/practice.h"
#include "server/core/records/keys.h"
#include "server/core/records/limits.h"
#include "support/server_account.h"
#include "unit/server/core/ahead_support.h"
#include "unit/server/core/invitation_calls.h"

namespace holdfast::server {
namespace {

struct Several : AheadPractice {
  Several() : account(*this, bond.client), second(account.MakeFurther()) {}
  void ListBoth() { account.List({&bond.client, &second}); }
  v1::SendRequest ToClient(const TestAccount::Devices& receivers) {
    LogInAgain(bond.therapist);
    return MakeSendTo(*this, bond, bond.therapist, 1, account.version(), receivers);
  }

  TestAccount account;
  TestDevice second;
};

}  // namespace

TEST_CASE("a message has a capsule for each device, of both sides, and for no other") {
  Several world;
  world.ListBoth();
  v1::SendResponse sent;
  // Nobody is left out, and nobody is there twice or uninvited.
  CHECK(FieldOf(world.Send(world.bond.therapist, world.ToClient({&world.bond.client}), sent)) ==
        "capsules");
  const auto stale = MakeSendTo(world, world.bond, world.bond.therapist, 1, 1,
                                {&world.bond.client, &world.second});
  CHECK(ReasonOf(world.Send(world.bond.therapist, stale, sent)) == Reason::kStaleDeviceList);
  const auto request = world.ToClient({&world.bond.client, &world.second});
  REQUIRE(world.Send(world.bond.therapist, request, sent).ok());
  CHECK(world.Delivered(world.bond.client).back().capsule() == request.capsules(0).sealed());
  CHECK(world.Delivered(world.second).back().capsule() == request.capsules(1).sealed());

  // From one of them: the other one hears of it too.
  const auto own = MakeSendTo(world, world.bond, world.second, 2, 1,
                              {&world.bond.client, &world.bond.therapist});
  REQUIRE(world.Send(world.second, own, sent).ok());
  CHECK(world.Delivered(world.bond.client).back().capsule() == own.capsules(0).sealed());
  CHECK(world.Delivered(world.second).size() == 1);
}

TEST_CASE("a new device begins with an empty mailbox, and reads what came before in the history") {
  Several world;
  v1::SendResponse sent;
  const auto early = world.ToClient({&world.bond.client});
  REQUIRE(world.Send(world.bond.therapist, early, sent).ok());
  world.ListBoth();
  CHECK(world.ReadAll(world.second).empty());
  const auto late = world.ToClient({&world.bond.client, &world.second});
  REQUIRE(world.Send(world.bond.therapist, late, sent).ok());
  const auto history = world.History(world.second);
  REQUIRE(history.envelopes_size() == 2);
  CHECK(history.envelopes(0).body() == early.body());
  CHECK(history.envelopes(0).capsule().empty());
  CHECK(history.envelopes(1).capsule() == late.capsules(1).sealed());
  const auto read = world.ReadAll(world.second);
  REQUIRE(read.size() == 1);
  CHECK(read.front().position() == 1);
}

TEST_CASE("a send that was stored before a list changed keeps its receipt") {
  Several world;
  const auto request = world.ToClient({&world.bond.client});
  v1::SendResponse first, again;
  REQUIRE(world.Send(world.bond.therapist, request, first).ok());
  world.ListBoth();
  REQUIRE(world.Send(world.bond.therapist, request, again).ok());
  CHECK(again.SerializeAsString() == first.SerializeAsString());
}

TEST_CASE("a body that comes again goes to nobody who came off the list") {
  Several world;
  world.ListBoth();
  const auto request = world.ToClient({&world.bond.client, &world.second});
  v1::SendResponse sent, again;
  REQUIRE(world.Send(world.bond.therapist, request, sent).ok());
  world.account.List({&world.bond.client});
  world.FireDue();
  MemoryStore::Rows damaged = world.rows();
  damaged.erase(keys::Body(world.bond.id, 1));
  world.store.Restore(damaged);
  REQUIRE(world.Send(world.bond.therapist, request, again).ok());
  CHECK(again.SerializeAsString() == sent.SerializeAsString());
  for (const auto& [key, value] : world.rows()) {
    CHECK_FALSE(key.starts_with("m" + world.second.id.str()));
  }
  CHECK(world.Delivered(world.bond.client).back().body() == request.body());
  CHECK(world.History(world.bond.client).envelopes(0).capsule() == request.capsules(0).sealed());
}

TEST_CASE("every device of both is told of the ledger, of reminders and of what is released") {
  Several world;
  world.ListBoth();
  TestAccount therapist(world, world.bond.therapist);
  const TestDevice desk = therapist.MakeFurther();
  therapist.List({&world.bond.therapist, &desk});
  world.SetHours();
  world.Keep();
  world.Seal(world.bond.therapist, OnOpening(FirstSlot()));
  world.PassUntil(FirstOpening());
  CHECK(world.Heard(world.bond.client) == "act act act opened released note");
  CHECK(world.Heard(world.second) == world.Heard(world.bond.client));
  CHECK(world.Heard(world.bond.therapist) == "act act act opened released");
  // The author's other device has not got it yet either.
  CHECK(world.Heard(desk) == "act act act opened released note");
  CHECK(Told(world, world.second) == Told(world, world.bond.client));

  // A third one hears of what comes from here on, by timers that were armed before it.
  const TestDevice third = world.account.MakeFurther();
  world.LogInAgain(world.bond.client);
  world.account.List({&world.bond.client, &world.second, &third});
  world.PassUntil(FirstOpening() + kWindowMs);
  CHECK(world.Heard(third) == "empty");
  // And one that came off of nothing more.
  world.LogInAgain(world.bond.client);
  world.account.List({&world.bond.client, &third});
  world.PassUntil(FirstOpening() + kWeekMs);
  CHECK(world.Heard(third) == "empty opened");
  for (const auto& [key, value] : world.rows()) {
    CHECK_FALSE(key.starts_with("m" + world.second.id.str()));
  }
}

TEST_CASE("a bond that is formed is told to each of the therapist's devices") {
  Several world;
  TestAccount therapist(world, world.bond.therapist);
  const TestDevice desk = therapist.MakeFurther();
  therapist.List({&world.bond.therapist, &desk});
  // Of what was formed before it: whoever was told of that may be gone.
  REQUIRE(world.ReadAll(desk).size() == 1);
  CHECK(world.ReadAll(desk).front().bond_formed().bond().statement() ==
        world.bond.redeemed.bond().statement());
  // By the device that was linked.
  TestDevice client = world.MakeDevice();
  const v1::SignedStatement invitation = world.MakeInvitation(desk);
  REQUIRE(Invite(world, desk, invitation).ok());
  v1::RedeemInvitationResponse redeemed;
  REQUIRE(Redeem(world, world.Redemption(invitation, client), redeemed).ok());
  REQUIRE(world.ReadAll(desk).size() == 2);
  CHECK(world.ReadAll(desk).back().bond_formed().bond().statement() == redeemed.bond().statement());
  CHECK(world.ReadAll(world.bond.therapist).back().has_bond_formed());
}

TEST_CASE("a device that is listed is told of a therapist's newest bonds, in order, and once") {
  Several world;
  TestAccount therapist(world, world.bond.therapist);
  std::vector<Bytes> formed = {world.bond.id.str()};
  for (std::uint64_t i = 0; i < kBondsToldMax + 1; ++i) {
    TestDevice client = world.MakeDevice();
    world.LogInAgain(world.bond.therapist);
    const v1::SignedStatement invitation = world.MakeInvitation(world.bond.therapist);
    REQUIRE(Invite(world, world.bond.therapist, invitation).ok());
    v1::RedeemInvitationResponse redeemed;
    REQUIRE(Redeem(world, world.Redemption(invitation, client), redeemed).ok());
    formed.push_back(crypto::DecodeBond(redeemed.bond().statement()).value().bond.str());
    world.clock.Advance(limits::kHourMs);
  }
  world.LogInAgain(world.bond.therapist);
  const TestDevice desk = therapist.MakeFurther();
  therapist.List({&world.bond.therapist, &desk});
  const auto told = [&] {
    std::vector<Bytes> bonds;
    for (const v1::Entry& entry : world.ReadAll(desk)) {
      bonds.push_back(
          crypto::DecodeBond(entry.bond_formed().bond().statement()).value().bond.str());
    }
    return bonds;
  };
  CHECK(told() == std::vector<Bytes>(formed.end() - kBondsToldMax, formed.end()));
  // A list that names it again tells it nothing more.
  const TestDevice third = therapist.MakeFurther();
  therapist.List({&world.bond.therapist, &desk, &third});
  CHECK(told().size() == kBondsToldMax);
}

TEST_CASE("an invitation that nobody deposited is not taken from a device that came off") {
  Several world;
  TestAccount therapist(world, world.bond.therapist);
  const TestDevice stolen = therapist.MakeFurther();
  therapist.List({&world.bond.therapist, &stolen});
  const v1::SignedStatement before = world.MakeInvitation(stolen);
  const v1::SignedStatement deposited = world.MakeInvitation(stolen);
  REQUIRE(Invite(world, stolen, deposited).ok());
  therapist.List({&world.bond.therapist});
  TestDevice client = world.MakeDevice(), other = world.MakeDevice();
  v1::RedeemInvitationResponse redeemed;
  CHECK(ReasonOf(Redeem(world, world.Redemption(before, client), redeemed)) ==
        Reason::kInvitationUnknown);
  CHECK(Redeem(world, world.Redemption(deposited, other), redeemed).ok());
}

TEST_CASE("lists that a restored backup lost come back with the practice's own word") {
  Several world;
  const v1::SignedStatement statement = world.account.Statement();
  const MemoryStore::Rows backup = world.rows();
  world.ListBoth();
  auto change = world.account.ChangeTo({&world.bond.client, &world.second});
  *change.mutable_epoch() = world.account.MakeEpoch(2);
  REQUIRE(world.account.Change(world.bond.client.caller(), change).ok());
  const v1::SignedStatement epoch = change.epoch();
  const TestRecovery recovery = world.account.MakeRecovery(1);
  change = world.account.ChangeTo({&world.second});
  *change.mutable_recovery() = recovery.carried;
  REQUIRE(world.account.Change(world.bond.client.caller(), change).ok());
  const v1::SignedStatement next_epoch = world.account.MakeEpoch(3);

  world.store.Restore(backup);
  world.Restart();
  // The device that is left is not known here any more.
  CHECK(ReasonOf(LogInAs(world, world.second)) == Reason::kLoginRefused);
  v1::ChangeAccountRequest back;
  *back.mutable_account() = statement;
  *back.mutable_devices() = world.account.SetFrom(2);
  *back.mutable_recovery() = recovery.carried;
  *back.mutable_epoch() = epoch;  // of a list that is not the newest
  REQUIRE(world.account.Change({}, back).ok());
  CHECK(LogInAs(world, world.second).ok());
  CHECK(ReasonOf(LogInAs(world, world.bond.client)) == Reason::kDeviceUnlinked);
  CHECK(GetRecovery(world, recovery.lookup, recovery.token).ok());
  back.clear_recovery();
  *back.mutable_devices() = world.account.SetFrom(world.account.version());
  *back.mutable_epoch() = next_epoch;
  REQUIRE(world.account.Change({}, back).ok());
  CHECK(world.account.ReadArchive(world.second, 0)->epochs_size() == 2);
  CHECK(world.account.GetDevices(world.second)->lists_size() == 4);
}

TEST_CASE("former devices come back with the practice's own word, and with nothing else") {
  Several world;
  const TestDevice third = world.account.MakeFurther();
  const v1::SignedStatement statement = world.account.Statement();
  const MemoryStore::Rows backup = world.rows();
  world.account.List({&world.bond.client, &world.second, &third});
  const v1::ArchiveRecord record = world.account.MakeRecord(third);
  REQUIRE(world.account.Append(third, {record}).ok());
  world.account.List({&world.bond.client, &third});
  world.account.List({&world.bond.client});
  const auto before = world.account.GetDevices(world.bond.client);
  REQUIRE(before->former_size() == 2);
  world.store.Restore(backup);
  world.Restart();
  world.LogIn(world.bond.client);
  v1::ChangeAccountRequest back;
  *back.mutable_devices() = world.account.SetFrom(2);
  *back.mutable_devices()->mutable_former() = before->former();
  const absl::Status refused = world.account.Change(world.bond.client.caller(), back);
  CHECK(FieldOf(refused) == "devices.former");
  *back.mutable_account() = statement;
  v1::ChangeAccountRequest forged = back;
  forged.mutable_devices()->mutable_former(1)->mutable_signature()->back() ^= 1;
  CHECK(FieldOf(world.account.Change({}, forged)).starts_with("devices.former"));
  *forged.mutable_devices()->mutable_former() = back.devices().former();
  for (int i = 0; i < 63; ++i) {
    *forged.mutable_devices()->add_former() = back.devices().former(0);
  }
  CHECK(FieldOf(world.account.Change({}, forged)) == "devices.former");
  REQUIRE(world.account.Change({}, back).ok());
  const auto after = world.account.GetDevices(world.bond.client);
  REQUIRE(after->former_size() == 2);
  CHECK(after->former(0).SerializeAsString() == before->former(0).SerializeAsString());
  CHECK(after->former(1).SerializeAsString() == before->former(1).SerializeAsString());
  const MemoryStore::Rows rows = world.RowsButClock();
  CHECK(world.account.Change({}, back).ok());
  CHECK(world.RowsButClock() == rows);
  // Nor does it cost anything to say what is known, however it is signed.
  forged = back;
  for (auto& one : *forged.mutable_devices()->mutable_former())
    one.mutable_signature()->back() ^= 1;
  CHECK(world.account.Change({}, forged).ok());
  CHECK(world.RowsButClock() == rows);
  // What they signed is known to be theirs; and they are told that they are none any more.
  CHECK(world.account.Append(world.bond.client, {record}).ok());
  CHECK(ReasonOf(LogInAs(world, third)) == Reason::kDeviceUnlinked);
  // Listed again one of them is like any other.
  world.account.List({&world.bond.client, &third});
  CHECK(LogInAs(world, third).ok());
  CHECK(world.account.GetDevices(world.bond.client)->prekeys_size() == 2);
}

TEST_CASE("a bond comes back whose invitation a device signed that nobody knows any more") {
  Several world;
  TestAccount therapist(world, world.bond.therapist);
  const TestDevice desk = therapist.MakeFurther();
  const v1::SignedStatement statement = therapist.Statement();
  const MemoryStore::Rows backup = world.rows();
  therapist.List({&world.bond.therapist, &desk});
  TestDevice client = world.MakeDevice();
  const v1::SignedStatement invitation = world.MakeInvitation(desk);
  REQUIRE(Invite(world, desk, invitation).ok());
  v1::RedeemInvitationRequest request = world.Redemption(invitation, client);
  v1::RedeemInvitationResponse first, again;
  REQUIRE(Redeem(world, request, first).ok());
  therapist.List({&world.bond.therapist});
  world.store.Restore(backup);
  world.Restart();
  CHECK(ReasonOf(Redeem(world, request, again)) == Reason::kInvitationUnknown);
  *request.mutable_bond() = first.bond();
  REQUIRE(Redeem(world, request, again).ok());
  CHECK(again.bond().SerializeAsString() == first.bond().SerializeAsString());
}

TEST_CASE("an account that a restored backup lost comes back as it began, and then with the rest") {
  Several world;
  const TestDevice& therapist = world.bond.therapist;
  TestAccount account(world, therapist);
  const v1::SignedStatement statement = account.Statement();
  const TestDevice desk = account.MakeFurther();
  account.List({&therapist, &desk});
  account.List({&desk});
  world.store.Restore({});
  world.Restart();
  v1::ChangeAccountRequest back;
  *back.mutable_account() = statement;
  *back.mutable_devices() = account.SetFrom(2);
  CHECK(ReasonOf(account.Change({}, back)) == Reason::kUnknownAccount);
  v1::EnrollTherapistRequest enrol = world.Enrolment(therapist, {});
  *enrol.mutable_account() = statement;
  REQUIRE(world
              .Run([&](Core& core, Transaction& transaction) {
                v1::EnrollTherapistResponse response;
                return core.EnrollTherapist(transaction, enrol, response);
              })
              .ok());
  REQUIRE(account.Change({}, back).ok());
  CHECK(LogInAs(world, desk).ok());
  CHECK(ReasonOf(LogInAs(world, therapist)) == Reason::kDeviceUnlinked);
}

}  // namespace holdfast::server
