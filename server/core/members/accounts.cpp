#include "server/core/members/accounts.h"

#include <algorithm>
#include <set>

#include "crypto/public/hash.h"
#include "server/core/records/fields.h"
#include "server/core/records/keys.h"
#include "server/core/records/limits.h"

namespace holdfast::server {
namespace {

// Recognises a statement that is stored already; refuses an older one.
absl::StatusOr<bool> IsNewer(const DeviceStatementsRecord& stored, const crypto::Prekey& prekey,
                             const Bytes& statement) {
  if (prekey.id > stored.prekey_id()) return true;
  if (prekey.id == stored.prekey_id() && stored.prekey().statement() == statement) return false;
  return Refuse(Reason::kMalformedField, "prekey.id",
                "must be above the newest one here, " + std::to_string(stored.prekey_id()));
}

// Certificates of devices that came off, the newest first, each once.
absl::Status WriteFormer(Transaction& transaction, const AccountKey& account,
                         const DevicesRecord& newest, v1::DeviceSet& devices) {
  std::set<DeviceId> written;
  const std::uint64_t count = newest.former();
  const std::uint64_t looked = std::min<std::uint64_t>(count, limits::kFormerDevicesMax);
  for (std::uint64_t i = 0; i < looked; ++i) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto former,
                              Load(transaction, keys::FormerDevice(account, count - i)));
    HOLDFAST_ASSIGN_OR_RETURN(const auto device, Stored<DeviceId>(former.device()));
    if (IsListed(newest, device) || !written.insert(device).second) continue;
    HOLDFAST_ASSIGN_OR_RETURN(const auto statements,
                              Load(transaction, keys::DeviceStatements(device)));
    Copy(statements.certificate(), *devices.add_former());
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status WriteDevices(Transaction& transaction, const AccountKey& account,
                          std::uint32_t after_version, v1::DeviceSet& devices) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto newest, Load(transaction, keys::Devices(account)));
  const std::uint32_t first =
      after_version < newest.version() ? after_version + 1 : newest.version();
  const std::uint32_t bounded = std::min<std::uint32_t>(
      newest.version() - first + 1, static_cast<std::uint32_t>(limits::kListsPerAnswerMax));
  for (std::uint32_t i = 0; i < bounded; ++i) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto list,
                              Load(transaction, keys::DeviceList(account, first + i)));
    Copy(list, *devices.add_lists());
  }
  for (const Bytes& id : newest.devices()) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto device, Stored<DeviceId>(id));
    HOLDFAST_ASSIGN_OR_RETURN(const auto statements,
                              Load(transaction, keys::DeviceStatements(device)));
    Copy(statements.certificate(), *devices.add_certificates());
    Copy(statements.prekey(), *devices.add_prekeys());
  }
  return WriteFormer(transaction, account, newest, devices);
}

absl::StatusOr<Hash> NameOfDevices(Transaction& transaction, const AccountKey& account) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto newest, Load(transaction, keys::Devices(account)));
  Bytes named = newest.list_hash();
  for (const Bytes& id : newest.devices()) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto device, Stored<DeviceId>(id));
    HOLDFAST_ASSIGN_OR_RETURN(const auto statements,
                              Load(transaction, keys::DeviceStatements(device)));
    named += statements.prekey().statement();
  }
  return crypto::Sha256({named});
}

absl::Status PublishPrekey(Context& context, Transaction& transaction, const Caller& caller,
                           const v1::PublishPrekeyRequest& request,
                           v1::PublishPrekeyResponse& response) {
  response.Clear();
  HOLDFAST_ASSIGN_OR_RETURN(const Identity identity, Authorise(context, transaction, caller));
  HOLDFAST_ASSIGN_OR_RETURN(const crypto::Signed carried, ReadSigned(request.prekey(), "prekey"));
  const auto prekey = crypto::DecodePrekey(carried.statement);
  if (!prekey.ok()) return Blame(prekey.status(), "prekey", "prekey");
  if (prekey->device != identity.device) {
    return Refuse(Reason::kNotPermitted, "prekey.device", "is not the device that calls");
  }
  const auto verified = crypto::VerifyPrekey(carried, identity.signing_key);
  if (!verified.ok()) return Blame(verified.status(), "prekey", "prekey");
  HOLDFAST_RETURN_IF_ERROR(
      CheckNotAhead(prekey->created_at_ms, context.clock.WallMs(), "prekey.created_at_ms"));

  HOLDFAST_ASSIGN_OR_RETURN(auto stored,
                            Load(transaction, keys::DeviceStatements(identity.device)));
  HOLDFAST_ASSIGN_OR_RETURN(const bool is_newer, IsNewer(stored, *prekey, carried.statement));
  if (!is_newer) return absl::OkStatus();
  if (prekey->list_version != identity.devices.version() ||
      prekey->list_hash.view() != BytesView(identity.devices.list_hash())) {
    return Refuse(Reason::kStaleDeviceList, "prekey.list_version",
                  "is not the account's newest device list. Fetch it and sign again");
  }
  Copy(carried, *stored.mutable_prekey());
  stored.set_prekey_id(prekey->id);
  Save(transaction, keys::DeviceStatements(identity.device), stored);
  return absl::OkStatus();
}

absl::Status GetDevices(Context& context, Transaction& transaction, const Caller& caller,
                        const v1::GetDevicesRequest& request, v1::GetDevicesResponse& response) {
  response.Clear();
  HOLDFAST_ASSIGN_OR_RETURN(const Identity identity, Authorise(context, transaction, caller));
  HOLDFAST_ASSIGN_OR_RETURN(const auto account, AccountKey::From(request.account(), "account"));
  if (account != identity.account) {
    HOLDFAST_ASSIGN_OR_RETURN(const auto peer,
                              transaction.Get(keys::Peer(identity.account, account)));
    if (!peer) {
      return Refuse(Reason::kUnknownAccount, "account", "shares no bond with this account");
    }
  }
  return WriteDevices(transaction, account, request.after_version(), *response.mutable_devices());
}

}  // namespace holdfast::server
