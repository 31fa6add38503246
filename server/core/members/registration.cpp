#include "server/core/members/registration.h"

#include <array>
#include <string_view>

#include "crypto/public/hash.h"
#include "server/core/records/fields.h"
#include "server/core/records/keys.h"
#include "server/core/records/limits.h"

namespace holdfast::server {
namespace {

// What the parts are called by those that verify them, and in a registration.
constexpr std::array<std::array<std::string_view, 2>, 6> kParts = {{
    {"device_list", "registration.list"},
    {"devices.lists", "registration.list"},
    {"certificate", "registration.certificate"},
    {"devices.certificates", "registration.certificate"},
    {"prekey", "registration.prekey"},
    {"devices.prekeys", "registration.prekey"},
}};

absl::Status BlameRegistration(const absl::Status& status) {
  const std::string field = FieldOf(status);
  for (const auto& [part, name] : kParts) {
    if (field.starts_with(part)) return Blame(status, part, name);
  }
  return Blame(status, "registration", "registration");
}

absl::Status CheckDevices(CheckedRegistration& checked, std::uint64_t now_ms) {
  const auto list = crypto::DecodeDeviceList(checked.list.statement);
  if (!list.ok()) return BlameRegistration(list.status());
  if (list->version != 1) {
    return Refuse(Reason::kMalformedField, "registration.list.version", "must be 1");
  }
  if (list->devices.size() != 1) {
    return Refuse(Reason::kMalformedField, "registration.list.devices", "must be one device");
  }
  auto devices = crypto::VerifyDevices(list->account, 0, Hash(), {checked.list},
                                       {checked.certificate}, {checked.prekey});
  if (!devices.ok()) return BlameRegistration(devices.status());
  const crypto::Device& device = devices->devices.front();
  HOLDFAST_RETURN_IF_ERROR(
      CheckNotAhead(list->issued_at_ms, now_ms, "registration.list.issued_at_ms"));
  HOLDFAST_RETURN_IF_ERROR(CheckNotAhead(device.certificate.created_at_ms, now_ms,
                                         "registration.certificate.created_at_ms"));
  HOLDFAST_RETURN_IF_ERROR(
      CheckNotAhead(device.prekey.created_at_ms, now_ms, "registration.prekey.created_at_ms"));
  checked.devices = *std::move(devices);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CheckedRegistration> CheckRegistration(const v1::Registration& registration,
                                                      std::uint64_t now_ms) {
  CheckedRegistration checked;
  HOLDFAST_ASSIGN_OR_RETURN(checked.list, ReadSigned(registration.list(), "registration.list"));
  HOLDFAST_ASSIGN_OR_RETURN(checked.certificate,
                            ReadSigned(registration.certificate(), "registration.certificate"));
  HOLDFAST_ASSIGN_OR_RETURN(checked.prekey,
                            ReadSigned(registration.prekey(), "registration.prekey"));
  HOLDFAST_ASSIGN_OR_RETURN(
      checked.recovery_lookup,
      LookupId::From(registration.recovery_lookup(), "registration.recovery_lookup"));
  HOLDFAST_ASSIGN_OR_RETURN(checked.recovery_authentication_hash,
                            Hash::From(registration.recovery_authentication_hash(),
                                       "registration.recovery_authentication_hash"));
  HOLDFAST_RETURN_IF_ERROR(CheckSize(registration.sealed_account_key(), kSealedAccountKeyBytes,
                                     "registration.sealed_account_key"));
  checked.sealed_account_key = registration.sealed_account_key();
  HOLDFAST_RETURN_IF_ERROR(CheckDevices(checked, now_ms));
  return checked;
}

absl::Status CheckUnclaimed(Transaction& transaction, const CheckedRegistration& registration) {
  const DeviceId& device = registration.devices.devices.front().id;
  HOLDFAST_ASSIGN_OR_RETURN(const auto known_device, transaction.Get(keys::Device(device)));
  if (known_device) {
    return Refuse(Reason::kNotPermitted, "registration.certificate",
                  "this device is registered already");
  }
  HOLDFAST_ASSIGN_OR_RETURN(const auto known_lookup,
                            transaction.Get(keys::Recovery(registration.recovery_lookup)));
  if (known_lookup) {
    return Refuse(Reason::kNotPermitted, "registration.recovery_lookup",
                  "belongs to another account. Make a new recovery code");
  }
  return absl::OkStatus();
}

crypto::Signed MakeAccountStatement(const Context& context, const AccountKey& account,
                                    crypto::Role role) {
  return crypto::SignAccount(context.config.practice,
                             {context.practice, account, role, context.clock.WallMs()});
}

void StoreAccount(Transaction& transaction, const CheckedRegistration& registration,
                  crypto::Role role, const crypto::Signed& statement) {
  const crypto::VerifiedDevices& devices = registration.devices;
  const crypto::Device& device = devices.devices.front();

  AccountRecord account;
  account.set_role(static_cast<std::uint32_t>(role));
  Copy(statement, *account.mutable_account());
  account.set_recovery_lookup(registration.recovery_lookup.str());
  Save(transaction, keys::Account(devices.account), account);

  RecoveryRecord recovery;
  recovery.set_account(devices.account.str());
  recovery.set_authentication_hash(registration.recovery_authentication_hash.str());
  recovery.set_sealed_account_key(registration.sealed_account_key);
  Save(transaction, keys::Recovery(registration.recovery_lookup), recovery);

  StoredStatement list;
  Copy(registration.list, list);
  Save(transaction, keys::DeviceList(devices.account, devices.version), list);
  DevicesRecord newest;
  newest.set_version(devices.version);
  newest.set_list_hash(devices.list_hash.str());
  newest.add_devices(device.id.str());
  Save(transaction, keys::Devices(devices.account), newest);

  DeviceRecord record;
  record.set_account(devices.account.str());
  record.set_signing_key(device.certificate.signing.str());
  Save(transaction, keys::Device(device.id), record);
  DeviceStatementsRecord statements;
  Copy(registration.certificate, *statements.mutable_certificate());
  Copy(registration.prekey, *statements.mutable_prekey());
  statements.set_prekey_id(device.prekey.id);
  Save(transaction, keys::DeviceStatements(device.id), statements);
}

absl::StatusOr<bool> IsSameRegistration(Transaction& transaction, const AccountRecord& account,
                                        const CheckedRegistration& registration) {
  if (account.recovery_lookup() != registration.recovery_lookup.view()) return false;
  HOLDFAST_ASSIGN_OR_RETURN(const auto recovery,
                            Load(transaction, keys::Recovery(registration.recovery_lookup)));
  HOLDFAST_ASSIGN_OR_RETURN(const auto list,
                            Load(transaction, keys::DeviceList(registration.devices.account, 1)));
  return recovery.authentication_hash() == registration.recovery_authentication_hash.view() &&
         recovery.sealed_account_key() == registration.sealed_account_key &&
         list.statement() == registration.list.statement;
}

}  // namespace holdfast::server
