#include "support/server_account.h"

#include <cstdlib>
#include <iostream>

#include "crypto/public/hash.h"
#include "crypto/public/purpose.h"

namespace holdfast::server {
namespace {

void MustHold(const absl::Status& status) {
  if (status.ok()) return;
  std::cerr << "test fixture: " << status << std::endl;
  std::abort();
}

template <class Id>
Id Drawn(ServerWorld& world) {
  return Id::From(world.entropy.Draw(Id::size), "id").value();
}

crypto::Signed FromWire(const v1::SignedStatement& carried) {
  return {carried.statement(), carried.signature()};
}

}  // namespace

TestAccount::TestAccount(ServerWorld& the_world, const TestDevice& the_first)
    : world(the_world),
      first(the_first),
      lists{FromWire(the_first.registration.list())},
      listed{&the_first} {}

Hash TestAccount::list_hash() const { return crypto::DeviceListHash(lists.back().statement); }

TestDevice TestAccount::MakeFurther() {
  TestDevice device{first.account_key.Clone(), world.DrawKey(), first.account, {}, {}, {}, {}, {}};
  device.certificate = {first.account, device.device_key.public_key<DeviceKey>(),
                        Drawn<DhKey>(world), world.clock.wall_ms};
  device.id = crypto::DeviceIdOf(device.certificate);
  return device;
}

crypto::Signed TestAccount::SignPrekey(const TestDevice& device) {
  return crypto::SignPrekey(device.device_key, {device.id, ++prekeys_, Drawn<DhKey>(world),
                                                world.clock.wall_ms, version(), list_hash()});
}

v1::DeviceSet TestAccount::SetFrom(std::uint32_t from) {
  v1::DeviceSet set;
  for (std::size_t at = from - 1; at < lists.size(); ++at) *set.add_lists() = Carried(lists[at]);
  for (const TestDevice* device : listed) {
    *set.add_certificates() =
        Carried(crypto::SignCertificate(device->account_key, device->certificate));
    *set.add_prekeys() = Carried(SignPrekey(*device));
  }
  return set;
}

v1::ChangeAccountRequest TestAccount::ChangeTo(const Devices& devices) {
  crypto::DeviceList list{first.account, version() + 1, list_hash(), world.clock.wall_ms, {}};
  for (const TestDevice* device : devices) list.devices.push_back(device->id);
  lists.push_back(crypto::SignDeviceList(first.account_key, list));
  listed = devices;
  return Unchanged();
}

v1::ChangeAccountRequest TestAccount::Unchanged() {
  v1::ChangeAccountRequest request;
  *request.mutable_devices() = SetFrom(version());
  return request;
}

TestRecovery TestAccount::MakeRecovery(std::uint32_t number) {
  TestRecovery recovery{{}, Drawn<LookupId>(world), world.entropy.Draw(32)};
  const Bytes sealed = world.entropy.Draw(crypto::kSealedAccountBytes);
  const Hash token_hash = crypto::DomainHash(crypto::Purpose::kRecoveryTokenHash, {recovery.token});
  *recovery.carried.mutable_statement() = Carried(crypto::SignRecovery(
      first.account_key, {first.account, number, recovery.lookup, token_hash,
                          crypto::SealedAccountHash(sealed), world.clock.wall_ms}));
  recovery.carried.set_sealed_account(sealed);
  return recovery;
}

v1::SignedStatement TestAccount::MakeEpoch(std::uint32_t epoch) {
  crypto::ArchiveEpoch stated{
      first.account,       epoch,
      version(),           list_hash(),
      world.clock.wall_ms, world.entropy.Draw(crypto::kSealedArchiveKeyBytes),
      Drawn<DhKey>(world), {}};
  for (const TestDevice* device : listed) {
    stated.devices.push_back({device->id, world.entropy.Draw(crypto::kSealedArchiveKeyBytes)});
  }
  return Carried(crypto::SignArchiveEpoch(first.account_key, stated));
}

v1::SignedStatement TestAccount::MakeSuspension(const TestDevice& by, const TestDevice& suspended) {
  return Carried(crypto::SignSuspension(by.device_key,
                                        {first.account, suspended.id, by.id, world.clock.wall_ms}));
}

v1::ArchiveRecord TestAccount::MakeRecord(const TestDevice& by, std::uint32_t epoch,
                                          std::size_t bucket) {
  v1::ArchiveRecord record;
  Bytes sealed = world.entropy.Draw(limits::kBodyOverheadBytes);
  sealed.resize(bucket + limits::kBodyOverheadBytes, 's');
  record.set_sealed(sealed);
  const crypto::Signed carried = crypto::SignArchiveRecord(
      by.device_key, {first.account, ++records_, newest_record_, epoch, by.id, world.clock.wall_ms,
                      crypto::ArchiveSealedHash(record.sealed())});
  newest_record_ = crypto::ArchiveRecordHash(carried.statement);
  *record.mutable_record() = Carried(carried);
  return record;
}

void TestAccount::List(const Devices& devices) {
  MustHold(Change(listed.front()->caller(), ChangeTo(devices)));
  for (const TestDevice* device : devices) {
    if (device->token.empty()) world.LogIn(*device);
  }
}

absl::Status TestAccount::Change(const Caller& caller, const v1::ChangeAccountRequest& request,
                                 v1::ChangeAccountResponse* out) {
  return world.Run([&](Core& core, Transaction& transaction) {
    v1::ChangeAccountResponse response;
    const absl::Status status = core.ChangeAccount(transaction, caller, request, response);
    if (out != nullptr) *out = response;
    return status;
  });
}

absl::Status TestAccount::Suspend(const TestDevice& by, const v1::SignedStatement& suspension) {
  return world.Run([&](Core& core, Transaction& transaction) {
    v1::SuspendDeviceRequest request;
    *request.mutable_suspension() = suspension;
    v1::SuspendDeviceResponse response;
    return core.SuspendDevice(transaction, by.caller(), request, response);
  });
}

absl::Status TestAccount::Append(const TestDevice& by,
                                 const std::vector<v1::ArchiveRecord>& records) {
  return world.Run([&](Core& core, Transaction& transaction) {
    v1::AppendArchiveRequest request;
    request.mutable_records()->Assign(records.begin(), records.end());
    v1::AppendArchiveResponse response;
    return core.AppendArchive(transaction, by.caller(), request, response);
  });
}

absl::StatusOr<v1::ReadArchiveResponse> TestAccount::ReadArchive(const TestDevice& by,
                                                                 std::uint64_t after,
                                                                 std::uint32_t after_epoch) {
  v1::ReadArchiveRequest request;
  request.set_after_number(after);
  request.set_after_epoch(after_epoch);
  v1::ReadArchiveResponse response;
  HOLDFAST_RETURN_IF_ERROR(world.Run([&](Core& core, Transaction& transaction) {
    return core.ReadArchive(transaction, by.caller(), request, response);
  }));
  return response;
}

absl::StatusOr<v1::DeviceSet> TestAccount::GetDevices(const TestDevice& by, std::uint32_t after) {
  v1::GetDevicesRequest request;
  request.set_account(first.account.str());
  request.set_after_version(after);
  v1::GetDevicesResponse response;
  HOLDFAST_RETURN_IF_ERROR(world.Run([&](Core& core, Transaction& transaction) {
    return core.GetDevices(transaction, by.caller(), request, response);
  }));
  return response.devices();
}

v1::SignedStatement TestAccount::Statement() {
  v1::ChangeAccountResponse response;
  MustHold(Change(listed.front()->caller(), Unchanged(), &response));
  return response.account();
}

absl::Status Link(ServerWorld& world, const TestDevice& by, const v1::CreateLinkRequest& request) {
  return world.Run([&](Core& core, Transaction& transaction) {
    v1::CreateLinkResponse response;
    return core.CreateLink(transaction, by.caller(), request, response);
  });
}

v1::CreateLinkRequest MakeLink(ServerWorld& world, std::uint64_t good_for_ms) {
  v1::CreateLinkRequest request;
  request.set_lookup_id(world.entropy.Draw(LookupId::size));
  request.set_sealed_account(world.entropy.Draw(crypto::kSealedAccountBytes));
  request.set_expires_at_ms(world.clock.wall_ms + good_for_ms);
  return request;
}

absl::StatusOr<v1::NewDeviceResponse> GetLink(ServerWorld& world, const Bytes& lookup) {
  v1::GetLinkRequest request;
  request.set_lookup_id(lookup);
  v1::NewDeviceResponse response;
  HOLDFAST_RETURN_IF_ERROR(world.Run([&](Core& core, Transaction& transaction) {
    return core.GetLink(transaction, request, response);
  }));
  return response;
}

absl::StatusOr<v1::NewDeviceResponse> GetRecovery(ServerWorld& world, const LookupId& lookup,
                                                  const Bytes& token) {
  v1::GetRecoveryRequest request;
  request.set_lookup_id(lookup.str());
  request.set_token(token);
  v1::NewDeviceResponse response;
  HOLDFAST_RETURN_IF_ERROR(world.Run([&](Core& core, Transaction& transaction) {
    return core.GetRecovery(transaction, request, response);
  }));
  return response;
}

absl::Status LogInAs(ServerWorld& world, const TestDevice& device) {
  v1::AuthenticateRequest request;
  *request.mutable_login() = world.MakeLogin(device);
  return world.Run([&](Core& core, Transaction& transaction) {
    v1::AuthenticateResponse response;
    const absl::Status status = core.Authenticate(transaction, request, response);
    if (status.ok()) device.token = response.token();
    return status;
  });
}

absl::Status AskWith(ServerWorld& world, const TestDevice& device) {
  return world.Run([&](Core& core, Transaction& transaction) {
    v1::ListBondsResponse response;
    return core.ListBonds(transaction, device.caller(), {}, response);
  });
}

v1::SendRequest MakeSendTo(ServerWorld& world, const TestBond& bond, const TestDevice& sender,
                           std::uint32_t sender_version, std::uint32_t receiver_version,
                           const TestAccount::Devices& receivers) {
  Header header = world.MakeHeader(bond, bond.client);
  header.sender_account = sender.account;
  header.sender_device = sender.id;
  header.sender_list_version = sender_version;
  header.receiver_list_version = receiver_version;
  v1::SendRequest request = world.MakeSend(bond, bond.client, header);
  request.clear_capsules();
  for (const TestDevice* receiver : receivers) {
    v1::Capsule& capsule = *request.add_capsules();
    capsule.set_device(receiver->id.str());
    capsule.set_sealed(world.entropy.Draw(300));
  }
  return request;
}

}  // namespace holdfast::server
