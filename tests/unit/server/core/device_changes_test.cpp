// Newer device lists: who brings them, and what becomes of who is not listed any more.
#include "rules/codec.h"
#include "server/core/records/keys.h"
#include "server/core/records/limits.h"
#include "server/core/records/records.h"
#include "unit/server/core/changed_account.h"

namespace holdfast::server {

TEST_CASE("a second device is listed, and everybody is told of both") {
  ChangedAccount world;
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
  ChangedAccount world;
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
  ChangedAccount world;
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
  ChangedAccount world;
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
  ChangedAccount world;
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
  ChangedAccount world;
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
  ChangedAccount world;
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
  ChangedAccount world;
  std::vector<std::unique_ptr<TestDevice>> devices;
  for (std::uint64_t i = 0; i < limits::kFormerDevicesMax + 6; ++i) {
    devices.push_back(std::make_unique<TestDevice>(world.account.MakeFurther()));
    world.account.List({&world.bond.client, devices.back().get()});
  }
  world.account.List({&world.bond.client, devices.front().get()});
  world.account.List({&world.bond.client});
  const auto set = world.account.GetDevices(world.bond.client, world.account.version());
  CHECK(set->former_size() == static_cast<int>(limits::kFormerDevicesMax));
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
  ChangedAccount world;
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

TEST_CASE("an account changes so often a day") {
  ChangedAccount world;
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
