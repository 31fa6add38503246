// An account's list changes while messages are on their way: what was sealed for the list of before
// is refused whole or stored whole, whoever comes first, and nobody gets what is not for them.
#include "rules/receipt.h"
#include "server/core/records/keys.h"
#include "unit/server/core/changed_account.h"

namespace holdfast::server {
namespace {

struct OnTheWay : ChangedAccount {
  OnTheWay() : therapist(*this, bond.therapist), desk(therapist.MakeFurther()) {
    LogIn(bond.therapist);
  }

  // From the therapist, for the client's list of that version.
  v1::SendRequest Sealed(const TestAccount::Devices& devices, std::uint32_t client_list) {
    return MakeSendTo(*this, bond, bond.therapist, therapist.version(), client_list, devices);
  }
  // The same message, for other devices.
  v1::SendRequest SealedAgain(const v1::SendRequest& before, const TestAccount::Devices& devices) {
    Header header = DecodeHeader(before.header()).value();
    v1::SendRequest again =
        MakeSendTo(*this, bond, bond.therapist, therapist.version(), account.version(), devices);
    const EnvelopeId id = header.envelope;
    header = DecodeHeader(again.header()).value();
    header.envelope = id;
    again.set_header(EncodeHeader(header));
    return again;
  }
  Ask Sends(const TestDevice& by, const v1::SendRequest& request, v1::SendResponse& response) {
    return [&](Core& the_core, Transaction& transaction) {
      return the_core.Send(transaction, by.caller(), request, response);
    };
  }
  Ask Changes(const TestDevice& by, const v1::ChangeAccountRequest& request) {
    return [&](Core& the_core, Transaction& transaction) {
      v1::ChangeAccountResponse response;
      return the_core.ChangeAccount(transaction, by.caller(), request, response);
    };
  }
  // The capsules in a device's mailbox.
  std::vector<Bytes> Capsules(const TestDevice& device) {
    LogInAgain(device);
    std::vector<Bytes> capsules;
    for (const v1::Entry& entry : ReadAll(device)) {
      if (entry.has_delivery()) capsules.push_back(entry.delivery().capsule());
    }
    return capsules;
  }
  bool HasMailbox(const TestDevice& device) const {
    return std::ranges::any_of(
        rows(), [&](const auto& row) { return row.first.starts_with("m" + device.id.str()); });
  }
  // The practice was put back to `backup`, and a device shows what is missing.
  void PutBack(const MemoryStore::Rows& backup, const v1::Receipt& evidence) {
    store.Restore(backup);
    Restart();
    LogIn(bond.client);
    LogIn(bond.therapist);
    v1::ReportRestoreRequest request;
    *request.mutable_evidence() = evidence;
    REQUIRE(Run([&](Core& the_core, Transaction& transaction) {
              v1::ReportRestoreResponse response;
              return the_core.ReportRestore(transaction, bond.therapist.caller(), request,
                                            response);
            }).ok());
  }

