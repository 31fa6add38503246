// What lets a change of an account in, and what it brings beside lists: another recovery code,
// another epoch of the archive's key.
#include "server/core/records/keys.h"
#include "server/core/records/limits.h"
#include "server/core/records/records.h"
#include "unit/server/core/changed_account.h"

namespace holdfast::server {

TEST_CASE("a change is let in by a proof, before anything of it is looked at") {
  ChangedAccount world;
  const auto request = world.account.ChangeTo({&world.bond.client, &world.second});
  CHECK(ReasonOf(world.Refused({}, request)) == Reason::kTokenMissing);
  CHECK(ReasonOf(world.Refused({"nonsense"}, request)) == Reason::kTokenInvalid);
  v1::ChangeAccountRequest by = request;
  by.set_link_lookup(Bytes(LookupId::size, 'l'));
  CHECK(BlamedBy(world.Refused({}, by)) == Blamed{Reason::kLinkUnknown, "link_lookup"});
  // Also where the caller has a token: what the request carries is what counts.
  CHECK(BlamedBy(world.Refused(world.bond.client.caller(), by)) ==
        Blamed{Reason::kLinkUnknown, "link_lookup"});
  by.set_recovery_lookup(Bytes(LookupId::size, 'r'));
  CHECK(BlamedBy(world.Refused({}, by)) == Blamed{Reason::kMalformedField, "link_lookup"});
  by.clear_link_lookup();
  CHECK(BlamedBy(world.Refused({}, by)) == Blamed{Reason::kMalformedField, "recovery_token"});
  by.set_recovery_token(Bytes(32, 't'));
  CHECK(BlamedBy(world.Refused({}, by)) == Blamed{Reason::kRecoveryUnknown, "recovery_lookup"});
  by = request;
  *by.mutable_account() = world.bond.redeemed.account();
  by.mutable_account()->mutable_signature()->back() ^= 1;
  CHECK(BlamedBy(world.Refused({}, by)) == Blamed{Reason::kMalformedField, "account.signature"});
  const TestDevice nobody = world.MakeDevice();
  *by.mutable_account() = Carried(crypto::SignAccount(
      crypto::SigningKey(world.practice_seed.Clone()),
      {world.practice, nobody.account, crypto::Role::kClient, world.clock.wall_ms}));
  CHECK(BlamedBy(world.Refused({}, by)) == Blamed{Reason::kUnknownAccount, "account"});
  *by.mutable_account() = world.bond.redeemed.account();
  CHECK(world.account.Change({}, by).ok());
}

TEST_CASE("a link lets one change in, and the same change again") {
  ChangedAccount world;
  const v1::CreateLinkRequest link = MakeLink(world);
  REQUIRE(Link(world, world.bond.client, link).ok());
  auto request = world.account.ChangeTo({&world.bond.client, &world.second});
  request.set_link_lookup(link.lookup_id());
  // Refused for something else: the link stays good.
  v1::ChangeAccountRequest broken = request;
  broken.mutable_devices()->mutable_certificates(1)->mutable_signature()->back() ^= 1;
  CHECK(ReasonOf(world.Refused({}, broken)) == Reason::kMalformedField);
  REQUIRE(GetLink(world, link.lookup_id()).ok());

  v1::ChangeAccountResponse first, again;
  REQUIRE(world.account.Change({}, request, &first).ok());
  CHECK(ReasonOf(GetLink(world, link.lookup_id()).status()) == Reason::kLinkUsed);
  const MemoryStore::Rows rows = world.RowsButClock();
  REQUIRE(world.account.Change({}, request, &again).ok());
  CHECK(again.SerializeAsString() == first.SerializeAsString());
  CHECK(world.RowsButClock() == rows);
  // Nothing is left of what it opened.
  for (const auto& [key, value] : rows) {
    CHECK(value.find(link.sealed_account()) == Bytes::npos);
  }

  const TestDevice third = world.account.MakeFurther();
  auto other = world.account.ChangeTo({&world.bond.client, &world.second, &third});
  other.set_link_lookup(link.lookup_id());
  CHECK(BlamedBy(world.Refused({}, other)) == Blamed{Reason::kLinkUsed, "link_lookup"});
  other.clear_link_lookup();
  REQUIRE(world.account.Change(world.bond.client.caller(), other).ok());
  // Also when another list has come since, and the code's hour is over.
  world.clock.Advance(2 * limits::kLinkMsMax);
  CHECK(world.account.Change({}, request).ok());
}

TEST_CASE(
    "a link that lets another code and epoch in is remembered, and every other one is closed") {
  ChangedAccount world;
  const v1::CreateLinkRequest link = MakeLink(world), other = MakeLink(world);
  REQUIRE(Link(world, world.bond.client, link).ok());
  REQUIRE(Link(world, world.bond.client, other).ok());
  auto request = world.account.ChangeTo({&world.second});
  *request.mutable_recovery() = world.account.MakeRecovery(1).carried;
  *request.mutable_epoch() = world.account.MakeEpoch(2);
  request.set_link_lookup(link.lookup_id());
  v1::ChangeAccountResponse first, again;
  REQUIRE(world.account.Change({}, request, &first).ok());
  world.FireDue();  // the mailbox of who came off
  // The answer was lost: the same again.
  const MemoryStore::Rows rows = world.RowsButClock();
  REQUIRE(world.account.Change({}, request, &again).ok());
  CHECK(again.SerializeAsString() == first.SerializeAsString());
  CHECK(world.RowsButClock() == rows);
  CHECK(ReasonOf(GetLink(world, link.lookup_id()).status()) == Reason::kLinkUsed);
  CHECK(ReasonOf(GetLink(world, other.lookup_id()).status()) == Reason::kLinkUnknown);
}

TEST_CASE("an expired link lets nothing in") {
  ChangedAccount world;
  const v1::CreateLinkRequest link = MakeLink(world);
  REQUIRE(Link(world, world.bond.client, link).ok());
  auto request = world.account.ChangeTo({&world.bond.client, &world.second});
  request.set_link_lookup(link.lookup_id());
  world.clock.Advance(limits::kLinkMsMax);
  CHECK(BlamedBy(world.Refused({}, request)) == Blamed{Reason::kLinkExpired, "link_lookup"});
}

TEST_CASE("another recovery code takes the place of the one before, which finds nothing then") {
  ChangedAccount world;
  const TestRecovery first = world.account.MakeRecovery(1), second = world.account.MakeRecovery(2);
  auto request = world.account.Unchanged();
  *request.mutable_recovery() = first.carried;
  const auto old_lookup =
      LookupId::From(world.bond.client.registration.recovery_lookup(), "id").value();
  REQUIRE(world.account.Change(world.bond.client.caller(), request).ok());
  CHECK_FALSE(world.rows().contains(keys::Recovery(old_lookup)));
  const auto found = GetRecovery(world, first.lookup, first.token);
  REQUIRE(found.ok());
  CHECK(found->sealed_account() == first.carried.sealed_account());
  CHECK(found->recovery().SerializeAsString() == first.carried.statement().SerializeAsString());

  *request.mutable_recovery() = second.carried;
  REQUIRE(world.account.Change(world.bond.client.caller(), request).ok());
  CHECK(ReasonOf(GetRecovery(world, first.lookup, first.token).status()) ==
        Reason::kRecoveryUnknown);
  CHECK(GetRecovery(world, second.lookup, second.token).ok());
  // An older one, and another of the same number, are stale; the same one is not.
  *request.mutable_recovery() = first.carried;
  CHECK(BlamedBy(world.Refused(world.bond.client.caller(), request)) ==
        Blamed{Reason::kStaleDeviceList, "recovery.number"});
  *request.mutable_recovery() = world.account.MakeRecovery(2).carried;
  CHECK(BlamedBy(world.Refused(world.bond.client.caller(), request)) ==
        Blamed{Reason::kStaleDeviceList, "recovery.number"});
  *request.mutable_recovery() = second.carried;
  CHECK(world.account.Change(world.bond.client.caller(), request).ok());

  // The account is still the one that began with its registration.
  v1::RedeemInvitationResponse redeemed;
  REQUIRE(world
              .Run([&](Core& core, Transaction& transaction) {
                return core.RedeemInvitation(transaction, world.bond.redemption, redeemed);
              })
              .ok());
  CHECK(redeemed.SerializeAsString() == world.bond.redeemed.SerializeAsString());
}

TEST_CASE(
    "an account that was stored before 0.2.0 keeps what it began with when its code changes") {
  ChangedAccount world;
  {
    const auto transaction = world.store.Begin();
    const auto key = keys::Account(world.bond.client.account);
    AccountRecord account = Load(*transaction, key).value();
    account.clear_registration();
    Save(*transaction, key, account);
    REQUIRE(transaction->Commit() == CommitOutcome::kCommitted);
  }
  const auto redeem = [&] {
    v1::RedeemInvitationResponse redeemed;
    return world.Run([&](Core& core, Transaction& transaction) {
      return core.RedeemInvitation(transaction, world.bond.redemption, redeemed);
    });
  };
  REQUIRE(redeem().ok());
  auto request = world.account.Unchanged();
  *request.mutable_recovery() = world.account.MakeRecovery(1).carried;
  REQUIRE(world.account.Change(world.bond.client.caller(), request).ok());
  CHECK(redeem().ok());
  world.bond.redemption.mutable_registration()->mutable_sealed_account_key()->back() ^= 1;
  CHECK(ReasonOf(redeem()) == Reason::kInvitationUsed);
}

TEST_CASE("a recovery code is checked as a whole") {
  ChangedAccount world;
  const auto refused = [&](const std::function<void(v1::Recovery&)>& change) {
    auto request = world.account.Unchanged();
    *request.mutable_recovery() = world.account.MakeRecovery(1).carried;
    change(*request.mutable_recovery());
    return BlamedBy(world.Refused(world.bond.client.caller(), request));
  };
  CHECK(refused([](auto& recovery) { recovery.mutable_sealed_account()->back() ^= 1; }) ==
        Blamed{Reason::kMalformedField, "recovery.sealed_account"});
  CHECK(refused([](auto& recovery) { recovery.mutable_sealed_account()->pop_back(); }) ==
        Blamed{Reason::kMalformedField, "recovery.sealed_account"});
  CHECK(refused([](auto& recovery) {
          recovery.mutable_statement()->mutable_signature()->back() ^= 1;
        }).reason == Reason::kMalformedField);
  TestAccount therapist(world, world.bond.therapist);
  CHECK(refused([&](auto& recovery) { recovery = therapist.MakeRecovery(1).carried; }).reason ==
        Reason::kMalformedField);
  // Under a lookup id that is another account's.
  auto theirs = therapist.Unchanged();
  const TestRecovery taken = therapist.MakeRecovery(1);
  *theirs.mutable_recovery() = taken.carried;
  REQUIRE(therapist.Change(world.bond.therapist.caller(), theirs).ok());
  CHECK(refused([&](auto& recovery) {
          const Bytes sealed = recovery.sealed_account();
          *recovery.mutable_statement() = Carried(
              crypto::SignRecovery(world.bond.client.account_key,
                                   {world.bond.client.account, 1, taken.lookup, Hash(),
                                    crypto::SealedAccountHash(sealed), world.clock.wall_ms}));
        }) == Blamed{Reason::kNotPermitted, "recovery.lookup"});
}

TEST_CASE("a recovery code lets a change in that takes every other device off") {
  ChangedAccount world;
  TestRecovery code = world.account.MakeRecovery(1);
  auto request = world.account.Unchanged();
  *request.mutable_recovery() = code.carried;
  REQUIRE(world.account.Change(world.bond.client.caller(), request).ok());

  auto change = world.account.ChangeTo({&world.second});
  const TestRecovery next = world.account.MakeRecovery(2);
  *change.mutable_recovery() = next.carried;
  change.set_recovery_lookup(code.lookup.str());
  change.set_recovery_token(Bytes(32, 'x'));
  CHECK(BlamedBy(world.Refused({}, change)) == Blamed{Reason::kRecoveryUnknown, "recovery_lookup"});
  change.set_recovery_token(code.token);
  v1::ChangeAccountResponse first, again;
  REQUIRE(world.account.Change({}, change, &first).ok());
  CHECK(ReasonOf(AskWith(world, world.bond.client)) == Reason::kDeviceUnlinked);
  CHECK(LogInAs(world, world.second).ok());
  // The answer was lost: the same again, by the code that is no longer in force.
  const MemoryStore::Rows rows = world.RowsButClock();
  REQUIRE(world.account.Change({}, change, &again).ok());
  CHECK(again.SerializeAsString() == first.SerializeAsString());
  CHECK(world.RowsButClock() == rows);
  CHECK(ReasonOf(GetRecovery(world, code.lookup, code.token).status()) == Reason::kRecoveryUnknown);
  const TestDevice third = world.account.MakeFurther();
  auto other = world.account.ChangeTo({&third});
  other.set_recovery_lookup(code.lookup.str());
  other.set_recovery_token(code.token);
  CHECK(BlamedBy(world.Refused({}, other)) == Blamed{Reason::kRecoveryUnknown, "recovery_lookup"});
}

TEST_CASE("an epoch follows the one before, for the devices of the newest list") {
  ChangedAccount world;
  const Caller caller = world.bond.client.caller();
  auto request = world.account.ChangeTo({&world.bond.client, &world.second});
  const v1::SignedStatement second = world.account.MakeEpoch(2);
  *request.mutable_epoch() = world.account.MakeEpoch(3);
  CHECK(BlamedBy(world.Refused(caller, request)) ==
        Blamed{Reason::kStaleDeviceList, "epoch.epoch"});
  *request.mutable_epoch() = second;
  request.mutable_epoch()->mutable_signature()->back() ^= 1;
  CHECK(ReasonOf(world.Refused(caller, request)) == Reason::kMalformedField);
  *request.mutable_epoch() = second;
  REQUIRE(world.account.Change(caller, request).ok());
  // Another of the same number came second.
  *request.mutable_epoch() = world.account.MakeEpoch(2);
  CHECK(BlamedBy(world.Refused(caller, request)) ==
        Blamed{Reason::kStaleDeviceList, "epoch.epoch"});
  // One for the list before is no good for who was listed since.
  const v1::SignedStatement late = world.account.MakeEpoch(3);
  auto next = world.account.ChangeTo({&world.bond.client});
  *next.mutable_epoch() = late;
  CHECK(BlamedBy(world.Refused(caller, next)) ==
        Blamed{Reason::kStaleDeviceList, "epoch.list_version"});
  // Other devices than those of its list.
  const auto listed = std::exchange(world.account.listed, {&world.bond.client, &world.second});
  *next.mutable_epoch() = world.account.MakeEpoch(3);
  world.account.listed = listed;
  CHECK(BlamedBy(world.Refused(caller, next)) == Blamed{Reason::kMalformedField, "epoch.devices"});
  *next.mutable_epoch() = world.account.MakeEpoch(3);
  REQUIRE(world.account.Change(caller, next).ok());
  const auto read = world.account.ReadArchive(world.bond.client, 0);
  REQUIRE(read.ok());
  REQUIRE(read->epochs_size() == 2);
  CHECK(read->epochs(0).statement() == second.statement());
  CHECK(world.account.ReadArchive(world.bond.client, 0, 2)->epochs_size() == 1);
  CHECK(world.account.ReadArchive(world.bond.client, 0, 3)->epochs_size() == 0);
  CHECK(world.account.ReadArchive(world.bond.client, 0, 1)->epochs_size() == 2);
}

}  // namespace holdfast::server
