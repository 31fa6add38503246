// What the account key decides: newer device lists, another recovery code, another epoch of the
// archive's key; who brings it, and what becomes of who is not listed any more.
#include "rules/codec.h"
#include "server/core/records/keys.h"
#include "server/core/records/limits.h"
#include "server/core/records/records.h"
#include "support/catch.h"
#include "support/server_account.h"

namespace holdfast::server {
namespace {

struct World : ServerWorld {
  World() : bond(FormBond()), account(*this, bond.client), second(account.MakeFurther()) {}

  // What the therapist is told of the client's devices.
  Bytes NameOfClient() {
    v1::ListBondsResponse response;
    REQUIRE(Run([&](Core& the_core, Transaction& transaction) {
              return the_core.ListBonds(transaction, bond.therapist.caller(), {}, response);
            }).ok());
    return response.bonds(0).devices();
  }
  absl::Status Refused(const Caller& caller, const v1::ChangeAccountRequest& request) {
    FireDue();  // what an earlier change left to timers
    const MemoryStore::Rows before = RowsButClock();
    const absl::Status status = account.Change(caller, request);
    CHECK(RowsButClock() == before);
    return status;
  }

  TestBond bond;
  TestAccount account;
  TestDevice second;
};

struct Blamed {
  Reason reason = Reason::kInternal;
  std::string field;
  bool operator==(const Blamed&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Blamed& blamed) {
  return out << RowOf(blamed.reason).name << " " << blamed.field;
}
Blamed BlamedBy(const absl::Status& status) { return {ReasonOf(status), FieldOf(status)}; }

}  // namespace

TEST_CASE("a second device is listed, and everybody is told of both") {
  World world;
  const Bytes name = world.NameOfClient();
  v1::ChangeAccountResponse changed;
  REQUIRE(world.account
              .Change(world.bond.client.caller(),
                      world.account.ChangeTo({&world.bond.client, &world.second}), &changed)
              .ok());
  CHECK(changed.account().SerializeAsString() == world.bond.redeemed.account().SerializeAsString());
  CHECK(world.NameOfClient() != name);
  CHECK(AskWith(world, world.bond.client).ok());
  REQUIRE(LogInAs(world, world.second).ok());
  CHECK(AskWith(world, world.second).ok());

  const auto set = world.account.GetDevices(world.bond.therapist);
  REQUIRE(set.ok());
  REQUIRE(set->lists_size() == 2);
  CHECK(set->lists(1).statement() == world.account.lists.back().statement);
  CHECK(set->certificates_size() == 2);
  CHECK(set->prekeys_size() == 2);
  CHECK(set->former_size() == 0);
  std::vector<crypto::Signed> lists, certificates, prekeys;
  for (const auto& one : set->lists()) lists.push_back({one.statement(), one.signature()});
  for (const auto& one : set->certificates()) {
    certificates.push_back({one.statement(), one.signature()});
  }
  for (const auto& one : set->prekeys()) prekeys.push_back({one.statement(), one.signature()});
  CHECK(crypto::VerifyDevices(world.bond.client.account, 0, Hash(), lists, certificates, prekeys)
            .ok());
  CHECK(world.account.GetDevices(world.bond.therapist, 1)->lists_size() == 1);
}

TEST_CASE("the same change again is answered the same, and changes nothing") {
  World world;
  v1::ChangeAccountRequest request = world.account.ChangeTo({&world.bond.client, &world.second});
  *request.mutable_recovery() = world.account.MakeRecovery(1).carried;
  *request.mutable_epoch() = world.account.MakeEpoch(2);
  v1::ChangeAccountResponse first, again;
  REQUIRE(world.account.Change(world.bond.client.caller(), request, &first).ok());
  const MemoryStore::Rows rows = world.RowsButClock();
  REQUIRE(world.account.Change(world.bond.client.caller(), request, &again).ok());
  CHECK(again.SerializeAsString() == first.SerializeAsString());
  // Also with the lists from the beginning on.
  v1::ChangeAccountRequest whole = request;
  whole.mutable_devices()->clear_lists();
  for (const crypto::Signed& list : world.account.lists) {
    *whole.mutable_devices()->add_lists() = Carried(list);
  }
  CHECK(world.account.Change(world.bond.client.caller(), whole).ok());
  CHECK(world.RowsButClock() == rows);
}

TEST_CASE("of two changes that follow the same list the second is refused, whole") {
  World world;
  TestAccount other(world, world.bond.client);
  const TestDevice third = other.MakeFurther();
  const auto first = world.account.ChangeTo({&world.bond.client, &world.second});
  auto late = other.ChangeTo({&world.bond.client, &third});
  *late.mutable_recovery() = other.MakeRecovery(1).carried;
  REQUIRE(world.account.Change(world.bond.client.caller(), first).ok());
  CHECK(BlamedBy(world.Refused(world.bond.client.caller(), late)) ==
        Blamed{Reason::kStaleDeviceList, "devices.lists"});
  // An older list alone is as stale.
  const auto newer = world.account.ChangeTo({&world.bond.client});
  REQUIRE(world.account.Change(world.bond.client.caller(), newer).ok());
  CHECK(BlamedBy(world.Refused(world.bond.client.caller(), first)) ==
        Blamed{Reason::kStaleDeviceList, "devices.lists"});
  // So is one that leaves a version out.
  world.account.ChangeTo({&world.bond.client, &world.second});
  const auto gap = world.account.ChangeTo({&world.bond.client});
  CHECK(BlamedBy(world.Refused(world.bond.client.caller(), gap)) ==
        Blamed{Reason::kStaleDeviceList, "devices.lists"});
}

TEST_CASE("several lists come in one change, and none of them is left out within") {
  World world;
  const TestDevice third = world.account.MakeFurther();
  world.account.ChangeTo({&world.bond.client, &third});
  world.account.ChangeTo({&world.bond.client, &third, &world.second});
  auto request = world.account.ChangeTo({&world.bond.client, &world.second});
  *request.mutable_devices() = world.account.SetFrom(2);
  v1::ChangeAccountRequest broken = request;
  broken.mutable_devices()->mutable_lists()->DeleteSubrange(1, 1);
  CHECK(BlamedBy(world.Refused(world.bond.client.caller(), broken)) ==
        Blamed{Reason::kMalformedField, "devices.lists"});
  REQUIRE(world.account.Change(world.bond.client.caller(), request).ok());
  CHECK(world.account.GetDevices(world.bond.client)->lists_size() == 4);
}

TEST_CASE("what is dated ahead, of others, or too much is refused by its name") {
  World world;
  const Caller caller = world.bond.client.caller();
  const auto blamed = [&](const std::function<void(v1::ChangeAccountRequest&)>& change) {
    TestAccount account(world, world.bond.client);
    auto request = account.ChangeTo({&world.bond.client, &world.second});
    change(request);
    return BlamedBy(world.Refused(caller, request));
  };
  CHECK(blamed([](auto& request) { request.clear_devices(); }) ==
        Blamed{Reason::kMalformedField, "devices.lists"});
  CHECK(blamed([](auto& request) {
          for (int i = 0; i < 64; ++i)
            *request.mutable_devices()->add_lists() = request.devices().lists(0);
        }) == Blamed{Reason::kMalformedField, "devices.lists"});
  CHECK(blamed([](auto& request) { request.mutable_devices()->mutable_prekeys()->RemoveLast(); }) ==
        Blamed{Reason::kMalformedField, "devices.prekeys"});
  CHECK(blamed([](auto& request) {
          request.mutable_devices()->mutable_certificates()->SwapElements(0, 1);
        }) == Blamed{Reason::kMalformedField, "devices.certificates"});
  CHECK(blamed([](auto& request) { request.mutable_devices()->add_former(); }) ==
        Blamed{Reason::kMalformedField, "devices.former"});

  // Of another account that is registered here.
  TestAccount thief(world, world.bond.therapist);
  const TestDevice stolen{world.bond.therapist.account_key.Clone(),
                          world.bond.client.device_key.Clone(),
                          world.bond.therapist.account,
                          world.bond.client.id,
                          {world.bond.therapist.account, world.bond.client.certificate.signing,
                           world.bond.client.certificate.identity, world.clock.wall_ms},
                          {},
                          {},
                          {}};
  const auto theft = thief.ChangeTo({&world.bond.therapist, &stolen});
  CHECK(BlamedBy(world.Refused(world.bond.therapist.caller(), theft)) ==
        Blamed{Reason::kNotPermitted, "devices.certificates"});
  // Another account's list altogether.
  TestAccount therapist(world, world.bond.therapist);
  const auto foreign = therapist.ChangeTo({&world.bond.therapist});
  CHECK(BlamedBy(world.Refused(caller, foreign)) ==
        Blamed{Reason::kMalformedField, "devices.lists.account"});

  world.clock.wall_ms += limits::kSentAheadMsMax + limits::kHourMs;
  auto ahead = world.account.ChangeTo({&world.bond.client});
  world.clock.wall_ms -= limits::kSentAheadMsMax + limits::kHourMs;
  CHECK(BlamedBy(world.Refused(caller, ahead)) ==
        Blamed{Reason::kTimeOutOfRange, "devices.lists.issued_at_ms"});
}

TEST_CASE("a prekey of a listed device gives way to none that is older") {
  World world;
  auto older = world.account.ChangeTo({&world.bond.client, &world.second});
  v1::PublishPrekeyRequest publish;
  *publish.mutable_prekey() = Carried(world.MakePrekey(world.bond.client, 99));
  REQUIRE(world
              .Run([&](Core& core, Transaction& transaction) {
                v1::PublishPrekeyResponse response;
                return core.PublishPrekey(transaction, world.bond.client.caller(), publish,
                                          response);
              })
              .ok());
  REQUIRE(world.account.Change(world.bond.client.caller(), older).ok());
  const auto set = world.account.GetDevices(world.bond.client);
  CHECK(set->prekeys(0).statement() == publish.prekey().statement());
  CHECK(set->prekeys(1).statement() == older.devices().prekeys(1).statement());
  // A newer one comes along with a list.
  REQUIRE(world.account.Change(world.bond.client.caller(), world.account.Unchanged()).ok());
}

TEST_CASE("who comes off the list is shut out with the commit") {
  World world;
  world.account.List({&world.bond.client, &world.second});
  world.LogIn(world.bond.therapist);
  v1::SendResponse sent;
  REQUIRE(world
              .Send(world.bond.therapist,
                    MakeSendTo(world, world.bond, world.bond.therapist, 1, 2,
                               {&world.bond.client, &world.second}),
                    sent)
              .ok());
  REQUIRE(world.ReadAll(world.second).size() == 1);
  const auto change = world.account.ChangeTo({&world.bond.client});
  // The same batch: what it asks behind the change is refused.
  const auto outcomes = world.RunBatch(
      {[&](Core& core, Transaction& transaction) {
         v1::ChangeAccountResponse response;
         return core.ChangeAccount(transaction, world.bond.client.caller(), change, response);
       },
       [&](Core& core, Transaction& transaction) {
         v1::ListBondsResponse response;
         return core.ListBonds(transaction, world.second.caller(), {}, response);
       }});
  REQUIRE(outcomes[0].ok());
  CHECK(BlamedBy(outcomes[1]) == Blamed{Reason::kDeviceUnlinked, "authorization"});
  // Its open subscription is woken, and ends by its next read.
  CHECK(std::ranges::find(world.wakes, world.second.id) != world.wakes.end());
  CHECK(ReasonOf(world.Read(world.second, {}).status()) == Reason::kDeviceUnlinked);
  CHECK(BlamedBy(LogInAs(world, world.second)) == Blamed{Reason::kDeviceUnlinked, "login"});
  CHECK(ReasonOf(world.account.Change(world.second.caller(), world.account.Unchanged())) ==
        Reason::kDeviceUnlinked);
  CHECK(AskWith(world, world.bond.client).ok());

  // Nobody else learns whose it was.
  v1::SignedStatement forged = world.MakeLogin(world.second);
  forged.mutable_signature()->back() ^= 1;
  v1::AuthenticateRequest request;
  *request.mutable_login() = forged;
  CHECK(ReasonOf(world.Run([&](Core& core, Transaction& transaction) {
          v1::AuthenticateResponse response;
          return core.Authenticate(transaction, request, response);
        })) == Reason::kLoginRefused);

  // Nothing is left of its mailbox but where it ended.
  world.FireDue();
  for (const auto& [key, value] : world.rows()) {
    const bool is_entry = key.starts_with("m" + world.second.id.str()) ||
                          key.starts_with("S" + world.second.id.str()) ||
                          key.starts_with("G" + world.second.id.str());
    CHECK_FALSE(is_entry);
  }
  const auto set = world.account.GetDevices(world.bond.therapist);
  REQUIRE(set->former_size() == 1);
  CHECK(set->former(0).statement() == crypto::EncodeCertificate(world.second.certificate));
  // A message has no capsule for it any more.
  CHECK(world
            .Send(world.bond.therapist,
                  MakeSendTo(world, world.bond, world.bond.therapist, 1, 3, {&world.bond.client}),
                  sent)
            .ok());
}

TEST_CASE("former devices are told of once, the newest first, at most 64") {
  World world;
  std::vector<std::unique_ptr<TestDevice>> devices;
  for (std::uint64_t i = 0; i < kFormerDevicesMax + 6; ++i) {
    devices.push_back(std::make_unique<TestDevice>(world.account.MakeFurther()));
    world.account.List({&world.bond.client, devices.back().get()});
  }
  world.account.List({&world.bond.client, devices.front().get()});
  world.account.List({&world.bond.client});
  const auto set = world.account.GetDevices(world.bond.client, world.account.version());
  CHECK(set->former_size() == static_cast<int>(kFormerDevicesMax));
  CHECK(set->former(0).statement() == crypto::EncodeCertificate(devices.front()->certificate));
  CHECK(set->former(1).statement() == crypto::EncodeCertificate(devices.back()->certificate));
  CHECK(set->former(2).statement() ==
        crypto::EncodeCertificate(devices[devices.size() - 2]->certificate));

  // One that is listed again is none of them, and is told of once when it has come off again.
  const Bytes again = crypto::EncodeCertificate(devices.back()->certificate);
  const auto told = [&] {
    std::ptrdiff_t times = 0;
    const auto now = world.account.GetDevices(world.bond.client, world.account.version());
    REQUIRE(now.ok());
    for (const auto& one : now->former()) {
      times += one.statement() == again ? 1 : 0;
    }
    return times;
  };
  CHECK(told() == 1);
  world.account.List({&world.bond.client, devices.back().get()});
  CHECK(told() == 0);
  world.account.List({&world.bond.client});
  CHECK(told() == 1);
}

TEST_CASE("a large mailbox goes in steps, and leaves what comes after") {
  World world;
  world.account.List({&world.bond.client, &world.second});
  constexpr std::uint64_t kEntries = 2 * kSweepEntriesMax + 10;
  {
    const auto transaction = world.store.Begin();
    MailboxRecord mailbox;
    mailbox.set_last(kEntries);
    mailbox.set_given_up_last(3);
    Save(*transaction, keys::Mailbox(world.second.id), mailbox);
    MailboxEntryRecord entry;
    entry.mutable_bond_formed()->set_bond(world.bond.id.str());
    for (std::uint64_t at = 1; at <= kEntries; ++at) {
      Save(*transaction, keys::MailboxEntry(world.second.id, at), entry);
    }
    transaction->Put(keys::GivenUpCapsule(world.second.id, 3), "sealed");
    MailboxShareRecord share;
    share.set_last(7);
    for (std::uint64_t i = 0; i < kSweepEntriesMax + 1; ++i) {
      const Bytes id = Encoder().U64(i).U64(i).Take();
      Save(*transaction, keys::MailboxShare(world.second.id, BondId::From(id, "id").value()),
           share);
    }
    REQUIRE(transaction->Commit() == CommitOutcome::kCommitted);
  }
  const auto entries = [&] {
    std::uint64_t count = 0;
    for (const auto& [key, value] : world.rows()) {
      count += key.starts_with("m" + world.second.id.str()) ||
               key.starts_with("S" + world.second.id.str()) ||
               key.starts_with("G" + world.second.id.str());
    }
    return count;
  };
  const std::uint64_t before = entries();
  world.timers_max = 1;
  world.account.List({&world.bond.client});
  CHECK(entries() == before);
  world.RunBatch({});
  CHECK(before - entries() == 2 * kSweepEntriesMax + 1);  // and the capsule that was given up
  // Listed again before the rest has gone: it begins behind all of that.
  world.account.List({&world.bond.client, &world.second});
  REQUIRE(LogInAs(world, world.second).ok());
  CHECK(world.ReadAll(world.second).empty());
  v1::SendResponse sent;
  world.LogIn(world.bond.therapist);
  REQUIRE(world
              .Send(world.bond.therapist,
                    MakeSendTo(world, world.bond, world.bond.therapist, 1, world.account.version(),
                               {&world.bond.client, &world.second}),
                    sent)
              .ok());
  world.Pass(limits::kSecondMs);
  const auto read = world.ReadAll(world.second);
  REQUIRE(read.size() == 1);
  CHECK(read.front().position() == kEntries + 1);
  CHECK(read.front().has_delivery());
  CHECK(entries() <= 3);  // that one, and what counts its bonds' shares
  world.account.List({&world.bond.client});
  world.Pass(limits::kSecondMs);
  CHECK(entries() == 0);
}

TEST_CASE("a change is let in by a proof, before anything of it is looked at") {
  World world;
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
  World world;
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
  World world;
  const v1::CreateLinkRequest link = MakeLink(world), other = MakeLink(world);
  REQUIRE(Link(world, world.bond.client, link).ok());
  REQUIRE(Link(world, world.bond.client, other).ok());
  auto request = world.account.ChangeTo({&world.second});
  *request.mutable_recovery() = world.account.MakeRecovery(1).carried;
  *request.mutable_epoch() = world.account.MakeEpoch(2);
  request.set_link_lookup(link.lookup_id());
  v1::ChangeAccountResponse first, again;
  REQUIRE(world.account.Change({}, request, &first).ok());
  // The answer was lost: the same again.
  const MemoryStore::Rows rows = world.RowsButClock();
  REQUIRE(world.account.Change({}, request, &again).ok());
  CHECK(again.SerializeAsString() == first.SerializeAsString());
  CHECK(world.RowsButClock() == rows);
  CHECK(ReasonOf(GetLink(world, link.lookup_id()).status()) == Reason::kLinkUsed);
  CHECK(ReasonOf(GetLink(world, other.lookup_id()).status()) == Reason::kLinkUnknown);
}

TEST_CASE("an expired link lets nothing in") {
  World world;
  const v1::CreateLinkRequest link = MakeLink(world);
  REQUIRE(Link(world, world.bond.client, link).ok());
  auto request = world.account.ChangeTo({&world.bond.client, &world.second});
  request.set_link_lookup(link.lookup_id());
  world.clock.Advance(limits::kLinkMsMax);
  CHECK(BlamedBy(world.Refused({}, request)) == Blamed{Reason::kLinkExpired, "link_lookup"});
}

TEST_CASE("another recovery code takes the place of the one before, which finds nothing then") {
  World world;
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
  World world;
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
  World world;
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
  World world;
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
  World world;
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

TEST_CASE("an account changes so often a day") {
  World world;
  for (std::uint64_t i = 0; i < kDecisionsPerDayMax; ++i) {
    const auto request = world.account.ChangeTo({&world.bond.client});
    REQUIRE(world.account.Change(world.bond.client.caller(), request).ok());
  }
  const auto request = world.account.ChangeTo({&world.bond.client});
  const absl::Status status = world.Refused(world.bond.client.caller(), request);
  CHECK(BlamedBy(status) == Blamed{Reason::kQuotaExceeded, "devices"});
  CHECK(RetryAfterMs(status) > 0);
  world.clock.Advance(limits::kDayMs);
  world.LogIn(world.bond.client);
  CHECK(world.account.Change(world.bond.client.caller(), request).ok());
}

}  // namespace holdfast::server
