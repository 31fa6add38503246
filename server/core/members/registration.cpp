#include "server/core/members/registration.h"

#include <array>
#include <string_view>

#include "crypto/public/hash.h"
#include "server/core/members/device_changes.h"
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

// As accounts of before 0.2.0 have it.
absl::StatusOr<RecoveryCode> ReadBareRecovery(const v1::Registration& registration) {
  RecoveryCode code;
  HOLDFAST_ASSIGN_OR_RETURN(
      code.lookup, LookupId::From(registration.recovery_lookup(), "registration.recovery_lookup"));
  HOLDFAST_ASSIGN_OR_RETURN(code.token_hash,
                            Hash::From(registration.recovery_authentication_hash(),
                                       "registration.recovery_authentication_hash"));
  HOLDFAST_RETURN_IF_ERROR(CheckSize(registration.sealed_account_key(), kSealedAccountKeyBytes,
                                     "registration.sealed_account_key"));
  code.sealed_account = registration.sealed_account_key();
  return code;
}

absl::Status CheckNoBareRecovery(const v1::Registration& registration) {
  if (registration.recovery_lookup().empty() &&
      registration.recovery_authentication_hash().empty() &&
      registration.sealed_account_key().empty()) {
    return absl::OkStatus();
  }
  return Refuse(Reason::kMalformedField, "registration.recovery",
                "must be left out beside the fields of before 0.2.0, or they beside it");
}

// Fixed sizes but for the last.
Hash NameOfParts(BytesView lookup, BytesView token_hash, BytesView list, BytesView sealed_account) {
  return crypto::Sha256({lookup, token_hash, list, sealed_account});
}

Hash NameOf(const CheckedRegistration& registration) {
  const RecoveryCode& recovery = registration.recovery;
  return NameOfParts(recovery.lookup.view(), recovery.token_hash.view(),
                     registration.list.statement, recovery.sealed_account);
}

// The same of an account whose recovery code has not changed yet.
absl::StatusOr<Hash> NameOfStored(Transaction& transaction, const AccountKey& account,
                                  const AccountRecord& record) {
  HOLDFAST_ASSIGN_OR_RETURN(const auto lookup, Stored<LookupId>(record.recovery_lookup()));
  HOLDFAST_ASSIGN_OR_RETURN(const auto recovery, Load(transaction, keys::Recovery(lookup)));
  HOLDFAST_ASSIGN_OR_RETURN(const auto list, Load(transaction, keys::DeviceList(account, 1)));
  return NameOfParts(lookup.view(), recovery.authentication_hash(), list.statement(),
                     recovery.sealed_account());
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
  // Sizes first, signatures after.
  if (!registration.has_recovery()) {
    HOLDFAST_ASSIGN_OR_RETURN(checked.recovery, ReadBareRecovery(registration));
  } else {
    HOLDFAST_RETURN_IF_ERROR(CheckNoBareRecovery(registration));
  }
  HOLDFAST_RETURN_IF_ERROR(CheckDevices(checked, now_ms));
  if (!registration.has_recovery()) return checked;
  HOLDFAST_ASSIGN_OR_RETURN(checked.recovery,
                            ReadRecovery(registration.recovery(), checked.devices.account, now_ms,
                                         "registration.recovery"));
  if (checked.recovery.number != 1) {
    return Refuse(Reason::kMalformedField, "registration.recovery.number", "must be 1");
  }
  return checked;
}

absl::Status CheckUnclaimed(Transaction& transaction, const CheckedRegistration& registration) {
  const DeviceId& device = registration.devices.devices.front().id;
  HOLDFAST_ASSIGN_OR_RETURN(const auto known_device, transaction.Get(keys::Device(device)));
  if (known_device) {
    return Refuse(Reason::kNotPermitted, "registration.certificate",
                  "this device is registered already");
  }
  const std::string_view field = registration.recovery.number == 0 ? "registration.recovery_lookup"
                                                                   : "registration.recovery.lookup";
  return CheckLookupUnclaimed(transaction, registration.recovery.lookup,
                              registration.devices.account, field);
}

crypto::Signed MakeAccountStatement(const Context& context, const AccountKey& account,
                                    crypto::Role role) {
  return crypto::SignAccount(context.config.practice,
                             {context.practice, account, role, context.clock.WallMs()});
}

absl::Status StoreAccount(Transaction& transaction, const CheckedRegistration& registration,
                          crypto::Role role, const crypto::Signed& statement) {
  const crypto::VerifiedDevices& devices = registration.devices;
  const crypto::Device& device = devices.devices.front();

  AccountRecord account;
  account.set_role(static_cast<std::uint32_t>(role));
  Copy(statement, *account.mutable_account());
  account.set_registration(NameOf(registration).str());
  StoreRecovery(transaction, devices.account, registration.recovery, account);
  Save(transaction, keys::Account(devices.account), account);

  StoredStatement list;
  Copy(registration.list, list);
  Save(transaction, keys::DeviceList(devices.account, devices.version), list);
  DevicesRecord newest;
  newest.set_version(devices.version);
  newest.set_list_hash(devices.list_hash.str());
  newest.add_devices(device.id.str());
  Save(transaction, keys::Devices(devices.account), newest);

  return StoreDevice(transaction, {device, registration.certificate, registration.prekey});
}

absl::StatusOr<bool> IsSameRegistration(Transaction& transaction, const AccountRecord& account,
                                        const CheckedRegistration& registration) {
  const Hash name = NameOf(registration);
  if (!account.registration().empty()) return account.registration() == name.view();
  HOLDFAST_ASSIGN_OR_RETURN(const Hash stored,
                            NameOfStored(transaction, registration.devices.account, account));
  return stored == name;
}

absl::Status KeepRegistration(Transaction& transaction, const AccountKey& account,
                              AccountRecord& record) {
  if (!record.registration().empty()) return absl::OkStatus();
  HOLDFAST_ASSIGN_OR_RETURN(const Hash name, NameOfStored(transaction, account, record));
  record.set_registration(name.str());
  return absl::OkStatus();
}

}  // namespace holdfast::server