  TestAccount therapist;
  TestDevice desk;
};

using Capsules = std::vector<Bytes>;

}  // namespace

TEST_CASE("a message that comes behind a change of the list is refused whole, and taken anew") {
  const bool links = GENERATE(true, false);
  OnTheWay world;
  const TestAccount::Devices one = {&world.bond.client};
  const TestAccount::Devices both = {&world.bond.client, &world.second};
  if (!links) world.account.List(both);
  const auto sealed = world.Sealed(links ? one : both, world.account.version());
  const auto change = world.account.ChangeTo(links ? both : one);
  v1::SendResponse sent;
  const auto outcomes = world.RunBatch(
      {world.Changes(world.bond.client, change), world.Sends(world.bond.therapist, sealed, sent)});
  REQUIRE(outcomes[0].ok());
  CHECK(BlamedBy(outcomes[1]) == Blamed{Reason::kStaleDeviceList, "header.receiver_list_version"});
  CHECK(outcomes[1].message().find("version " + std::to_string(world.account.version())) !=
        std::string::npos);
  CHECK_FALSE(sent.has_receipt());
  CHECK(world.Capsules(world.bond.client).empty());
  CHECK_FALSE(world.HasMailbox(world.second));
  // Under the id that it has, for it was never stored.
  const auto again = world.SealedAgain(sealed, links ? both : one);
  REQUIRE(world.Send(world.bond.therapist, again, sent).ok());
  CHECK(DecodeReceiptLeaf(sent.receipt().leaf()).value().position == 1);
  CHECK(world.Capsules(world.bond.client) == Capsules{again.capsules(0).sealed()});
  if (links) CHECK(world.Capsules(world.second) == Capsules{again.capsules(1).sealed()});
  if (!links) CHECK_FALSE(world.HasMailbox(world.second));
}

TEST_CASE("a message that comes before a change of the list stays with whoever stays") {
  OnTheWay world;
  world.account.List({&world.bond.client, &world.second});
  const TestDevice third = world.account.MakeFurther();
  const auto sealed = world.Sealed({&world.bond.client, &world.second}, world.account.version());
  const auto change = world.account.ChangeTo({&world.bond.client, &third});
  v1::SendResponse sent, again;
  const auto outcomes = world.RunBatch(
      {world.Sends(world.bond.therapist, sealed, sent), world.Changes(world.bond.client, change)});
  REQUIRE(outcomes[0].ok());
  REQUIRE(outcomes[1].ok());
  world.FireDue();
  CHECK(world.Capsules(world.bond.client) == Capsules{sealed.capsules(0).sealed()});
  CHECK_FALSE(world.HasMailbox(world.second));
  CHECK(world.Capsules(third).empty());
  // The answer may have been lost: the same bytes get the same receipt, and go nowhere else.
  REQUIRE(world.Send(world.bond.therapist, sealed, again).ok());
  CHECK(again.SerializeAsString() == sent.SerializeAsString());
  CHECK(world.Capsules(world.bond.client).size() == 1);
  CHECK_FALSE(world.HasMailbox(world.second));
  CHECK(world.Capsules(third).empty());
}

TEST_CASE("a change of the sender's own list holds its message up alike") {
  OnTheWay world;
  const auto sealed = world.Sealed({&world.bond.client}, world.account.version());
  const auto change = world.therapist.ChangeTo({&world.bond.therapist, &world.desk});
  v1::SendResponse sent;
  const auto outcomes = world.RunBatch({world.Changes(world.bond.therapist, change),
                                        world.Sends(world.bond.therapist, sealed, sent)});
  REQUIRE(outcomes[0].ok());
  CHECK(BlamedBy(outcomes[1]) == Blamed{Reason::kStaleDeviceList, "header.sender_list_version"});
  const auto again = world.SealedAgain(sealed, {&world.bond.client, &world.desk});
  REQUIRE(world.Send(world.bond.therapist, again, sent).ok());
  CHECK(world.Capsules(world.desk) == Capsules{again.capsules(1).sealed()});
}

TEST_CASE("what a device sends behind the change that takes it off is stored nowhere") {
  const bool first = GENERATE(true, false);
  OnTheWay world;
  world.account.List({&world.bond.client, &world.second});
  const auto sealed =
      MakeSendTo(world, world.bond, world.second, world.account.version(),
                 world.therapist.version(), {&world.bond.client, &world.bond.therapist});
  const auto change = world.account.ChangeTo({&world.bond.client});
  v1::SendResponse sent;
  std::vector<ServerWorld::Ask> asks = {world.Changes(world.bond.client, change),
                                        world.Sends(world.second, sealed, sent)};
  if (first) std::swap(asks[0], asks[1]);
  const auto outcomes = world.RunBatch(asks);
  REQUIRE(outcomes[first ? 1 : 0].ok());
  // What it sent before is the account's, and reaches everybody.
  CHECK(world.Capsules(world.bond.therapist).size() == (first ? 1 : 0));
  CHECK(world.Capsules(world.bond.client).size() == (first ? 1 : 0));
  if (!first) CHECK(BlamedBy(outcomes[1]) == Blamed{Reason::kDeviceUnlinked, "authorization"});
  CHECK(BlamedBy(world.Send(world.second, sealed, sent)) ==
        Blamed{Reason::kDeviceUnlinked, "authorization"});
}

// No other bytes can take the place of these: whoever is still listed may hold them.
TEST_CASE("what a backup lost is taken for the list that it was sealed for, by who is listed") {
  OnTheWay world;
  world.account.List({&world.bond.client, &world.second});
  const MemoryStore::Rows backup = world.rows();
  const auto sealed = world.Sealed({&world.bond.client, &world.second}, 2);
  v1::SendResponse lost, again;
  REQUIRE(world.Send(world.bond.therapist, sealed, lost).ok());
  const TestDevice third = world.account.MakeFurther();
  world.account.ChangeTo({&world.bond.client, &third});
  world.PutBack(backup, lost.receipt());
  v1::ChangeAccountRequest back;
  *back.mutable_devices() = world.account.SetFrom(3);
  REQUIRE(world.account.Change(world.bond.client.caller(), back).ok());
  world.FireDue();
  const auto leaves_out = world.Sealed({&world.bond.client}, 2);
  CHECK(BlamedBy(world.Send(world.bond.therapist, leaves_out, again)) ==
        Blamed{Reason::kMalformedField, "capsules"});
  // Nobody can pass by a list by dating back what is written after it: that is a day at most.
  world.clock.Advance(limits::kSentAheadMsMax + limits::kHourMs);
  world.LogIn(world.bond.therapist);
  const auto late = world.Sealed({&world.bond.client, &world.second}, 2);
  CHECK(BlamedBy(world.Send(world.bond.therapist, late, again)) ==
        Blamed{Reason::kStaleDeviceList, "header.receiver_list_version"});
  REQUIRE(world.Send(world.bond.therapist, sealed, again).ok());
  CHECK(DecodeReceiptLeaf(again.receipt().leaf()).value().envelope_hash ==
        DecodeReceiptLeaf(lost.receipt().leaf()).value().envelope_hash);
  CHECK(world.Capsules(world.bond.client) == Capsules{sealed.capsules(0).sealed()});
  CHECK_FALSE(world.HasMailbox(world.second));
  CHECK(world.Capsules(third).empty());
}

TEST_CASE("in a bond that lost nothing no earlier list is taken") {
  OnTheWay world;
  const auto sealed = world.Sealed({&world.bond.client}, 1);
  world.account.List({&world.bond.client, &world.second});
  v1::SendResponse sent;
  CHECK(BlamedBy(world.Send(world.bond.therapist, sealed, sent)) ==
        Blamed{Reason::kStaleDeviceList, "header.receiver_list_version"});
}

}  // namespace holdfast::server
