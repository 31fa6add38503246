// What a further device finds: by a link code, by a recovery code; and how an account begins
// with the latter.
#include "server/core/records/limits.h"
#include "support/catch.h"
#include "support/server_account.h"

namespace holdfast::server {
namespace {

struct Linked : ServerWorld {
  Linked() : bond(FormBond()), account(*this, bond.client), second(account.MakeFurther()) {}

  TestBond bond;
  TestAccount account;
  TestDevice second;
};

// A device that states its recovery code with its registration.
TestRecovery StateRecovery(ServerWorld& world, TestDevice& device, std::uint32_t number = 1) {
  TestRecovery recovery = TestAccount(world, device).MakeRecovery(number);
  device.registration.clear_recovery_lookup();
  device.registration.clear_recovery_authentication_hash();
  device.registration.clear_sealed_account_key();
  *device.registration.mutable_recovery() = recovery.carried;
  return recovery;
}

absl::Status EnrollAs(ServerWorld& world, const v1::EnrollTherapistRequest& request,
                      v1::EnrollTherapistResponse& response) {
  return world.Run([&](Core& core, Transaction& transaction) {
    return core.EnrollTherapist(transaction, request, response);
  });
}

}  // namespace

TEST_CASE("a link opens what was sealed, with everything that is needed to check it") {
  Linked world;
  auto change = world.account.ChangeTo({&world.bond.client, &world.second});
  const TestRecovery recovery = world.account.MakeRecovery(1);
  *change.mutable_recovery() = recovery.carried;
  *change.mutable_epoch() = world.account.MakeEpoch(2);
  REQUIRE(world.account.Change(world.bond.client.caller(), change).ok());
  const v1::CreateLinkRequest link = MakeLink(world);
  REQUIRE(Link(world, world.bond.client, link).ok());
  const auto found = GetLink(world, link.lookup_id());
  REQUIRE(found.ok());
  CHECK(found->sealed_account() == link.sealed_account());
  CHECK(found->account().SerializeAsString() == world.bond.redeemed.account().SerializeAsString());
  CHECK(found->recovery().SerializeAsString() == recovery.carried.statement().SerializeAsString());
  REQUIRE(found->epochs_size() == 1);
  CHECK(found->epochs(0).SerializeAsString() == change.epoch().SerializeAsString());
  CHECK(found->devices().SerializeAsString() ==
        world.account.GetDevices(world.bond.client)->SerializeAsString());
  // It is not used by looking.
  CHECK(GetLink(world, link.lookup_id()).ok());
}

TEST_CASE("of many lists and epochs a new device gets the newest 64") {
  Linked world;
  std::uint32_t epoch = 1;
  for (int i = 0; i < 70; ++i) {
    auto change = world.account.ChangeTo({&world.bond.client});
    *change.mutable_epoch() = world.account.MakeEpoch(++epoch);
    REQUIRE(world.account.Change(world.bond.client.caller(), change).ok());
  }
  const v1::CreateLinkRequest link = MakeLink(world);
  REQUIRE(Link(world, world.bond.client, link).ok());
  const auto found = GetLink(world, link.lookup_id());
  REQUIRE(found.ok());
  REQUIRE(found->devices().lists_size() == 64);
  CHECK(found->devices().lists(63).statement() == world.account.lists.back().statement);
  REQUIRE(found->epochs_size() == 64);
  CHECK(crypto::DecodeArchiveEpoch(found->epochs(63).statement())->epoch == epoch);
  CHECK(crypto::DecodeArchiveEpoch(found->epochs(0).statement())->epoch == epoch - 63);
}

TEST_CASE("four links are open at most, for an hour, and those that expired give way") {
  Linked world;
  const auto refused = [&](const v1::CreateLinkRequest& link) {
    const MemoryStore::Rows before = world.RowsButClock();
    const absl::Status status = Link(world, world.bond.client, link);
    CHECK(world.RowsButClock() == before);
    return status;
  };
  CHECK(FieldOf(refused(MakeLink(world, limits::kLinkMsMax + limits::kClockSkewMs + 1))) ==
        "expires_at_ms");
  CHECK(ReasonOf(refused(MakeLink(world, 0))) == Reason::kTimeOutOfRange);
  v1::CreateLinkRequest cut = MakeLink(world);
  cut.mutable_sealed_account()->pop_back();
  CHECK(FieldOf(refused(cut)) == "sealed_account");
  cut = MakeLink(world);
  cut.mutable_lookup_id()->pop_back();
  CHECK(FieldOf(refused(cut)) == "lookup_id");
  std::vector<v1::CreateLinkRequest> links;
  for (std::uint64_t i = 0; i < kOpenLinksMax; ++i) {
    links.push_back(MakeLink(world, limits::kMinuteMs * (i + 10)));
    REQUIRE(Link(world, world.bond.client, links.back()).ok());
  }
  CHECK(Link(world, world.bond.client, links.front()).ok());  // the same again
  v1::CreateLinkRequest other = links.front();
  other.mutable_sealed_account()->back() ^= 1;
  CHECK(ReasonOf(refused(other)) == Reason::kLinkUsed);
  const absl::Status full = refused(MakeLink(world));
  CHECK(ReasonOf(full) == Reason::kQuotaExceeded);
  CHECK(FieldOf(full) == "lookup_id");
  CHECK(RetryAfterMs(full) == limits::kMinuteMs * 10);
  // Another account has its own.
  CHECK(Link(world, world.bond.therapist, MakeLink(world)).ok());
  // One that is used has a place again.
  auto change = world.account.ChangeTo({&world.bond.client, &world.second});
  change.set_link_lookup(links.back().lookup_id());
  REQUIRE(world.account.Change({}, change).ok());
  CHECK(Link(world, world.bond.client, MakeLink(world)).ok());
  CHECK(ReasonOf(refused(MakeLink(world))) == Reason::kQuotaExceeded);
  world.clock.Advance(limits::kMinuteMs * 10);
  CHECK(ReasonOf(GetLink(world, links.front().lookup_id()).status()) == Reason::kLinkExpired);
  CHECK(Link(world, world.bond.client, MakeLink(world)).ok());
  CHECK(ReasonOf(GetLink(world, links.front().lookup_id()).status()) == Reason::kLinkUnknown);
}

TEST_CASE("what lies under a link code is erased a day after its time, used or not") {
  Linked world;
  const v1::CreateLinkRequest unused = MakeLink(world), used = MakeLink(world);
  REQUIRE(Link(world, world.bond.client, unused).ok());
  REQUIRE(Link(world, world.bond.client, used).ok());
  auto change = world.account.ChangeTo({&world.bond.client, &world.second});
  change.set_link_lookup(used.lookup_id());
  REQUIRE(world.account.Change({}, change).ok());
  world.Pass(limits::kLinkMsMax + limits::kDayMs - limits::kMinuteMs);
  CHECK(ReasonOf(GetLink(world, unused.lookup_id()).status()) == Reason::kLinkExpired);
  CHECK(ReasonOf(GetLink(world, used.lookup_id()).status()) == Reason::kLinkUsed);
  CHECK(world.account.Change({}, change).ok());  // its answer was lost
  world.Pass(2 * limits::kMinuteMs);
  CHECK(ReasonOf(GetLink(world, unused.lookup_id()).status()) == Reason::kLinkUnknown);
  CHECK(ReasonOf(GetLink(world, used.lookup_id()).status()) == Reason::kLinkUnknown);
  for (const auto& [key, value] : world.rows()) {
    CHECK_FALSE((key.front() == 'K' || key.front() == 'V'));
    CHECK(value.find(unused.sealed_account()) == Bytes::npos);
  }
}

TEST_CASE("a link that was closed and made again keeps its own time") {
  Linked world;
  v1::CreateLinkRequest link = MakeLink(world, limits::kMinuteMs);
  REQUIRE(Link(world, world.bond.client, link).ok());
  auto change = world.account.ChangeTo({&world.bond.client});
  *change.mutable_epoch() = world.account.MakeEpoch(2);
  REQUIRE(world.account.Change(world.bond.client.caller(), change).ok());
  REQUIRE(ReasonOf(GetLink(world, link.lookup_id()).status()) == Reason::kLinkUnknown);
  link.set_expires_at_ms(world.clock.wall_ms + limits::kLinkMsMax);
  REQUIRE(Link(world, world.bond.client, link).ok());
  world.Pass(limits::kDayMs + 2 * limits::kMinuteMs);
  CHECK(ReasonOf(GetLink(world, link.lookup_id()).status()) == Reason::kLinkExpired);
  world.Pass(limits::kLinkMsMax);
  CHECK(ReasonOf(GetLink(world, link.lookup_id()).status()) == Reason::kLinkUnknown);
}

TEST_CASE("an account of before 0.2.0 is recovered by its bare key") {
  Linked world;
  const v1::Registration& registration = world.bond.client.registration;
  // Whose hash it is nobody knows here: the token is made up.
  CHECK(ReasonOf(GetRecovery(world, LookupId::From(registration.recovery_lookup(), "id").value(),
                             Bytes(32, 't'))
                     .status()) == Reason::kRecoveryUnknown);
  TestDevice device = world.MakeDevice();
  const TestRecovery bare = TestAccount(world, device).MakeRecovery(1);
  const auto stated = crypto::DecodeRecoveryStatement(bare.carried.statement().statement()).value();
  device.registration.set_recovery_lookup(stated.lookup.str());
  device.registration.set_recovery_authentication_hash(stated.token_hash.str());
  v1::EnrollTherapistResponse enrolled;
  REQUIRE(EnrollAs(world, world.Enrolment(device, world.AddTherapist()), enrolled).ok());
  const auto found = GetRecovery(world, bare.lookup, bare.token);
  REQUIRE(found.ok());
  CHECK(found->sealed_account() == device.registration.sealed_account_key());
  CHECK_FALSE(found->has_recovery());
  // One answer for a wrong token and for a lookup id that is not here.
  const auto wrong = GetRecovery(world, bare.lookup, Bytes(32, 't')).status();
  const auto unknown = GetRecovery(world, LookupId(), bare.token).status();
  CHECK(ReasonOf(wrong) == Reason::kRecoveryUnknown);
  CHECK(wrong == unknown);
}

TEST_CASE("an account begins with a stated recovery code, and its retry gets the same answer") {
  ServerWorld world;
  TestDevice device = world.MakeDevice();
  const TestRecovery recovery = StateRecovery(world, device);
  const Bytes token = world.AddTherapist();
  v1::EnrollTherapistResponse first, again;
  REQUIRE(EnrollAs(world, world.Enrolment(device, token), first).ok());
  REQUIRE(EnrollAs(world, world.Enrolment(device, token), again).ok());
  CHECK(again.SerializeAsString() == first.SerializeAsString());
  const auto found = GetRecovery(world, recovery.lookup, recovery.token);
  REQUIRE(found.ok());
  CHECK(found->sealed_account() == recovery.carried.sealed_account());
  CHECK(found->recovery().SerializeAsString() == recovery.carried.statement().SerializeAsString());

  // Long after the code has changed it is still the registration that the account began with,
  // and another is none.
  world.LogIn(device);
  TestAccount account(world, device);
  auto change = account.Unchanged();
  *change.mutable_recovery() = account.MakeRecovery(2).carried;
  REQUIRE(account.Change(device.caller(), change).ok());
  REQUIRE(EnrollAs(world, world.Enrolment(device, token), again).ok());
  CHECK(again.SerializeAsString() == first.SerializeAsString());
  StateRecovery(world, device);
  CHECK(ReasonOf(EnrollAs(world, world.Enrolment(device, token), again)) == Reason::kNotPermitted);
}

TEST_CASE("a registration has one kind of recovery code, its first, and all of it") {
  ServerWorld world;
  const Bytes token = world.AddTherapist();
  const auto blamed = [&](const std::function<void(TestDevice&)>& change) {
    TestDevice device = world.MakeDevice();
    change(device);
    const MemoryStore::Rows before = world.RowsButClock();
    v1::EnrollTherapistResponse response;
    const absl::Status status = EnrollAs(world, world.Enrolment(device, token), response);
    CHECK(ReasonOf(status) == Reason::kMalformedField);
    CHECK(world.RowsButClock() == before);
    return FieldOf(status);
  };
  CHECK(blamed([&](TestDevice& device) {
          const v1::Registration before = device.registration;
          StateRecovery(world, device);
          device.registration.set_recovery_lookup(before.recovery_lookup());
        }) == "registration.recovery");
  CHECK(blamed([&](TestDevice& device) { StateRecovery(world, device, 2); }) ==
        "registration.recovery.number");
  CHECK(blamed([&](TestDevice& device) {
          StateRecovery(world, device);
          device.registration.clear_recovery();
        }) == "registration.recovery_lookup");
  CHECK(blamed([&](TestDevice& device) {
          StateRecovery(world, device);
          device.registration.mutable_recovery()->mutable_sealed_account()->back() ^= 1;
        }) == "registration.recovery.sealed_account");
  CHECK(blamed([&](TestDevice& device) {
          StateRecovery(world, device);
          TestDevice other = world.MakeDevice();
          *device.registration.mutable_recovery() =
              TestAccount(world, other).MakeRecovery(1).carried;
        }) == "registration.recovery.signature");
}

}  // namespace holdfast::server
