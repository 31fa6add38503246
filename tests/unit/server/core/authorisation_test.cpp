// Every call knows who asks: no token, a bad one, an expired one, another
// device's, and another bond's id get nowhere, and learn nothing.
#include <map>

#include "support/catch.h"
#include "support/server_account.h"

namespace holdfast::server {
namespace {

using Call = std::function<absl::Status(Core&, Transaction&, const Caller&)>;

// Those of them that are about the account and its devices.
std::map<std::string, Call> AccountCallsOf(ServerWorld& world, const TestBond& bond) {
  TestAccount account(world, bond.client);
  v1::SuspendDeviceRequest suspension;
  *suspension.mutable_suspension() = account.MakeSuspension(bond.client, bond.therapist);
  const v1::CreateLinkRequest link = MakeLink(world);
  v1::AppendArchiveRequest archive;
  *archive.add_records() = account.MakeRecord(bond.client);
  const v1::ChangeAccountRequest change = account.ChangeTo({&bond.client});
  return {
      {"ChangeAccount",
       [=](Core& core, Transaction& transaction, const Caller& caller) {
         v1::ChangeAccountResponse response;
         return core.ChangeAccount(transaction, caller, change, response);
       }},
      {"SuspendDevice",
       [=](Core& core, Transaction& transaction, const Caller& caller) {
         v1::SuspendDeviceResponse response;
         return core.SuspendDevice(transaction, caller, suspension, response);
       }},
      {"CreateLink",
       [=](Core& core, Transaction& transaction, const Caller& caller) {
         v1::CreateLinkResponse response;
         return core.CreateLink(transaction, caller, link, response);
       }},
      {"AppendArchive",
       [=](Core& core, Transaction& transaction, const Caller& caller) {
         v1::AppendArchiveResponse response;
         return core.AppendArchive(transaction, caller, archive, response);
       }},
      {"ReadArchive",
       [=](Core& core, Transaction& transaction, const Caller& caller) {
         v1::ReadArchiveResponse response;
         return core.ReadArchive(transaction, caller, {}, response);
       }},
  };
}

// Every call that needs a token, well-formed and allowed for the bond's client
// (the therapist for CreateInvitation).
std::map<std::string, Call> CallsOf(ServerWorld& world, const TestBond& bond) {
  v1::SendRequest send = world.MakeSend(bond, bond.client);
  v1::CreateInvitationRequest invitation;
  *invitation.mutable_invitation() = world.MakeInvitation(bond.therapist);
  v1::WithdrawInvitationRequest withdrawal;
  *withdrawal.mutable_invitation() = invitation.invitation();
  *withdrawal.mutable_withdrawal() = world.MakeWithdrawal(bond.therapist, invitation.invitation());
  v1::PublishPrekeyRequest prekey;
  *prekey.mutable_prekey() = Carried(world.MakePrekey(bond.client, 2));
  v1::GetDevicesRequest devices;
  devices.set_account(bond.therapist.account.str());
  v1::HistoryRequest history;
  history.set_bond(bond.id.str());
  v1::AcknowledgeRequest acknowledge;
  acknowledge.mutable_cursor()->set_incarnation(Bytes(Incarnation::size, 'i'));
  const auto sent = std::make_shared<v1::SendResponse>();  // outlives the batch
  std::map<std::string, Call> calls = {
      {"Send", [=](Core& core, Transaction& transaction,
                   const Caller& caller) { return core.Send(transaction, caller, send, *sent); }},
      {"CreateInvitation",
       [=](Core& core, Transaction& transaction, const Caller& caller) {
         v1::CreateInvitationResponse response;
         return core.CreateInvitation(transaction, caller, invitation, response);
       }},
      {"WithdrawInvitation",
       [=](Core& core, Transaction& transaction, const Caller& caller) {
         v1::WithdrawInvitationResponse response;
         return core.WithdrawInvitation(transaction, caller, withdrawal, response);
       }},
      {"PublishPrekey",
       [=](Core& core, Transaction& transaction, const Caller& caller) {
         v1::PublishPrekeyResponse response;
         return core.PublishPrekey(transaction, caller, prekey, response);
       }},
      {"GetDevices",
       [=](Core& core, Transaction& transaction, const Caller& caller) {
         v1::GetDevicesResponse response;
         return core.GetDevices(transaction, caller, devices, response);
       }},
      {"ListBonds",
       [=](Core& core, Transaction& transaction, const Caller& caller) {
         v1::ListBondsResponse response;
         return core.ListBonds(transaction, caller, {}, response);
       }},
      {"Subscribe",
       [=](Core& core, Transaction& transaction, const Caller& caller) {
         v1::SubscribeResponse response;
         DeviceId device;
         return core.ReadMailbox(transaction, caller, {}, device, response);
       }},
      {"Acknowledge",
       [=](Core& core, Transaction& transaction, const Caller& caller) {
         v1::AcknowledgeResponse response;
         return core.Acknowledge(transaction, caller, acknowledge, response);
       }},
      {"History",
       [=](Core& core, Transaction& transaction, const Caller& caller) {
         v1::HistoryResponse response;
         return core.History(transaction, caller, history, response);
       }},
      {"ReportRestore",
       [=](Core& core, Transaction& transaction, const Caller& caller) {
         v1::ReportRestoreResponse response;
         return core.ReportRestore(transaction, caller, {}, response);
       }},
  };
  calls.merge(AccountCallsOf(world, bond));
  return calls;
}

}  // namespace

TEST_CASE("every call but those that begin things needs a good token") {
  ServerWorld world;
  TestBond bond = world.FormBond();
  Bytes flipped = bond.client.token;
  flipped.back() ^= 1;
  const Bytes expired = bond.client.token;
  world.clock.Advance(limits::kTokenMs);
  const MemoryStore::Rows rows = world.rows();
  const std::map<Reason, Bytes> tokens = {{Reason::kTokenMissing, ""},
                                          {Reason::kTokenInvalid, flipped},
                                          {Reason::kTokenExpired, expired}};
  for (const auto& [name, call] : CallsOf(world, bond)) {
    for (const auto& [reason, token] : tokens) {
      INFO(name);
      const absl::Status status = world.Run(
          [&, &the_call = call, &the_token = token](Core& core, Transaction& transaction) {
            return the_call(core, transaction, {the_token});
          });
      CHECK(ReasonOf(status) == reason);
      CHECK(FieldOf(status) == "authorization");
    }
  }
  CHECK(world.rows() == rows);
}

TEST_CASE("another device's token does not serve for a device's own acts") {
  ServerWorld world;
  TestBond bond = world.FormBond();
  const TestBond strangers = world.FormBond();
  const auto calls = CallsOf(world, bond);
  const MemoryStore::Rows rows = world.rows();
  const auto as = [&](const std::string& name, const TestDevice& device) {
    return world.Run([&](Core& core, Transaction& transaction) {
      return calls.at(name)(core, transaction, device.caller());
    });
  };
  CHECK(FieldOf(as("Send", bond.therapist)) == "header.sender_account");
  CHECK(FieldOf(as("Send", strangers.client)) == "header.sender_account");
  CHECK(FieldOf(as("PublishPrekey", bond.therapist)) == "prekey.device");
  CHECK(FieldOf(as("CreateInvitation", strangers.therapist)) == "invitation.therapist");
  CHECK(FieldOf(as("ChangeAccount", bond.therapist)) == "devices.lists.account");
  CHECK(FieldOf(as("SuspendDevice", bond.therapist)) == "suspension.account");
  CHECK(FieldOf(as("AppendArchive", bond.therapist)) == "records[0].record.account");
  CHECK(world.rows() == rows);
}

TEST_CASE("another's bond cannot be told from one that does not exist") {
  ServerWorld world;
  TestBond bond = world.FormBond();
  const TestBond strangers = world.FormBond();
  v1::SendResponse stored;
  const v1::SendRequest theirs = world.MakeSend(strangers, strangers.client);
  REQUIRE(world.Send(strangers.client, theirs, stored).ok());
  const MemoryStore::Rows rows = world.rows();

  const BondId nowhere = BondId::From(Bytes(BondId::size, 'n'), "bond").value();
  const auto send_into = [&](const BondId& id) {
    Header header = world.MakeHeader(bond, bond.client);
    header.bond = id;
    v1::SendResponse response;
    return world.Send(bond.client, world.MakeSend(bond, bond.client, header), response);
  };
  CHECK(ReasonOf(send_into(strangers.id)) == Reason::kUnknownBond);
  CHECK(send_into(strangers.id) == send_into(nowhere));

  const auto history_of = [&](const BondId& id) {
    return world.Run([&](Core& core, Transaction& transaction) {
      v1::HistoryRequest request;
      request.set_bond(id.str());
      v1::HistoryResponse response;
      return core.History(transaction, bond.client.caller(), request, response);
    });
  };
  CHECK(ReasonOf(history_of(strangers.id)) == Reason::kUnknownBond);
  CHECK(history_of(strangers.id) == history_of(nowhere));

  // Not even an envelope id that is stored there answers.
  Header probe = DecodeHeader(theirs.header()).value();
  probe.sender_account = bond.client.account;
  probe.sender_device = bond.client.id;
  v1::SendRequest request = theirs;
  request.set_header(EncodeHeader(probe));
  v1::SendResponse response;
  CHECK(world.Send(bond.client, request, response) == send_into(nowhere));
  CHECK(world.rows() == rows);
}

TEST_CASE("devices are shown to those who share a bond, and others cannot tell who exists") {
  ServerWorld world;
  const TestBond bond = world.FormBond(), strangers = world.FormBond();
  const auto get = [&](const AccountKey& account) {
    return world.Run([&](Core& core, Transaction& transaction) {
      v1::GetDevicesRequest request;
      request.set_account(account.str());
      v1::GetDevicesResponse response;
      return core.GetDevices(transaction, bond.client.caller(), request, response);
    });
  };
  CHECK(get(bond.client.account).ok());
  CHECK(get(bond.therapist.account).ok());
  CHECK(ReasonOf(get(strangers.client.account)) == Reason::kUnknownAccount);
  CHECK(get(strangers.client.account) == get(AccountKey()));
}

TEST_CASE("a mailbox is read by its own device only") {
  ServerWorld world;
  const TestBond bond = world.FormBond();
  v1::SendResponse response;
  REQUIRE(world.Send(bond.client, world.MakeSend(bond, bond.client), response).ok());
  CHECK(world.ReadAll(bond.client).empty());
  CHECK(world.ReadAll(bond.therapist).size() == 2);
}

}  // namespace holdfast::server
